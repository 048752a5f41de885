"""An answer's text and the quotes that it cites -> what the text says and no quote does.

    unsupported("占比达15.8%。 [1]", ["占比达12.5%。"])     ->  ("15.8%",)
    unsupported("企业需要转型", ["企业不需要转型。"])         ->  ("需要",)

Compared are numbers (by value and unit: 82万个 is 820,000个, 六成 is 60%), dates, Latin names, 《titles》, “quoted words”,
and whether a word is negated. Chinese names and paraphrases are not: what passes may still be wrong.
"""

from __future__ import annotations

import re
from collections.abc import Hashable, Iterator, Sequence, Set
from datetime import date
from itertools import combinations

from wenju.chinese import simplified
from wenju.dates import named_dates
from wenju.numbers import numbers
from wenju.sentences import sentences

# Start and end of something said, its key, and the keys that it implies. A key that is a str may stand anywhere.
_Said = tuple[int, int, Hashable, tuple[Hashable, ...]]


def unsupported(text: str, quotes: Sequence[str], frame: str = "") -> tuple[str, ...]:
    """What of `text` stands in none of its `quotes`, in order: numbers, dates, names, titles, words (not) negated.

    Citation marks ([1]) are ignored. `frame`, the wording that an answer puts around its quotes, counts as quoted.
    A capitalised word that is not in it is a name, unless it is one like The or According.

    >>> unsupported("In 2023, DeepSeek-R2 held 60% [1]", ["2024年，DeepSeek-R1占比达60%。"])
    ('2023', 'DeepSeek-R2')
    """
    plain, sources = _plain(text), [_plain(source) for source in (*quotes, frame)]
    copied = {source[start:end] for source in sources for start, end in sentences(source)}
    left = list(plain)
    for start, end in sentences(plain):
        if plain[start:end] in copied:
            left[start:end] = "\n" * (end - start)
    plain = "".join(left)
    held = {key for source in sources for *_, key, implied in _said(source) for key in (key, *implied)}
    wrong = [
        (start, end)
        for start, end, key, _ in _said(plain)
        if key not in held and not (isinstance(key, str) and any(key in source for source in sources))
    ]
    denied = {word for source in sources for *_, word in _negated(source)}
    denied -= {word for source in sources for *_, word in _affirmed(source, denied)}
    wrong += [(start, end) for start, end, _ in _affirmed(plain, denied)]
    found, last = [], 0
    for start, end in sorted(wrong, key=lambda span: (span[0], -span[1])):
        if end > last:  # of 《报告2026》 the number isn't told again
            found.append(text[start:end])
            last = end
    return tuple(dict.fromkeys(found))


def _plain(text: str) -> str:
    """Simplified, half-width letters and digits, an end of the line for each [1]; as many characters as before."""
    return simplified(_CITATION.sub(lambda mark: "\n\n".ljust(len(mark[0])), text).translate(_HALF_WIDTH))


def _said(text: str) -> Iterator[_Said]:
    figures = list(_figures(text))
    read = {offset for start, end, *_ in figures for offset in range(start, end)}
    yield from figures
    yield from (_name(match) for match in _LATIN.finditer(text) if not read.issuperset(range(*match.span())))
    for match in _MARKED.finditer(text):
        words = match[match.lastindex or 0].strip(" ,.，。")
        yield *match.span(), ("title", words) if match.lastindex == 1 else words, (("title", words),)
    yield from ((*match.span(), match[0], ()) for match in _NEAR.finditer(text))
    yield from ((start, end, ("not", word), ()) for start, _, end, word in _negated(text))


def _figures(text: str) -> Iterator[_Said]:
    """Numbers and dates. In a quote, 82万个 implies 820000; 2024年11月8日 implies 2024年, 11月, 8日, 11月8日 and 2024."""
    dates: list[tuple[int, int, list[tuple[str, int]]]] = []
    for named in named_dates(_NOT_ASCII.sub("中", text), _TODAY):
        (start, end), first, last = named.span, named.start, named.end
        if re.search("[JFMASOD][a-z]{2}|Nov", text[start:end]) and last.replace(day=1) == first.replace(day=1):
            year = [("年", first.year)] * (first.year != _TODAY.year)
            dates.append((start, end, year + [("月", first.month), ("日", first.day)][: 1 + (first == last)]))
    english = {offset for start, end, _ in dates for offset in range(start, end)}
    for number in (number for number in numbers(text) if number.start not in english):
        unit, value = _SAME.get(number.unit, number.unit), number.value
        start, end, parts = dates[-1] if dates else (0, 0, [])
        if number.kind != "date" or unit not in _PARTS:
            yield number.start, number.end, (number.kind, value, unit), (("count", value, ""),) * (number.kind == "count")
        elif parts and _PARTS.index(parts[-1][0]) < _PARTS.index(unit) and 0 <= number.start - end < 2:
            dates[-1] = (start, number.end, [*parts, (unit, int(value))])
        else:
            dates.append((number.start, number.end, [(unit, int(value))]))
    for start, end, parts in dates:
        within = [tuple(parts[i:j]) for i, j in combinations(range(len(parts) + 1), 2)]
        yield start, end, tuple(parts), (*within, *(("count", value, "") for unit, value in parts if unit == "年"))


