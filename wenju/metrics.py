"""Answers and rankings -> figures: pure functions, each between 0 and 1.

A figure over nothing (no questions of that sort) is None, never 0 or 1.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence

import numpy as np

from wenju.sentences import sentences

MOST_SENTENCES = 3  # a longer answer isn't an answer but a text to search in
BINS = 10

_MARK = re.compile(r"\[(\d{1,3})\]")
# What the evaluation script of CMRC 2018 removes (github.com/ymcui/cmrc2018). It leaves ASCII commas, full stops
# and brackets; so do we, or our figures couldn't stand beside published ones.
_PUNCTUATION = frozenset("-:_*^/\\~`+=，。：？！“”；’《》·、「」（）－～『』")
_WORD = r"[^\W\u4e00-\u9fa5]+"
_TOKEN = re.compile(rf"[\u4e00-\u9fa5]|\d+(?:[.,]\d+)+|{_WORD}(?:['.]{_WORD})*|[^\w\s]")


def squeezed(text: str) -> str:
    """The text without white space: evidence is compared like this."""
    return "".join(text.split())


def without_marks(text: str, citations: int) -> str:
    """The answer's text without its [1] … [citations] marks; an article's own [7] stays.

    >>> without_marks("它有82万个。 [1] 见[7]。", 2)
    '它有82万个。  见[7]。'
    """
    return _MARK.sub(lambda mark: "" if 1 <= int(mark[1]) <= citations else mark[0], text)


def answers_shown(text: str, answers: Sequence[str]) -> list[bool]:
    """For each of `answers`: does it stand in `text`? White space and width (NFKC) don't matter.

    >>> answers_shown("上海以 27 家居首，杭州第二。", ["２７家", "宁波"])
    [True, False]
    """
    plain = squeezed(unicodedata.normalize("NFKC", text))
    return [squeezed(unicodedata.normalize("NFKC", answer)) in plain for answer in answers]


def is_right(text: str, answers: Sequence[str]) -> bool:
    """Does the text (without marks) show one of the answers, in at most three sentences?"""
    return any(answers_shown(text, answers)) and len(sentences(text)) <= MOST_SENTENCES


def hit_rank(hits: Iterable[bool]) -> int:
    """The place of the first hit, from 1; 0 where there is none."""
    return next((place for place, hit in enumerate(hits, 1) if hit), 0)


def em_f1(span: str | None, answers: Sequence[str]) -> tuple[float, float]:
    """Exact match and F1 as CMRC 2018 scores them: the best over the answers; no span counts 0.

    Punctuation is removed and case ignored. F1 is over tokens (a Chinese character, a word or a number of another
    script, any other mark), and what a prediction has in common with an answer is their longest common run.

    >>> em_f1("超82万个", ["超82万个", "82万"]), em_f1("2024年5月", ["5月", "2024年"])
    ((1.0, 1.0), (0.0, 0.6666666666666666))
    """
    if span is None:
        return 0.0, 0.0
    predicted, tokens = _bare(span), _tokens(span)
    exact = max((float(_bare(answer) == predicted) for answer in answers), default=0.0)
    return exact, max((_f1(tokens, _tokens(answer)) for answer in answers), default=0.0)


def auroc(positives: Sequence[float], negatives: Sequence[float]) -> float | None:
    """The chance that a positive's value is above a negative's; equal values count half."""
    if not positives or not negatives:
        return None
    ordered = np.sort(negatives)
    below = np.searchsorted(ordered, positives, "left") + np.searchsorted(ordered, positives, "right")
    return float(below.sum() / (2 * len(positives) * len(negatives)))


def calibration_error(confidences: Sequence[float], right: Sequence[bool], bins: int = BINS) -> float | None:
    """Expected calibration error: how far, on average, the share of right answers is from the confidence in them.

    Answers are sorted by confidence into bins of equal count (within one); each bin counts by its size. Equal
    confidences keep their order.
    """
    if not confidences:
        return None
    order = np.argsort(confidences, kind="stable")
    gaps = np.asarray(right, float)[order] - np.asarray(confidences, float)[order]
    parts = np.array_split(gaps, min(bins, len(gaps)))
    return float(sum(abs(part.sum()) for part in parts) / len(gaps))


def mean(values: Iterable[float]) -> float | None:
    """The average; None of nothing."""
    given = list(values)
    return float(np.mean(given)) if given else None


def percentile(values: Sequence[float], percent: float) -> float | None:
    """The value below which `percent` of the values lie, between neighbours by their distance; None of nothing."""
    return float(np.percentile(values, percent)) if values else None


def _bare(text: str) -> str:
    return "".join(char for char in text.lower().strip() if char not in _PUNCTUATION)


def _tokens(text: str) -> list[str]:
    return _TOKEN.findall(_bare(text))


def _f1(predicted: Sequence[str], answer: Sequence[str]) -> float:
    common = _longest_common_run(predicted, answer)
    return 2 * common / (len(predicted) + len(answer)) if common else 0.0


def _longest_common_run(first: Sequence[str], second: Sequence[str]) -> int:
    best = 0
    runs = [0] * (len(second) + 1)  # the length of the common run that ends at each place of `second`
    for token in first:
        runs = [0, *(runs[i] + 1 if other == token else 0 for i, other in enumerate(second))]
        best = max(best, *runs)
    return best
