"""Question + history -> a question that stands alone, without a language model.

    黄山发展人工智能有什么优势？  那温州呢？          ->  温州发展人工智能有什么优势？
    常州的产业链完整度有多高？    它的市长是谁？      ->  常州的市长是谁？
    蓝皮书是哪个机构编写的？      这个机构在哪里？    ->  中国网络空间研究院在哪里？     (what was answered)
    常州的产业链完整度有多高？    今天天气怎么样？    ->  今天天气怎么样？               (a new topic carries nothing)

A question is taken apart around its question word (followup_parts.py): the subject before its predicate is what it is
about, and holds the slots (time, place, 《title》, “term”) that a fragment replaces by its own kind. Only a question
that shows a gap is touched (a fragment, a pronoun, no subject, a noun that needs an owner); in doubt it stays as it is.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from wenju import followup_words as words
from wenju.chinese import simplified
from wenju.followup_english import replaced_by_name, stand_alone_english
from wenju.followup_parts import (
    ASKING,
    END,
    NAMED,
    PLACE,
    PREDICATE,
    TIME,
    Parts,
    Turn,
    content_of,
    mask,
    owner_of,
    person_of,
    place_of,
    statement_of,
    take_apart,
    told,
    topic_of,
)

__all__ = ["Turn", "stand_alone"]

TURNS_BACK = 3  # so many earlier questions are searched for the parallel of a fragment
FRAGMENT = 16  # characters; a longer fragment has words enough of its own
QUESTION = 120  # characters; a longer question says all that it needs, and is more than these rules can take apart

_SLOTS = (TIME, re.compile(words.TITLE), re.compile(words.TERM), PLACE, re.compile(words.LATIN))
_PRONOUN, _MORE, _NO_SUBJECT, _NO_OWNER = map(re.compile, (words.PRONOUN, words.MORE, words.NO_SUBJECT, words.NO_OWNER))
_OBJECT = re.compile(rf"的?((?:(?!{words.VERB}|最|更|比较){words.HAN}|[A-Za-z\d])+)")


def stand_alone(question: str, history: Sequence[Turn]) -> str:
    """The question as it can be asked without its history: itself if it stands alone.

    `history` is oldest first. A question that is rewritten comes out in simplified characters.
    """
    earlier = [turn for turn in reversed(history) if turn.question.strip() and len(turn.question) <= 2 * QUESTION]
    if not earlier or not question.strip() or len(question) > QUESTION:
        return question
    earlier = [Turn(simplified(turn.question).strip(), turn.answer, turn.span) for turn in earlier[:TURNS_BACK]]
    core = simplified(question).strip()
    chinese = re.search(words.HAN, core)
    return (_chinese(core, earlier) if chinese else stand_alone_english(core.rstrip(END), earlier)) or question


def _chinese(question: str, earlier: Sequence[Turn]) -> str | None:
    core = re.sub(rf"\A{words.LEAD}", "", question.rstrip(END))
    last, masked = earlier[0], mask(core)
    pronoun = _PRONOUN.search(masked)
    if pronoun and _names_something(masked[: pronoun.start()]):
        pronoun = None
    if _MORE.fullmatch(core):
        return f"{last.question.rstrip(END)}，{core}？"
    if core.endswith("呢") and not pronoun and not ASKING.search(masked):
        return _replaced(re.sub(r"(?:的情况|方面|那边)\Z", "", core[:-1]), earlier)
    if re.search(words.ADDRESSED, masked):
        return None
    if pronoun:
        return _resolved(core, pronoun, last)
    if question[-1] in "？?" and any(slot.fullmatch(core) for slot in _SLOTS):
        return _replaced(core, earlier, sure=False)
    return _completed(core, masked, earlier)


def _names_something(before: str) -> bool:
    """Can a pronoun stand for what is before it (周伟把他的……), and not for something in another question (如何评价他)?"""
    content = content_of(before)
    return len(content) > 2 or (len(content) == 2 and bool(re.search("[把和与跟对向给被让将的]\\Z", before)))


def _replaced(fragment: str, earlier: Sequence[Turn], sure: bool = True) -> str | None:
    """The latest question that has a part parallel to the fragment, with the fragment in its place.

    Unless `sure`, the fragment replaces only what is of its own kind.
    """
    names, last = re.split("[和与及、]", fragment), earlier[0].question
    if not re.search(words.HAN, last):
        return replaced_by_name(fragment, earlier) if sure else None
    for slot in _SLOTS:
        if not all(map(slot.fullmatch, names)):
            continue
        for turn in earlier:
            if old := slot.search(mask(turn.question) if slot in (TIME, PLACE) else turn.question):
                return turn.question[: old.start()] + _suffixed(fragment, old.group()) + turn.question[old.end() :]
        if slot is PLACE and (old := re.search(words.ASKS_PLACE, last)):
            return last[: old.start()] + fragment + last[old.end() :]
        if slot in (TIME, PLACE):
            return fragment + last if sure else None
    if not sure or not fragment or len(fragment) > FRAGMENT:
        return None
    start, end = _prepositional(fragment, last) or _parallel(fragment, take_apart(last))
    return last[:start] + fragment + last[end:] if start < end else f"{last.rstrip(END)}，{fragment}呢？"


def _suffixed(name: str, old: str) -> str:
    """The new name with the suffix of the old one: 常州 for 黄山市 is 常州市, 去年 for 2024年的 is 去年的."""
    return name + old[-1] if old[-1] in "市省的" and name[-1] != old[-1] else name


def _prepositional(fragment: str, last: str) -> tuple[int, int] | None:
    """对企业 in 文章对企业提了什么要求 for 对政府."""
    start = last.find(fragment[0]) if fragment[0] in "对向给跟从" else -1
    if start < 0:
        return None
    predicate = PREDICATE.match(mask(last), start + len(fragment)) or PREDICATE.search(mask(last), start + 2)
    return (start, predicate.start()) if predicate else None


def _parallel(fragment: str, parts: Parts) -> tuple[int, int]:
    """Where a fragment of no particular kind belongs: its span in the question, empty if nowhere."""
    subject, start, end = parts.subject, parts.start, parts.end
    role = re.search(rf"{words.ROLE}\Z", subject)
    place = PLACE.match(subject)
    owner = parts.owner()
    placed = PLACE.match(fragment)
    if owner and "的" not in fragment and fragment[-1] == owner[-1] != subject[-1]:
        return start, start + len(owner)  # 成都大运会 for 杭州亚运会的吉祥物
    if placed or not subject:
        return (start, end) if subject else _object(parts)
    if role and re.search(rf"{words.ROLE}\Z", fragment):
        return start + role.start(), end  # 副院长 for 研究院院长
    if parts.end == parts.asks and parts.text.startswith("的", parts.asked):
        return _object(parts)  # 人口 for 苏州和无锡谁的GDP更高
    if role:
        named = len(owner) or (place.end() if place else 0)
        return (start, start + named) if named and parts.word == "谁" else (start, end)
    if owner:
        return start + len(owner) + 1, end
    if place:
        return (start + place.end(), end) if place.end() < len(subject) else _object(parts)
    if behind := re.search(rf"(?:{words.PLACE})\Z", subject):
        return start, start + behind.start()
    return start, end


def _object(parts: Parts) -> tuple[int, int]:
    """What the question word asks about: 垂类模型 in 发布了哪些垂类模型, 企业 in 哪座城市的企业最多."""
    match = _OBJECT.match(parts.text, parts.asked)
    return match.span(1) if match else (0, 0)


def _resolved(core: str, pronoun: re.Match[str], last: Turn) -> str:
    """The question with its pronoun replaced; behind what it follows, where nothing can replace it."""
    kind, (start, end) = pronoun.lastgroup, pronoun.span()
    found: str | None = None
    if kind == "listed":
        pair = _listed(last)
        found = pair[core[start] == "后"] if pair else None
    elif kind == "noun":
        found, end = _noun(core, end, last)
    elif kind == "place":
        found = told(last, "哪") or place_of(last) or topic_of(last)
    elif kind == "person":
        found = person_of(last)
    elif kind in ("thing", "its"):
        found = told(last, "叫什么|哪") or owner_of(core[end:], last)
    if not found:
        return f"{statement_of(last)}，{core}？"
    link = "的" if kind == "its" and start == 0 else ""
    return f"{core[:start]}{found}{link}{core[end:]}？"


def _listed(last: Turn) -> list[str] | None:
    """The two that 前者 and 后者 choose from: in the question, else in the answer's span."""
    for text in (take_apart(last.question).subject, last.span or ""):
        if len(names := re.split("和|与|、|及", text)) == 2 and all(names):
            return names
    return None


