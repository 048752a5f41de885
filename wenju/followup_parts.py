"""A question taken apart, and what a follow-up can carry over from it: its topic, its owner, its statement.

常州的动力电池产业链完整度有多高？  97%   ->  subject 常州的动力电池产业链完整度, question word 多高
                                              statement 常州的动力电池产业链完整度有97%
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from wenju import followup_words as words

NAME = 24  # characters; a longer answer is no name that could stand for a pronoun
END = "？?。.！!～~ \u3000"

NAMED = re.compile(f"{words.TITLE}|{words.TERM}")
TIME, PLACE, ASKING = map(re.compile, (words.TIME, words.PLACE, words.ASKING))
PREDICATE = re.compile(rf"{words.VERB}(?!的)|(?:(?!年){words.HAN})?{words.HAN}(?=[了过](?!解))")
_NAME = re.compile(words.ENGLISH_NAME)
_ADVERBIAL = re.compile(rf"(?:{words.ADVERB}|{words.PHRASE}){{1,4}}\Z")


@dataclass(frozen=True)
class Turn:
    """An earlier question, as searched (already stand-alone); the answer's text ("" when not found) and its span."""

    question: str
    answer: str
    span: str | None


@dataclass(frozen=True)
class Parts:
    """A question taken apart: text[start:end] is what it is about, text[asks:asked] its question word."""

    text: str
    start: int
    end: int
    asks: int
    asked: int

    @property
    def subject(self) -> str:
        return self.text[self.start : self.end]

    @property
    def word(self) -> str:
        return self.text[self.asks : self.asked]

    def owner(self) -> str:
        """The A of a subject A的B (杭州亚运会 in 杭州亚运会的吉祥物), "" where A is a clause (开发人工智能的企业)."""
        owner, _, _ = self.subject.rpartition("的")
        return "" if PREDICATE.search(mask(owner)) else owner


def mask(text: str) -> str:
    """The text with its 《titles》 and “terms” blotted out, at the same offsets."""
    return NAMED.sub(lambda match: "\ue000" * len(match.group()), text)


def content_of(masked: str) -> str:
    """What is left of a question without its question words, function words and marks."""
    return re.sub(r"\W", "", re.sub(words.FILLING, "", ASKING.sub("", masked)))


def take_apart(question: str) -> Parts:
    """国产游戏2024年卖了多少份？ -> subject 国产游戏, word 多少份."""
    text = question.rstrip(END)
    masked = mask(text)
    asking = ASKING.search(masked)
    asks, asked = asking.span() if asking else (len(text), len(text))
    start = max(masked.rfind(mark, 0, asks) for mark in "，,；：") + 1
    if time := TIME.match(masked, start, asks):
        start = time.end()
    predicates = list(PREDICATE.finditer(masked, start, asks))
    end = predicates[-1].start() if predicates else asks
    if time := TIME.search(masked, start + 1, end):
        end = time.start()
    if adverbial := _ADVERBIAL.search(masked, start, end):
        end = adverbial.start()
    return Parts(text, start, end, asks, asked)


def english_name(text: str) -> re.Match[str] | None:
    """The first proper name after the question's first word; an abbreviation (AI) only where there is no other."""
    names = list(_NAME.finditer(text))
    return next((name for name in names if not name.group().isupper()), names[0] if names else None)


def told(last: Turn, asked: str) -> str | None:
    """The answer's span, where it is a name and what asked for it matches `asked`."""
    span = last.span or ""
    if not 0 < len(span) <= NAME or re.match(words.NUMBER, span):
        return None
    parts = take_apart(last.question)
    from_verb = max(0, parts.asks - 1) if parts.word else 0  # 叫什么; an English question has no word of ours
    return span if re.search(asked, parts.text[from_verb:]) else None


def place_of(last: Turn) -> str | None:
    """The first place that the last question names."""
    match = PLACE.search(mask(last.question))
    return match.group() if match else None


def person_of(last: Turn) -> str | None:
    """Whom the last question names or asks for: its subject 徐龙章, the answer to 谁, its subject 常州市市长."""
    subject = take_apart(last.question).subject
    if re.fullmatch(f"(?!{words.PLACE}|{words.ROLE}){words.HAN}{{2,4}}", subject):
        return subject
    return told(last, "谁|什么人|哪位|哪些人") or (subject if re.search(words.ROLE, subject) else None)


def owner_of(owned: str, last: Turn) -> str:
    """Whose: an office or a population is a place's, everything else the subject's or its owner's."""
    if re.match(rf"的?(?:{words.ROLE}|人口|面积)", owned) and (place := place_of(last)):
        return place
    parts = take_apart(last.question)
    if (owner := parts.owner()) and re.fullmatch(words.OWNED, parts.subject[len(owner) + 1 :]):
        return owner
    return topic_of(last)


def topic_of(last: Turn) -> str:
    """What the last question was about: its subject, or all of it where that is too little."""
    parts = take_apart(last.question)
    if not re.search(words.HAN, parts.text):
        name = english_name(parts.text)
        return name.group() if name else parts.text
    subject = re.sub(r"(?<=.)[的上里]\Z", "", parts.subject)
    adjunct = re.match(words.ADJUNCT, parts.word) and parts.end == parts.asks and len(parts.text) - parts.asked > 3
    if not subject or adjunct or re.fullmatch("[文会]中|会", subject):
        named = NAMED.search(parts.text)
        return named.group() if named else statement_of(last)
    if (place := PLACE.match(subject)) and re.match(words.VERB, subject[place.end() :]):
        return place.group()
    return subject


def statement_of(last: Turn) -> str:
    """The last question as a statement: its question word filled by the answer's span, or left out."""
    parts = take_apart(last.question)
    if not parts.word:
        return parts.text
    before, after = parts.text[: parts.asks], parts.text[parts.asked :]
    if last.span and len(last.span) <= NAME and (re.match("多|几|谁|哪|何时|什么时", parts.word) or not after):
        return before + last.span + after
    if not after:
        before = re.sub("(?:是|由|在|为|有|叫|占|被)+\\Z", "", before)
    return before + re.sub(r"\A(?:要|会|能|的|说)", "", after)
