"""Query + candidates -> the sentences that answer, the exact number or date in the first, and how sure that is."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from wenju.chinese import Number, numbers
from wenju.dates import agreement, named_dates
from wenju.retrieval import Candidate, Passage, Query
from wenju.textfiles import language_of

Asked = Literal["count", "date"]

# A sentence's score is its cosine with the question, and this much for the rest. Swept on train samples of CMRC, DRCD,
# CRUD news and XQuAD: any weights near these find the right sentence equally often (74.9% of answerable questions).
COVERAGE_WEIGHT = 0.15  # for all of the question's terms standing in it
PASSAGE_WEIGHT = 0.8  # for each point of score that its passage lies behind the first
NO_NUMBER = -0.1  # where a number or date is asked for and it holds none of its own
# A second sentence within this of the first is cited too: 1.2 sentences an answer, 4.5 points more right answers.
ALMOST = 0.02

# The probability that a quoted sentence answers = sigmoid(constant + cosine + coverage + other times), by logistic
# regression on 2,233 questions on 220 contexts of the same sets (DRCD dev, the others' train parts), for which as many
# contexts were left out; a quarter of the questions belong to those, a quarter are near misses (another year, another
# name). Printed again by tests/benchmarks/fit_confidence.py.
SAME_LANGUAGE = (-35.94, 37.99, 3.44, -3.45)
OTHER_LANGUAGE = (-35.54, 45.03, 0.0, -4.17)  # the words of another language cover nothing
# Found from here on: where, on the same questions, the share of refused unanswerable ones is furthest above that of
# refused answerable ones.
THRESHOLD = 0.38
NEAR = 12  # characters on both sides of a number that tell what it counts

_ASKS_DATE = re.compile(
    r"什么时候|什麼時候|何时|何時|哪一?[年天日]|[几幾][月号號日]|\bwhen\b|\b(?:what|which) (?:year|day|date)\b",
    re.IGNORECASE,
)
_ASKS_COUNT = re.compile(
    r"多少|[几幾]|多[大高长長远遠重久]|占比|比例|百分之|\bhow (?:many|much|large|big|high|long|far|old)\b|"
    r"\b(?:what|which) (?:share|percentage|percent|proportion|number|fraction)\b",
    re.IGNORECASE,
)
_CLAUSE = re.compile(r"[^，,；;。！？!?]+(?:[,，](?=\d)[^，,；;。！？!?]+)*")


@dataclass(frozen=True)
class Reading:
    """A sentence that may answer: `passage.text[start:end]`.

    `span` is the exact answer in it, where a number or a date is asked for and it holds one; else None.
    `confidence` in [0, 1]: the estimated probability that this sentence, or one quoted with it, answers.
    """

    passage: Passage
    start: int
    end: int
    span: str | None
    confidence: float


@dataclass(frozen=True)
class _Sentence:
    passage: Passage
    start: int
    end: int
    cosine: float
    coverage: float
    score: float

    @property
    def text(self) -> str:
        return self.passage.text[self.start : self.end]


def read(query: Query, candidates: Sequence[Candidate]) -> list[Reading]:
    """The sentence that answers best, and the next one if it is almost as good; empty without candidates."""
    asked = asked_for(query.text)
    ranked = sorted(_sentences(query, candidates, asked), key=lambda s: -s.score)
    chosen = [s for s in ranked[:2] if ranked[0].score - s.score <= ALMOST]
    sure = confidence(query, chosen[0]) if chosen else 0.0
    return [Reading(s.passage, s.start, s.end, number_span(query, s.text, asked), sure) for s in chosen]


def asked_for(question: str) -> Asked | None:
    """Whether a question asks for a date or for another number.

    >>> asked_for("网易有多少员工？"), asked_for("When was it founded?"), asked_for("谁是市长？")
    ('count', 'date', None)
    """
    if _ASKS_DATE.search(question):
        return "date"
    return "count" if _ASKS_COUNT.search(question) else None


def _sentences(query: Query, candidates: Sequence[Candidate], asked: Asked | None) -> Iterator[_Sentence]:
    for candidate in candidates:
        behind = candidate.passage.score - candidates[0].passage.score
        for start, end, cosine in candidate.sentences:
            text = candidate.passage.text[start:end]
            coverage = query.coverage(text)
            score = cosine + COVERAGE_WEIGHT * coverage + PASSAGE_WEIGHT * behind
            if asked and not _own_numbers(query.text, text, asked):
                score += NO_NUMBER
            yield _Sentence(candidate.passage, start, end, cosine, coverage, score)


def _own_numbers(question: str, text: str, asked: Asked) -> list[Number]:
    """The numbers of the asked kind that the question doesn't name itself."""
    named = {(number.value, number.unit) for number in numbers(question)}
    return [
        number
        for number in numbers(text)
        if (number.kind == "date") == (asked == "date") and (number.value, number.unit) not in named
    ]


def number_span(query: Query, text: str, asked: Asked | None) -> str | None:
    """The number or date asked for: the first one in the clause of `text` that covers most of the question."""
    found = _own_numbers(query.text, text, asked) if asked else []
    if not found:
        return None
    best, most = found[0], -1.0
    for clause in _CLAUSE.finditer(text):
        inside = [number for number in found if clause.start() <= number.start < clause.end()]
        coverage = query.coverage(clause.group())
        if inside and coverage > most:
            best, most = _likeliest(query, clause.group(), clause.start(), inside), coverage
    end = best.end
    for number in found:  # 2025年 11月 8日 are read as three numbers and said as one date
        if number.kind == best.kind == "date" and number.start == end:
            end = number.end
    return text[best.start : end]


def _likeliest(query: Query, clause: str, offset: int, inside: list[Number]) -> Number:
    """Of several numbers in a clause the one in the unit asked for (几家), with any unit, nearest to the question's words."""

    def fitness(number: Number) -> tuple[bool, bool, float]:
        at = number.start - offset
        asked = re.search(rf"(?:多少|[几幾])\s*{re.escape(number.unit)}", query.text) if number.unit else None
        measured = bool(number.unit) or number.kind != "count"
        return bool(asked), measured, query.coverage(clause[max(0, at - NEAR) : at + NEAR])

    return max(inside, key=fitness)


def evidence(query: Query, sentence: _Sentence) -> tuple[float, float, float]:
    """What confidence is computed from: cosine, coverage, and how far the passage is about other times, in [0, 1]."""
    passage = sentence.passage
    asked, told = named_dates(query.text, None), named_dates(passage.text, passage.article.date)
    return sentence.cosine, sentence.coverage, max(0.0, -agreement(asked, told))


def confidence(query: Query, sentence: _Sentence) -> float:
    """The estimated probability in [0, 1] that the sentence, or one quoted with it, answers the question."""
    # A single word, such as a name, is of no language: it counts as one of the passage's.
    other = " " in query.text and language_of(query.text) != sentence.passage.article.language
    constant, *weights = OTHER_LANGUAGE if other else SAME_LANGUAGE
    total = constant + sum(w * x for w, x in zip(weights, evidence(query, sentence), strict=True))
    return 1 / (1 + math.exp(-total))
