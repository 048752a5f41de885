"""Question + history -> a question that stands alone, without a language model.

    黄山发展人工智能有什么优势？  那温州呢？          ->  温州发展人工智能有什么优势？
    常州的产业链完整度有多高？    它的市长是谁？      ->  常州的市长是谁？
    蓝皮书是哪个机构编写的？      这个机构在哪里？    ->  中国网络空间研究院在哪里？     (what was answered)
    常州的产业链完整度有多高？    今天天气怎么样？    ->  今天天气怎么样？               (a new topic carries nothing)

A question is taken apart around its question word: the subject before its predicate is what it is about, and holds
the slots (time, place, 《title》, “term”) that a fragment replaces by its own kind. Only a question that shows a gap
is touched (a fragment, a pronoun, no subject, a noun that needs an owner); in doubt it stays as it is.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from wenju import grammar as g
from wenju.chinese import simplified

TURNS_BACK = 3  # so many earlier questions are searched for the parallel of a fragment
FRAGMENT = 16  # characters; a longer fragment has words enough of its own
NAME = 24  # characters; a longer answer is no name that could stand for a pronoun

_END = "？?。.！!～~ \u3000"
_NAMED = re.compile(f"{g.TITLE}|{g.TERM}")
_TIME, _PLACE, _LATIN, _ASKING = map(re.compile, (g.TIME, g.PLACE, g.LATIN, g.ASKING))
_SLOTS = (_TIME, re.compile(g.TITLE), re.compile(g.TERM), _PLACE, _LATIN)
_PREDICATE = re.compile(rf"{g.VERB}(?!的)|(?:(?!年){g.HAN})?{g.HAN}(?=[了过](?!解))")
_ADVERBIAL = re.compile(rf"(?:{g.ADVERB}|{g.PHRASE})+\Z")
_PRONOUN, _MORE, _NO_SUBJECT, _OWNED = map(re.compile, (g.PRONOUN, g.MORE, g.NO_SUBJECT, g.NO_OWNER))
_OBJECT = re.compile(rf"的?((?:(?!{g.VERB}|最|更|比较){g.HAN}|[A-Za-z\d])+)")

_ENGLISH_OPENING = re.compile(r"(?:(?:and|but|so|then|okay|ok)\b,?\s*)?(?:what about|how about)\s+|(?:and|but)\s+", re.I)
_ENGLISH_BARE = re.compile(
    r"(?:and |but )?(?:why(?: not| so| is that)?|how(?: so| much| many| long| often)?|when|where|who|which(?: ones?)?|since when|really|are you sure"
    r"|(?:what|who|anything|any) (?:else|others?)|who (?:said|says|claims) (?:so|that|this|it))",
    re.I,
)
_ENGLISH_PRONOUN = re.compile(
    r"\b(?:(?P<person>he|his|him|she|her)|(?P<thing>its?(?! (?:true|possible|rain|snow|cold|hot|that|time))|they|their|them)"
    r"|(?P<there>(?<!is )(?<!are )(?<!was )(?<!were )there(?=\W*$))|(?P<noun>th(?:is|at|ese|ose)(?= [a-z]+))|(?P<said>^(?:that|this)|(?:th(?:at|is)|so)(?=\W*$)))\b",
    re.I,
)
_ENGLISH_OBJECT = re.compile(rf"\b(?:how many|share of|which|who (?:is|are|was|were)|what (?:is|are|was|were)) (.+?)(?= (?:{g.ENGLISH_VERB}|of|in|on|from)\b|\W*\Z)", re.I)
_ENGLISH_NAME = re.compile(rf"(?<!^)(?<![\w-])(?!{g.ENGLISH_ASKING}\b|I\b)[A-Z][\w-]*(?:\s[A-Z][\w-]*)*")


@dataclass(frozen=True)
class Turn:
    """An earlier question, as searched (already stand-alone); the answer's text ("" when not found) and its span."""

    question: str
    answer: str
    span: str | None


@dataclass(frozen=True)
class _Parts:
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
        return "" if _PREDICATE.search(_masked(owner)) else owner


def stand_alone(question: str, history: Sequence[Turn]) -> str:
    """The question as it can be asked without its history: itself if it stands alone.

    `history` is oldest first. A question that is rewritten comes out in simplified characters.
    """
    earlier = [turn for turn in reversed(history) if turn.question.strip()][:TURNS_BACK]
    if not earlier:
        return question
    earlier = [Turn(simplified(turn.question).strip(), turn.answer, turn.span) for turn in earlier]
    core = simplified(question).strip()
    rewritten = _chinese(core, earlier) if re.search(g.HAN, core) else _english(core.rstrip(_END), earlier)
    return rewritten or question


# --- Chinese ---------------------------------------------------------------------------------------------------------


