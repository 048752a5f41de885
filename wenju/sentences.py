"""Chinese and English text -> sentences, with offsets.

    他说：“好。走吧！”大家走了。    ->    他说：“好。走吧！”   大家走了。
"""

from __future__ import annotations

import re

from wenju.chinese import simplified


def _words(*lists: str) -> str:
    return "|".join(" ".join(lists).split())


_PAIRS = dict(zip("“‘「『﹁﹃«《〈（(【[［〔〖", "”’」』﹂﹄»》〉）)】]］〕〗", strict=True))
_OPENERS = {closer: opener for opener, closer in _PAIRS.items()}
_TITLES = "《〈"  # 《你好，李焕英！》: a mark inside a title ends nothing
_BRACKETS = "（([【［〔〖"
_CLOSERS = '”’」』﹂﹄»）)】]］〕〗"'
_ENDS = "。！？｡!?.…"
_BRACKET = re.compile("[" + re.escape("".join(_PAIRS) + "".join(_OPENERS)) + '"]')
_STOP = re.compile("[" + re.escape("".join(_PAIRS)) + r'"\n]|(?:[。！？｡!?…⋯]|\.{2,}|(?<=[!?])\.)+|\.')
_SPACE = re.compile(r"\s*")
_LOOK = 80  # characters that are looked at behind a quotation or around a line break
_CLAUSE = re.compile(r"[^，,。！？!?；;：:\n“「『\"]*")
_REST = re.compile(r"([^。！？!?\n“「『\"]*)[。！？!?]")
_SAYING = re.compile(
    _words(
        "表示 指出 介绍 解释 认为 强调 坦言 告诉 倡议 邀约 回忆 补充 透露 感叹 感慨 回答 反问 追问 呼吁 坦承 直言 评价 提醒 建议",
        r"总结 宣布 承诺 [写说问答喊笑叹]道 [说称问答喊叫讲曰][着了起]?\Z (?<![知报一街频渠轨通赛管味公铁大国隧河航])道\Z",
        r"\b(?:said|says|asked|asks|told|replied|added|wrote|writes|explained|noted|shouted|answered)\b",
    )
)
_OPENING = re.compile(
    _words(
        r"[“「『\"] 然而 但是 不过 此外 同时 另外 目前 当前 因此 所以 于是 后来 最后 随后 接着 据悉 据介绍 据了解",
    )
)
_LIST_MARK = re.compile(
    r"[ \t]*(?:[-*+•·●■▪◆]|\d{1,3}[.、)）]|[（(][\d一二三四五六七八九十]{1,3}[)）]|[一二三四五六七八九十]{1,3}、|[①-⑳])"
)
_WRAPPED = 20  # characters: a shorter line without punctuation is a line of a list, a longer one is wrapped
_WORD_BEFORE = re.compile(r"[A-Za-z][A-Za-z.]*\Z|[0-9]+\Z")
_STARTER = re.compile(
    r"(?:The|It|In|He|She|They|We|This|That|These|Those|But|And|A|An|However|There|On|At|For|As|If)\b"
)
_NEVER_LAST = re.compile(
    _words(
        "mr mrs ms dr prof st gen gov sen rep rev hon capt col lt sgt maj mt ft vs cf",
        "e.g i.e eg ie fig eq approx vol pp",
    )
)
_MAYBE_LAST = re.compile(
    _words(
        "etc inc ltd co corp jr sr al dept univ est no jan feb mar apr jun jul aug sep sept oct nov dec",
        "[a-z] [a-z.]*[.][a-z.]*",
    )
)


def sentences(text: str) -> list[tuple[int, int]]:
    """The spans of the sentences of a paragraph, in order; only white space lies between them.

    A sentence ends at 。！？!? and at a full stop that is no part of a number, name or abbreviation, with the closing
    quotes and brackets behind it. It never ends inside a quotation, bracket or 《title》 that is closed in the
    paragraph; an opening mark that is never closed counts as none. ； doesn't end a sentence; …… only at the end of
    a line or before a quotation or a word that opens a sentence (然而, 此外, 目前). Lines of a list are sentences;
    a line wrapped in the middle of a clause is not.

    A quotation that itself ends with 。！？ ends the sentence if it was introduced (他说：“……。”), or if it began the
    sentence and no attribution follows: no verb of saying in the clause behind it (“……。”李军说。 is one sentence)
    or at the end of the sentence behind it (“……。”在会上，周伟这样倡议。).
    """
    closing = _closing(text)
    spans: list[tuple[int, int]] = []
    start = position = _after_space(text, 0)
    while stop := _STOP.search(text, position):
        opened, position = stop.start(), stop.end()
        char = text[opened]
        if opened in closing:
            position = closing[opened] + 1
            ends = _quotation_ends(text, start, opened, position)
        elif char in _PAIRS or char == '"':
            ends = False
        elif char == "\n":
            ends = _line_ends(text, opened)
        elif stop.group() != "." and not stop.group().strip("….⋯"):
            ends = opened > start and _ellipsis_ends(text, position)
        else:
            ends = _mark_ends(text, start, opened, position)
        if ends:
            while char != "\n" and position < len(text) and text[position] in _CLOSERS and position not in closing:
                position += 1
            spans.append((start, position))
            start = position = _after_space(text, position)
    if start < len(text):
        spans.append((start, len(text)))
    return [(a, a + len(text[a:b].rstrip())) for a, b in spans]


