"""Query + candidates + the reader -> which passages answer, best first; the sentences that do, and the exact span."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Protocol

import numpy as np

from wenju.asking import Kind, kind_of
from wenju.chinese import numbers, simplified
from wenju.retrieval import Candidate, Passage, Query

if TYPE_CHECKING:
    from wenju.reader import Marks

SPAN_TOKENS = 64  # the longest span looked for
READ_MOST, READ_CHARACTERS = 6, 1200  # passages that are read for a question: as many, or as much text
EVEN = 48.0  # where the passage is as likely to answer as not
RETRIEVED = 60.0  # log-odds that a point of retrieval score is worth: fewer, and the right passage is first less often
# A sentence is quoted beside the best one where its share of the answer's probability is at least this.
QUOTED: dict[Kind, float] = {"list": 0.1, "account": 0.15}
QUOTED_ELSE = 0.3
MOST: dict[Kind, int] = {"list": 6, "account": 3}  # sentences in an answer
MOST_ELSE = 2
_EDGES = " \t\n\u3000，,。；;：:、！？!?"


class ReadsTexts(Protocol):
    """What reading needs of the reader: see wenju.reader.Reader.read."""

    def read(self, question: str, texts: Sequence[str]) -> list[Marks]: ...


@dataclass(frozen=True)
class Sentence:
    """A sentence of a passage, `passage.text[start:end]`; `share` of the answer's probability lies in it, in [0, 1]."""

    passage: Passage
    start: int
    end: int
    cosine: float
    share: float

    @property
    def text(self) -> str:
        return self.passage.text[self.start : self.end]


@dataclass(frozen=True)
class Heard:
    """A passage as the reader hears it for a question.

    `answers`: the reader's log-odds that it answers; `odds`: those with the retrieval's, by which passages are ranked; the
    passage's score in [0, 1] says the same. `span`: where in the text the exact answer stands, if it answers; `fit`: the log-probability of that span
    among all spans of the text. `sentences`, in order.
    """

    passage: Passage
    answers: float
    odds: float
    span: tuple[int, int]
    fit: float
    sentences: tuple[Sentence, ...]


@dataclass(frozen=True)
class Reading:
    """What is quoted for an answer: `passage.text[start:end]`, whole sentences.

    `span` is the exact answer in it, None where there is none. `confidence` in [0, 1]: the estimated probability that
    what is quoted answers.
    """

    passage: Passage
    start: int
    end: int
    span: str | None
    confidence: float


def hear(query: Query, candidates: Sequence[Candidate], reader: ReadsTexts) -> tuple[list[Heard], list[Passage]]:
    """What the reader makes of the first candidates, best first; and the passages that it didn't read, behind them."""
    length = 0
    for count, candidate in enumerate(candidates):
        length += len(candidate.passage.text)
        if count == READ_MOST or (count and length > READ_CHARACTERS):
            break
    else:
        count = len(candidates)
    texts = [simplified(candidate.passage.text) for candidate in candidates[:count]]
    marks = reader.read(simplified(query.text), texts)
    heard = [_heard(candidate, said) for candidate, said in zip(candidates, marks, strict=False)]
    heard.sort(key=lambda h: -h.odds)
    lowest = heard[-1].passage.score if heard else 1.0
    rest = [replace(c.passage, score=c.passage.score * lowest) for c in candidates[count:]]
    return heard, rest


def _heard(candidate: Candidate, marks: Marks) -> Heard:
    odds = marks.answers + RETRIEVED * candidate.passage.score
    passage = replace(candidate.passage, score=1 / (1 + math.exp(min(50.0, EVEN - odds))))
    first, last, fit = best_span(marks.starts, marks.ends)
    span = (int(marks.offsets[first, 0]), int(marks.offsets[last, 1])) if len(marks.offsets) else (0, 0)
    begins, ends = marks.offsets[:, 0], marks.offsets[:, 1]
    sentences = []
    for start, end, cosine in candidate.sentences:
        inside = (ends > start) & (begins < end)
        share = float(marks.starts[inside].sum() + marks.ends[inside].sum()) / 2
        sentences.append(Sentence(passage, start, end, cosine, share))
    return Heard(passage, marks.answers, odds, span, fit, tuple(sentences))


def best_span(starts: np.ndarray, ends: np.ndarray) -> tuple[int, int, float]:
    """The likeliest span of at most SPAN_TOKENS tokens: its first and last token, and its log-probability."""
    n = len(starts)
    if not n:
        return 0, 0, -np.inf
    joint = np.outer(starts, ends)
    joint = np.triu(joint) - np.triu(joint, SPAN_TOKENS)
    first, last = divmod(int(joint.argmax()), n)
    return first, last, float(np.log(max(joint[first, last], 1e-12)))


def quoted(query: Query, heard: Sequence[Heard]) -> list[Reading]:
    """The sentences that answer, best first, neighbours in one quote; without confidence yet (0)."""
    if not heard or not heard[0].sentences:
        return []
    kind = kind_of(query.text)
    best = heard[0]
    own = [s for s in best.sentences if s.end > best.span[0] and s.start < best.span[1]] or [
        max(best.sentences, key=lambda s: s.share)
    ]
    weights = np.exp([h.odds - best.odds for h in heard])
    others = [
        (s.share * weight, s)
        for h, weight in zip(heard, weights, strict=True)
        for s in h.sentences
        if s not in own and s.share * weight >= QUOTED.get(kind, QUOTED_ELSE)
    ]
    others.sort(key=lambda pair: -pair[0])
    room = max(0, MOST.get(kind, MOST_ELSE) - len(own))
    chosen = own + [s for _, s in others[:room]]
    readings = _joined(chosen)
    span = exact(kind, best, own)
    return [replace(readings[0], span=span), *readings[1:]]


def _joined(chosen: Sequence[Sentence]) -> list[Reading]:
    """Quotes of whole sentences: sentences that follow one another in a passage become one."""
    quotes: list[Reading] = []
    for s in chosen:
        for i, quote in enumerate(quotes):
            between = quote.passage.text[min(quote.end, s.end) : max(quote.start, s.start)]
            if quote.passage == s.passage and not between.strip():
                quotes[i] = replace(quote, start=min(quote.start, s.start), end=max(quote.end, s.end))
                break
        else:
            quotes.append(Reading(s.passage, s.start, s.end, None, 0.0))
    return quotes


def exact(kind: Kind, best: Heard, own: Sequence[Sentence]) -> str | None:
    """The best passage's span as its text has it: whole numbers, no loose punctuation, inside the quoted sentences."""
    text = best.passage.text
    start, end = best.span
    lower, upper = own[0].start, own[-1].end
    start, end = max(start, lower), min(end, upper)
    if kind in ("count", "date"):
        for number in numbers(text[lower:upper]):
            a, b = number.start + lower, number.end + lower
            if a < end and b > start:
                start, end = min(a, start), max(b, end)
    while start < end and text[start] in _EDGES:
        start += 1
    while end > start and text[end - 1] in _EDGES:
        end -= 1
    return text[start:end] or None