def _chinese(question: str, earlier: Sequence[Turn]) -> str | None:
    core = re.sub(rf"\A{g.LEAD}", "", question.rstrip(_END))
    last, masked = earlier[0], _masked(core)
    pronoun = _PRONOUN.search(masked)
    if _MORE.fullmatch(core):
        return f"{last.question.rstrip(_END)}，{core}？"
    if core.endswith("呢") and not pronoun and not _ASKING.search(masked):
        return _replaced(core[:-1], earlier)
    if re.search(g.ADDRESSED, masked):
        return None
    if pronoun and len(_content(masked[: pronoun.start()])) <= 3:  # else it stands for something in this question
        return _resolved(core, pronoun, last)
    if question[-1] in "？?" and any(slot.fullmatch(core) for slot in _SLOTS):
        return _replaced(core, earlier, sure=False)
    return _completed(core, masked, earlier)


def _masked(text: str) -> str:
    """The text with its 《titles》 and “terms” blotted out, at the same offsets."""
    return _NAMED.sub(lambda match: "\ue000" * len(match.group()), text)


def _content(masked: str) -> str:
    """What is left of a question without its question words, function words and marks."""
    return re.sub(r"\W", "", re.sub(g.FILLING, "", _ASKING.sub("", masked)))


def _parts(question: str) -> _Parts:
    """国产游戏2024年卖了多少份？ -> subject 国产游戏, word 多少份."""
    text = question.rstrip(_END)
    masked = _masked(text)
    asking = _ASKING.search(masked)
    asks, asked = asking.span() if asking else (len(text), len(text))
    start = max(masked.rfind(mark, 0, asks) for mark in "，,；：") + 1
    if time := _TIME.match(masked, start, asks):
        start = time.end()
    predicates = list(_PREDICATE.finditer(masked, start, asks))
    end = predicates[-1].start() if predicates else asks
    if time := _TIME.search(masked, start + 1, end):
        end = time.start()
    if adverbial := _ADVERBIAL.search(masked, start, end):
        end = adverbial.start()
    return _Parts(text, start, end, asks, asked)


def _replaced(fragment: str, earlier: Sequence[Turn], sure: bool = True) -> str | None:
    """The latest question that has a part parallel to the fragment, with the fragment in its place.

    Unless `sure`, the fragment replaces only what is of its own kind.
    """
    names, last = re.split("[和与及、]", fragment), earlier[0].question
    for slot in _SLOTS:
        if not all(map(slot.fullmatch, names)):
            continue
        for turn in earlier:
            if old := slot.search(_masked(turn.question) if slot in (_TIME, _PLACE) else turn.question):
                return turn.question[: old.start()] + _suffixed(fragment, old.group()) + turn.question[old.end() :]
        if slot is _PLACE and (old := re.search(g.ASKS_PLACE, last)):
            return last[: old.start()] + fragment + last[old.end() :]
        if slot in (_TIME, _PLACE):
            return fragment + last if sure else None
    if not sure or not fragment or len(fragment) > FRAGMENT:
        return None
    start, end = _parallel(fragment, _parts(last))
    return last[:start] + fragment + last[end:] if start < end else f"{last.rstrip(_END)}，{fragment}呢？"


def _suffixed(name: str, old: str) -> str:
    """The new name with the suffix of the old one: 常州 for 黄山市 is 常州市, 去年 for 2024年的 is 去年的."""
    return name + old[-1] if old[-1] in "市省的" and name[-1] != old[-1] else name


def _parallel(fragment: str, parts: _Parts) -> tuple[int, int]:
    """Where a fragment of no particular kind belongs: its span in the question, empty if nowhere."""
    subject, start, end = parts.subject, parts.start, parts.end
    role = re.search(rf"{g.ROLE}\Z", subject)
    place = _PLACE.match(subject)
    owner = parts.owner()
    placed = _PLACE.match(fragment)
    if owner and "的" not in fragment and fragment[-1] == owner[-1] != subject[-1]:
        return start, start + len(owner)  # 成都大运会 for 杭州亚运会的吉祥物
    if placed or not subject:
        return (start, end) if subject else _object(parts)
    if role and re.search(rf"{g.ROLE}\Z", fragment):
        return start + role.start(), end  # 副院长 for 研究院院长
    if parts.text.startswith("的", parts.asked):
        return _object(parts)  # 人口 for 苏州和无锡谁的GDP更高
    if role:
        named = len(owner) or (place.end() if place else 0)
        return (start, start + named) if named and parts.word == "谁" else (start, end)
    if owner:
        return start + len(owner) + 1, end
    if place:
        return (start + place.end(), end) if place.end() < len(subject) else _object(parts)
    if behind := re.search(rf"(?:{g.PLACE})\Z", subject):
        return start, start + behind.start()
    return start, end


