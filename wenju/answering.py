"""Passages and readings -> an Answer with Citations, or an honest "not found"."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from wenju.reading import THRESHOLD, Reading
from wenju.retrieval import Passage
from wenju.textfiles import language_of

NOT_FOUND = {
    "zh": "这些文章没有回答这个问题。",
    "en": "The articles do not answer this question.",
}


@dataclass(frozen=True)
class Citation:
    """One piece of evidence: `passage.text[start:end] == quote`, offsets in characters; `number` is its [1] in the text."""

    number: int
    quote: str
    start: int
    end: int
    passage: Passage


@dataclass(frozen=True)
class Answer:
    """What the corpus says to a question.

    Attributes:
        question: as asked.
        found: whether the corpus answers it.
        text: the answer for people, with [1] marks; when not found, a sentence that says so in the question's language.
        span: the shortest exact answer, a substring of the first citation's quote; None where there is no such span.
        confidence: in [0, 1], the estimated probability that the quoted sentence answers the question.
        citations: best first; empty when not found.
        nearest: the passages looked at, best first, also when not found.
        asked: the question as it was searched: itself, or with what a follow-up leaves unsaid filled in.
    """

    question: str
    found: bool
    text: str
    span: str | None
    confidence: float
    citations: tuple[Citation, ...]
    nearest: tuple[Passage, ...]
    asked: str


def compose(question: str, asked: str, passages: Sequence[Passage], readings: Sequence[Reading]) -> Answer:
    """The Answer from the readings (best first), found where the first is at least as sure as THRESHOLD."""
    confidence = readings[0].confidence if readings else 0.0
    nearest = tuple(passages)
    if confidence < THRESHOLD:
        return Answer(question, False, NOT_FOUND[language_of(question)], None, confidence, (), nearest, asked)
    citations = tuple(
        Citation(number, reading.passage.text[reading.start : reading.end], reading.start, reading.end, reading.passage)
        for number, reading in enumerate(readings, 1)
    )
    text = " ".join(f"{citation.quote} [{citation.number}]" for citation in citations)
    return Answer(question, True, text, readings[0].span, confidence, citations, nearest, asked)