def _noun(core: str, end: int, last: Turn) -> tuple[str | None, int]:
    """What 这个机构 stands for, and where its noun ends: the answer to 哪个机构, else the phrase of the same noun."""
    parts = take_apart(last.question)
    for length in range(min(6, len(core) - end), 0, -1):
        noun = core[end : end + length]
        at = parts.text.rfind(noun)
        if at < 0 and length > 1 and noun in (last.span or ""):
            return (topic_of(last) if NAMED.search(parts.subject) else last.span), end + length
        if at < 0 or (length == 1 and noun not in "市省县校"):
            continue
        if parts.asks <= at < parts.asked:
            return told(last, ""), end + length
        if parts.start <= at < parts.end:
            return parts.text[parts.start : at + length], end + length
        return statement_of(last), end + length
    if match := re.compile(words.PLACE_NOUN).match(core, end):
        return told(last, "哪") or place_of(last), match.end()
    if match := re.compile(words.BODY_NOUN).match(core, end):
        return told(last, "谁|哪|叫什么") or topic_of(last), match.end()
    if match := re.compile(words.THING_NOUN).match(core, end):
        return told(last, "哪|叫什么") or owner_of("", last), match.end()
    return None, end


def _completed(core: str, masked: str, earlier: Sequence[Turn]) -> str | None:
    """The question with the subject or owner that it lacks; None where it lacks nothing."""
    last, content = earlier[0], content_of(masked)
    asking, named = ASKING.search(masked), re.search(words.NAMED, core)
    bare = asking and len(content) <= 1 and not named
    if bare or re.fullmatch(words.SPEECH, core) or re.match(f"其中有?{words.ASKING}", core):
        return f"{statement_of(last)}，{core}？"
    if owned := _NO_OWNER.match(masked):
        if re.search(words.ABOUT_TEXT, owned.group()) and not NAMED.search(last.question):
            return f"{statement_of(last)}，{core}？"
        return f"{owner_of(core, last)}的{core}？"
    if whole := _whole_name(core, last):
        return f"{whole}{core}？"
    lacks = _NO_SUBJECT.match(masked)
    if lacks and (len(lacks["verb"]) > 1 or len(content) <= 4):
        return f"{topic_of(last)}{core}？"
    if named or TIME.search(masked) or PLACE.search(masked):
        return _counted(core, masked, earlier)
    if re.match(f"{words.HAN}{{2}}多少", masked) and len(content) == 2:
        return f"{owner_of(core, last)}的{core}？"
    opens = re.match(words.OPENS, masked)
    if opens and (len(content) <= 2 or (len(content) <= 4 and core.endswith("的"))):
        return f"{topic_of(last)}{core}？"
    return None


def _whole_name(core: str, last: Turn) -> str | None:
    """What stood before 大会 in the last question, where this one begins with 大会 alone."""
    thing = re.match(rf"({words.THING_NOUN})(?=的|{words.VERB})", core)
    at = mask(last.question).find(thing[1]) if thing else -1
    before = re.split(rf"[了过是在，]|{words.ASKING}", last.question[: max(at, 0)])[-1]
    return before if len(before) > 1 else None


def _counted(core: str, masked: str, earlier: Sequence[Turn]) -> str | None:
    """杭州有多少家？ names a slot and asks for what it doesn't name."""
    for slot in (TIME, PLACE):
        new = slot.match(masked)
        if not new or content_of(masked[new.end() :]) or not re.search("多少|几|怎么样|如何|吗", masked):
            continue
        last = take_apart(earlier[0].question)
        old = slot.search(mask(last.text))
        if old and re.match("多|几|怎么样|如何", last.word):
            return last.text[: old.start()] + _suffixed(new.group(), old.group()) + last.text[old.end() :] + "？"
        return f"{topic_of(earlier[0])}，{core}？"
    return None
