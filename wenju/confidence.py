"""Query + what the reader heard -> the estimated probability that what is quoted answers the question."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence

from wenju.chinese import normal_form
from wenju.dates import agreement, named_dates
from wenju.followup_parts import NAMED, PLACE
from wenju.reading import Heard
from wenju.retrieval import Query
from wenju.textfiles import language_of

# constant + a weight for each part of the evidence, by logistic regression on questions whose texts the reader's training
# left out (CMRC, DRCD, CRUD news, XQuAD; 678 questions in one language, 65 across two): half have an answer in the corpus,
# a quarter belong to texts that were left out of it, a quarter are near misses. tests/benchmarks/fit_confidence.py fits
# such weights again, from other samples.
SAME_LANGUAGE = (-20.79, 0.57, 0.27, 22.23, 1.07, -4.25, -0.76)
# Across languages cosines, words and names say nothing, and 65 questions can tell the constant only.
OTHER_LANGUAGE = (-0.3, 0.57, 0.27, 0.0, 0.0, -4.25, 0.0)
# Found from here on: on the same questions one answerable question in twenty is refused. Refused of left-out texts / near
# misses / answerable ones: at 0.1 .92 / .49 / .03, at 0.2 .97 / .64 / .05, at 0.3 .97 / .75 / .08, at 0.4 .99 / .83 / .12,
# at 0.5 .99 / .86 / .15.
THRESHOLD = 0.2

_LATIN = re.compile(r"[A-Za-z][A-Za-z0-9+.-]+")
_QUOTES = re.compile('[《》“”「」"]')


def evidence(query: Query, heard: Sequence[Heard]) -> tuple[float, ...]:
    """What confidence is computed from, of the best passage.

    The reader's log-odds that it answers; the log-probability of its span; the best cosine of a sentence quoted from it; the
    share of the question's terms that stand in it; how far it is about other times, in [0, 1]; and the share of the
    names in the question (places, titles, quoted terms, Latin words) that neither it nor its headline holds.
    """
    best = heard[0]
    passage = best.passage
    asked, told = named_dates(query.text, None), named_dates(passage.text, passage.article.date)
    cosine = max((s.cosine for s in best.sentences), default=0.0)
    return (
        best.answers,
        best.fit,
        cosine,
        query.coverage(passage.text),
        max(0.0, -agreement(asked, told)),
        _strangers(query.text, f"{passage.text} {passage.heading} {passage.article.title}"),
    )


def _strangers(question: str, text: str) -> float:
    names = [_QUOTES.sub("", m.group()) for pattern in (NAMED, PLACE, _LATIN) for m in pattern.finditer(question)]
    names = [name for name in map(normal_form, names) if name]
    known = normal_form(text)
    return sum(name not in known for name in names) / len(names) if names else 0.0


def is_foreign(query: Query, heard: Heard) -> bool:
    """Whether question and passage are in two languages; a single word, such as a name, is of none."""
    return " " in query.text and language_of(query.text) != heard.passage.article.language


def confidence(query: Query, heard: Sequence[Heard]) -> float:
    """The estimated probability in [0, 1] that what is quoted from the best passage answers the question."""
    if not heard:
        return 0.0
    constant, *weights = OTHER_LANGUAGE if is_foreign(query, heard[0]) else SAME_LANGUAGE
    total = constant + sum(w * x for w, x in zip(weights, evidence(query, heard), strict=True))
    return 1 / (1 + math.exp(-max(-50.0, min(50.0, total))))