def _closing(text: str) -> dict[int, int]:
    """Offset of each opening mark that is closed -> offset of its closing mark. Straight quotes pair if even."""
    closing: dict[int, int] = {}
    open_marks: list[tuple[str, int]] = []
    waiting = dict.fromkeys(_PAIRS, 0)
    straight: list[int] = []
    for match in _BRACKET.finditer(text):
        mark, offset = match.group(), match.start()
        if mark == '"':
            straight.append(offset)
        elif mark in _PAIRS:
            open_marks.append((mark, offset))
            waiting[mark] += 1
        elif waiting[_OPENERS[mark]]:
            # What was opened since then and is not closed yet is a stray mark.
            while True:
                opener, opened = open_marks.pop()
                waiting[opener] -= 1
                if opener == _OPENERS[mark]:
                    closing[opened] = offset
                    break
    if len(straight) % 2 == 0:
        closing.update(zip(straight[::2], straight[1::2], strict=True))
    return closing


def _quotation_ends(text: str, start: int, opened: int, after: int) -> bool:
    """Does the sentence begun at `start` end with the quotation `text[opened:after]`?"""
    last = after - 1
    while last > opened and text[last] in _CLOSERS:
        last -= 1
    if text[last] not in _ENDS or text[opened] in _TITLES or (text[opened] in _BRACKETS and opened > start):
        return False
    following = _after_space(text, after)
    if following == len(text) or "\n" in text[after:following]:
        return True
    char = text[following]
    if char in "，,、；;：:—-的等之" + _ENDS or (char in _CLOSERS and char != '"') or _lower(char):
        return False
    if text[last] == "…":
        return char in "“「『"
    if opened > start:
        before = text[max(start, opened - 10) : opened].rstrip()
        introduced = before[-1:] in tuple("：:，,") or bool(_SAYING.search(simplified(before)))
        return introduced or (following > after and char.isascii())
    return not _attributes(simplified(text[following : following + _LOOK]))


def _attributes(following: str) -> bool:
    """Does it tell who spoke: 李军说，将……; 在会上，常州市市长周伟这样倡议。"""
    first, rest = _CLAUSE.match(following), _REST.match(following)
    if first and _SAYING.search(first.group()):
        return True
    return bool(rest and any(saying.end() == rest.end(1) for saying in _SAYING.finditer(rest[1])))


def _line_ends(text: str, newline: int) -> bool:
    """Is the line break the end of a sentence, and not a line wrapped in the middle of a clause?"""
    line = text[max(0, newline - _LOOK) : newline].rsplit("\n", 1)[-1].strip()
    rest = text[newline + 1 : newline + _LOOK]
    following = rest.lstrip()
    if not line or not following or "\n" in rest[: -len(following)] or _LIST_MARK.match(rest):
        return True
    if line[-1] in "，,、-" or _lower(following[0]):
        return False
    return bool(_LIST_MARK.match(line)) or len(line) < _WRAPPED or not line[-1].isalnum()


def _ellipsis_ends(text: str, after: int) -> bool:
    following = _after_space(text, after)
    if following == len(text) or "\n" in text[after:following]:
        return True
    return bool(_OPENING.match(simplified(text[following : following + 4])))


def _mark_ends(text: str, start: int, opened: int, after: int) -> bool:
    """Does the mark `text[opened:after]` (。！？ or an ASCII . ! ?) end a sentence?"""
    if any(char in "。！？｡" for char in text[opened:after]):
        return True
    closed = after
    while closed < len(text) and text[closed] in _CLOSERS:
        closed += 1
    following = _after_space(text, closed)
    if following == len(text):
        return True
    char, spaced = text[following], following > closed
    if _lower(char) or (not spaced and char.isascii() and (char.isalnum() or char in "/=&@-_%#~,;:")):
        return False
    word = _WORD_BEFORE.search(text, max(0, opened - 20), opened)
    if text[opened] != "." or not word:
        return True
    if not spaced or word.group().isdecimal():
        return spaced and word.start() > start  # 1.概述, v2.然后; 1. the number of a list
    name = word.group().lower()
    if _NEVER_LAST.fullmatch(name):
        return False
    return not _MAYBE_LAST.fullmatch(name) or not char.isascii() or bool(_STARTER.match(text, following))


def _lower(char: str) -> bool:
    return char.isascii() and char.islower()


def _after_space(text: str, position: int) -> int:
    match = _SPACE.match(text, position)
    return match.end() if match else position