def _object(parts: _Parts) -> tuple[int, int]:
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
        found = _told(last, "哪") or _place_of(last) or _topic(last)
    elif kind == "person":
        found = _told(last, "谁|什么人|哪位|哪些人") or _person(last)
    elif kind in ("thing", "its"):
        found = _told(last, "叫什么|哪") or _owner(core[end:], last)
    if not found:
        return f"{_statement(last)}，{core}？"
    link = "的" if kind == "its" and start == 0 else ""
    return f"{core[:start]}{found}{link}{core[end:]}？"


def _listed(last: Turn) -> list[str] | None:
    """The two that 前者 and 后者 choose from: in the question, else in the answer's span."""
    for text in (_parts(last.question).subject, last.span or ""):
        if len(names := re.split("和|与|、|及", text)) == 2 and all(names):
            return names
    return None


def _noun(core: str, end: int, last: Turn) -> tuple[str | None, int]:
    """What 这个机构 stands for, and where its noun ends: the answer to 哪个机构, else the phrase of the same noun."""
    parts = _parts(last.question)
    for length in range(min(6, len(core) - end), 0, -1):
        noun = core[end : end + length]
        at = parts.text.rfind(noun)
        if at < 0 or length == 1 and noun not in "市省县校":
            continue
        if parts.asks <= at < parts.asked:
            return _told(last, "") or _statement(last), end + length
        if parts.start <= at < parts.end:
            return parts.text[parts.start : at + length], end + length
        return _statement(last), end + length
    if match := re.compile(g.PLACE_NOUN).match(core, end):
        return _told(last, "哪") or _place_of(last), match.end()
    if match := re.compile(g.THING_NOUN).match(core, end):
        return _told(last, "谁|哪|叫什么") or _topic(last), match.end()
    return None, end


def _told(last: Turn, asked: str) -> str | None:
    """The answer's span, where the question asked so and the span is a name."""
    parts, span = _parts(last.question), last.span or ""
    name = 0 < len(span) <= NAME and not re.match(r"[约近超逾]?[\d一二三四五六七八九十百千万半]", span)
    return span if name and re.search(asked, parts.text[max(0, parts.asks - 1) :]) else None


def _place_of(last: Turn) -> str | None:
    match = _PLACE.search(_masked(last.question))
    return match.group() if match else None


def _person(last: Turn) -> str | None:
    """A subject that may be a person: with an office, or a name of two to four characters."""
    subject = _parts(last.question).subject
    return subject if re.search(g.ROLE, subject) or re.fullmatch(f"(?!{g.PLACE}){g.HAN}{{2,4}}", subject) else None


def _owner(owned: str, last: Turn) -> str:
    """Whose: an office or a population is a place's, everything else the subject's or its owner's."""
    if re.match(rf"的?(?:{g.ROLE}|人口|面积)", owned) and (place := _place_of(last)):
        return place
    parts = _parts(last.question)
    if (owner := parts.owner()) and re.fullmatch(g.OWNED, parts.subject[len(owner) + 1 :]):
        return owner
    return _topic(last)


def _topic(last: Turn) -> str:
    """What the last question was about: its subject, or all of it where that is too little."""
    parts = _parts(last.question)
    subject = re.sub(r"(?<=.)[的上里]\Z", "", parts.subject)
    adjunct = re.match(g.ADJUNCT, parts.word) and parts.end == parts.asks and len(parts.text) - parts.asked > 3
    if not subject or adjunct or re.fullmatch("[文会]中|会", subject):
        named = _NAMED.search(parts.text)
        return named.group() if named else _statement(last)
    if (place := _PLACE.match(subject)) and re.match(g.VERB, subject[place.end() :]):
        return place.group()
    return subject


def _statement(last: Turn) -> str:
    """The last question as a statement: its question word filled by the answer's span, or left out."""
    parts = _parts(last.question)
    before, after = parts.text[: parts.asks], parts.text[parts.asked :]
    if last.span and len(last.span) <= NAME and (re.match("多|几|谁|哪|何时|什么时", parts.word) or not after):
        return before + last.span + after
    if not after:
        before = re.sub("(?:是|由|在|为|有|叫|占|被)+\\Z", "", before)
    return before + re.sub(r"\A(?:要|会|能|的|说)", "", after)


