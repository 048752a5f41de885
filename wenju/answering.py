"""Passages and readings -> an Answer with Citations, or an honest "not found"."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from wenju.confidence import THRESHOLD
from wenju.dates import named_dates
from wenju.grounding import unsupported
from wenju.reading import Reading
from wenju.retrieval import Passage
from wenju.textfiles import language_of

NOT_FOUND = {
    "zh": "这些文章没有回答这个问题。",
    "en": "The articles do not answer this question.",
}
FRAMES = {"zh": "文章写道：", "en": "The articles say: "}
ARTICLE_OF = {"zh": "（{}的文章）", "en": " (article of {})"}


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
    """The Answer from the readings (best first), found where the first is at least as sure as THRESHOLD.

    Its text is made of the quotes, whole and unchanged. Where it is in another language than the question, a few words of
    the question's language stand before it; where a quote says 今年 or 昨日, or articles of several days are quoted, the
    day of the article stands behind it.
    """
    sure = readings[0].confidence if readings else 0.0
    nearest = tuple(passages)
    language = language_of(question)
    if sure < THRESHOLD:
        return Answer(question, False, NOT_FOUND[language], None, sure, (), nearest, asked)
    citations = tuple(
        Citation(number, reading.passage.text[reading.start : reading.end], reading.start, reading.end, reading.passage)
        for number, reading in enumerate(readings, 1)
    )
    quotes = [citation.quote for citation in citations]
    several = len({citation.passage.article.date for citation in citations}) > 1
    days = [_day(citation, language, several) for citation in citations]
    frame = FRAMES[language] if readings[0].passage.article.language != language else ""
    text = frame + " ".join(f"{c.quote} [{c.number}]{day}" for c, day in zip(citations, days, strict=True))
    if unsupported(text, quotes, " ".join([frame, *days])):  # can't be, and must never be shown
        return Answer(question, False, NOT_FOUND[language], None, sure, (), nearest, asked)
    return Answer(question, True, text, readings[0].span, sure, citations, nearest, asked)


def answer_small_talk(question: str, reply: str) -> Answer:
    """The Answer to what asks for nothing in the articles: a friendly reply, no passage."""
    return Answer(question, False, reply, None, 0.0, (), (), question)


def _day(citation: Citation, language: str, several: bool) -> str:
    """The day of the quoted article, where the quote can't be understood without it."""
    day = citation.passage.article.date
    if day is None or not (several or len(named_dates(citation.quote, day)) > len(named_dates(citation.quote, None))):
        return ""
    return ARTICLE_OF[language].format(day)