def _name(match: re.Match[str]) -> _Said:
    """DeepSeek-R1, 5G, 1+4, the e of 小e; of AI-powered only AI. "" for a plain word. DeepSeek-R1 implies DeepSeek."""
    parts = _LETTERS.findall(match[0])
    names = [part for part in parts if not (part.islower() and part.isalpha())]
    key = names[0] if len(names) == 1 < len(parts) else match[0]
    beside = match.string[max(0, match.start() - 1) : match.start()] + match.string[match.end() : match.end() + 1]
    claimed = (names and not (key.istitle() and _ORDINARY.fullmatch(key.lower()))) or _HAN.search(beside)
    implied = tuple(("name", word.lower()) for word in (match[0], *parts))
    return *match.span(), ("name", key.lower()) if claimed else "", implied


def _negated(text: str) -> Iterator[tuple[int, int, int, str]]:
    """Where each negation starts, and start, end and form of what it negates: two characters, or an English word."""
    for match in _NOT.finditer(text):
        if match.lastgroup:
            yield match.start(), *match.span(match.lastgroup), _form(match[match.lastgroup])


def _affirmed(text: str, words: Set[str]) -> Iterator[tuple[int, int, str]]:
    """Where one of the words stands without a negation."""
    negated = {start for _, start, _, _ in _negated(text)} if words else set()
    for match in _WORD.finditer(text) if words else ():
        word = match[match.lastindex or 0]
        if _form(word) in words and match.start() not in negated:
            yield match.start(), match.start() + len(word), _form(word)


def _form(word: str) -> str:
    return re.sub(r"(?<=[a-z]{3})(?:es|ed|ing|s|e)$", "", word.lower()) if word.isascii() else word


_TODAY, _PARTS = date(1604, 1, 1), ("年", "月", "日")  # such a day lets named_dates read "November 8"; no text names it
_SAME = {"千米": "公里", "km": "公里", "千克": "公斤", "kg": "公斤", "名": "人", "位": "人", "号": "日"}
_CITATION, _NOT_ASCII, _HAN = re.compile(r"\[\d{1,3}\]"), re.compile("[^\0-\x7f]"), re.compile("[\u3400-\u9fff]")
_HALF_WIDTH = {code: code - 0xFEE0 for code in range(0xFF10, 0xFF5B) if chr(code).isalnum()}
_LETTERS = re.compile(r"[^\W_\u3005-\u9fff\uac00-\ud7a3\uf900-\ufaff\U00020000-\U000323af]+")
_LATIN = re.compile(rf"{_LETTERS.pattern}(?:[-.+&/]{_LETTERS.pattern})*\+*")
_MARKED = re.compile("[《〈]([^《》〈〉]*)[》〉]|“([^“”]*)”|‘([^‘’]*)’|「([^「」]*)」|『([^『』]*)』|\"([^\"\n]*)\"")
_NEAR = re.compile("[前去今明后]年|[昨今明][天日]|[上下]半年|[上本下]个?月|[上下]周|[一二三四1-4]季度")
_ORDINARY = re.compile(
    "the|an?|in|on|at|of|for|by|from|to|as|with|its?|s?he|they|we|i|you|your|our|their|his|her|my|and|but|or|if|when|while"
    "|th(?:is|at|ese|ose|ere)|according|after|before|since|each|most|some|all|who|what|which|where|why|how|yes|not?|is|are|was"
)
# 不断, 非常, 未来 and 是不是 negate nothing; between a negation and its word may stand 会, 能, 再, 是 …
_NOT = re.compile(
    r"([\u3400-\u9fff])[不没]\1|有没有|不[断仅但同少过久管论妨禁愧锈丹](?![意于])|对不起|[除是南北东西中莫]非|非[常洲遗凡]|未来|无[论线锡疑数限穷形缝]|无人[机驾]"
    r"|(?:并非|绝非|毫无|没[有能]|从[未不]|[并毫决绝]不|[并尚]未|未[能曾]|无[法需须]|不[必用曾]|否认|[不没未无非])"
    r"(?:能够|可以|应[该当]|愿意|完全|一定|[会能敢想愿再太很更曾是被将只]){0,3}[“‘「\"]?(?P<han>[\u3400-\u9fff]{1,2})"
    r"|(?:\b(?:not|never|no|without|cannot|n?either|nor)|n['’]t)\b(?: (?:be|been|yet|an?|the|any|to|have|has|longer)\b){0,3}"
    r" (?P<word>[A-Za-z]+)"
)
_WORD = re.compile(r"(?=([\u3400-\u9fff]{1,2}))|\b(?=([A-Za-z]+))")