def _completed(core: str, masked: str, earlier: Sequence[Turn]) -> str | None:
    """The question with the subject or owner that it lacks; None where it lacks nothing."""
    last, content = earlier[0], _content(masked)
    asking, named = _ASKING.search(masked), re.search(g.NAMED, core)
    bare = asking and len(content) <= 1 and not named
    if bare or re.fullmatch(g.SPEECH, core) or re.match(f"其中有?{g.ASKING}", core) and len(content) <= 6:
        return f"{_statement(last)}，{core}？"
    if owned := _OWNED.match(masked):
        if re.search(g.ABOUT_TEXT, owned.group()) and not _NAMED.search(last.question):
            return f"{_statement(last)}，{core}？"
        return f"{_owner(core, last)}的{core}？"
    lacks = _NO_SUBJECT.match(masked)
    if lacks and (len(lacks["verb"]) > 1 or len(content) <= 4):
        return f"{_topic(last)}{core}？"
    if named or _TIME.search(masked) or _PLACE.search(masked):
        return _counted(core, masked, earlier)
    if re.match(f"{g.HAN}{{2}}多少", masked) and len(content) == 2:
        return f"{_owner(core, last)}的{core}？"
    opens = re.match(g.OPENS, masked)
    if opens and (len(content) <= 2 or len(content) <= 4 and core.endswith("的")):
        return f"{_topic(last)}{core}？"
    return None


def _counted(core: str, masked: str, earlier: Sequence[Turn]) -> str | None:
    """杭州有多少家？ names a slot and asks for what it doesn't name."""
    for slot in (_TIME, _PLACE):
        new = slot.match(masked)
        if not new or _content(masked[new.end() :]) or not re.search("多少|几|怎么样|如何|吗", masked):
            continue
        last = _parts(earlier[0].question)
        old = slot.search(_masked(last.text))
        if old and re.match("多|几|怎么样|如何", last.word):
            return last.text[: old.start()] + _suffixed(new.group(), old.group()) + last.text[old.end() :] + "？"
        return f"{_topic(earlier[0])}，{core}？"
    return None


# --- English ---------------------------------------------------------------------------------------------------------


def _english(core: str, earlier: Sequence[Turn]) -> str | None:
    last = earlier[0]
    question = last.question.strip().rstrip(_END)
    if opening := _ENGLISH_OPENING.match(core):
        fragment = core[opening.end() :]
        if len(fragment.split()) <= 5 and not re.match(rf"(?:{g.ENGLISH_ASKING}|{g.ENGLISH_VERB})\b", fragment, re.I):
            return _english_replaced(fragment, earlier)
    if _ENGLISH_BARE.fullmatch(core):
        return f"{question}? {core}?"
    pronoun = _ENGLISH_PRONOUN.search(core)
    if not pronoun or _ENGLISH_NAME.search(core, 0, pronoun.start()):
        return None
    kind, rest = pronoun.lastgroup, core[pronoun.end() :]
    antecedent = _english_antecedent(str(kind), last)
    if kind == "said" or antecedent is None:
        return f"{question}? {core}?"
    if kind == "noun":
        rest = re.sub(r"\A\s+[a-z]+", "", rest)
    elif kind == "there":
        antecedent = f"in {antecedent}"
    elif pronoun.group().lower() in ("its", "his", "their") or pronoun.group().lower() == "her" and re.match(r"\s+[a-z]", rest):
        antecedent += "'s"
    return f"{core[: pronoun.start()]}{antecedent}{rest}?"


def _english_replaced(fragment: str, earlier: Sequence[Turn]) -> str:
    """And Wenzhou? How about 2023? And gigabit cities? in place of what is parallel to it in the last question."""
    name = re.sub(r"\A(?:in|for|of|at|the)\s+", "", fragment)
    for turn in earlier:
        text = turn.question.strip()
        year = re.search(r"(?:19|20)\d\d", text)
        if re.fullmatch(r"(?:19|20)\d\d", name):
            old = year
        elif name[:1].isupper():
            old = _PLACE.search(text) or _NAMED.search(text) if re.search(g.HAN, text) else _english_name(text)
        else:
            old = _ENGLISH_OBJECT.search(text)
        if old:
            start, end = old.span(old.lastindex or 0)
            return text[:start] + name + text[end:]
    return f"{earlier[0].question.strip().rstrip(_END)}? {fragment}?"


def _english_name(text: str) -> re.Match[str] | None:
    """The first proper name: capitalized words, not the first word of the question; AI only where there is no other."""
    names = list(_ENGLISH_NAME.finditer(text))
    return next((name for name in names if not name.group().isupper()), names[0] if names else None)


def _english_antecedent(kind: str, last: Turn) -> str | None:
    if re.search(g.HAN, last.question):
        told = _told(last, "谁|什么人|哪位") if kind == "person" else _told(last, "哪|叫什么")
        return told or (_place_of(last) if kind == "there" else None) or _topic(last)
    if kind == "person":
        return _told(last, r"(?i)\bwho\b")
    if kind in ("thing", "noun") and (told := _told(last, rf"(?i)\A(?:which|what)\s+\w+\s+(?!{g.ENGLISH_VERB}\b)")):
        return told
    name = _english_name(last.question)
    if not name:
        return None
    tail = re.compile(rf"(?:\s(?!{g.ENGLISH_JOINT}\b)[a-z]+)?(?=\W*\Z)").match(last.question, name.end())
    return name.group() + (tail.group() if tail else "")
