"""Chinese and English text -> the one normal form for searching, and search terms.

    normal_form("５Ｇ基站「數量」")              ->    5g基站"数量"
    search_terms("5G基站82万个")                 ->    5g  基站  万个  820000 820000个

Pure functions. Number expressions are read by numbers.py, and can be had from here.
"""

from __future__ import annotations

import functools
import itertools
import re
import unicodedata
from fractions import Fraction

from opencc import OpenCC

from wenju.numbers import Number, numbers

__all__ = ["Number", "normal_form", "numbers", "question_terms", "search_terms", "simplified"]


# --- The normal form -------------------------------------------------------------------------------------------------

_INVISIBLE = re.compile("[\u00ad\u200b-\u200f\u2060\ufeff]")
_MARKS = (
    dict.fromkeys("“”„‟«»「」『』﹁﹂﹃﹄〝〞", '"')
    | dict.fromkeys("‘’‚‛′`´", "'")
    | dict.fromkeys("‐‑‒–—―−─", "-")
    | dict.fromkeys("•・‧", "·")
)


def simplified(text: str) -> str:
    """Traditional characters to simplified ones, phrase by phrase (計畫 -> 计划); as many characters as before."""
    return str(_converter().convert(text))


def normal_form(text: str) -> str:
    """The form in which texts are compared: width (NFKC), simplified, lower case, plain quotes and dashes.

    OpenCC goes by phrases, so that 乾 stays in 乾隆 and not in 乾淨. What it leaves is then converted character by
    character, so that a word has one form in every context; and normal_form(normal_form(x)) == normal_form(x).
    """
    if text.isascii():
        return text.lower()
    text = unicodedata.normalize("NFKC", _INVISIBLE.sub("", text)).lower()
    # Twice: 打壞 becomes 打坏, which OpenCC takes for a traditional word and makes 打坯, as it does at once with 打坏.
    text = simplified(simplified(text)).translate(_character_table())
    return unicodedata.normalize("NFKC", text)


@functools.cache
def _converter() -> OpenCC:
    return OpenCC("t2s")


@functools.cache
def _character_table() -> dict[int, str]:
    """Every character that is not in normal form by itself -> the one that is."""
    characters = [chr(code) for code in (*range(0x3400, 0xA000), *range(0x20000, 0x2A6E0))]
    converted = simplified("\n".join(characters)).split("\n")
    return str.maketrans(_MARKS | {a: b for a, b in zip(characters, converted, strict=True) if a != b})


# --- Search terms ----------------------------------------------------------------------------------------------------

# Scripts written without spaces: Han, kana, hangul.
_RUN = "[\u3005-\u3007\u3041-\u30ff\u3400-\u9fff\uf900-\ufaff\uac00-\ud7a3\U00020000-\U000323af]"
_LETTERS = rf"(?:(?!{_RUN})[^\W_])+"
_TERM = re.compile(rf"({_RUN}+)|{_LETTERS}(?:[-.+&'/]+{_LETTERS})*\+*")
_PART = re.compile(r"[^\W_]+")
_KINDS = "[些个位年月日天家种项类座所部次届场条款里儿]"
_ASKING = re.compile(
    rf"(?:是|有|叫)?(?:为什么|什么时候|什么|多少|哪一?(?={_KINDS})[些个位里儿]?|谁|怎么样?|怎样|如何|何时|何地|何处|何人|何年|为何"
    rf"|多[大高长远久重深宽快](?=的|\W|\Z)|几(?={_KINDS}))(?:是|叫|有)?|请问|是否|是不是|有没有|[吗呢](?=\W|\Z)"
    r"|\b(?:what|which|who|whom|whose|when|where|why|how(?: many| much| long| old| far)?|is|are|was|were|do|does|did"
    r"|has|have|had|the|an?|of|in|on|at|to|for|by|and)\b"
)


def search_terms(text: str) -> list[str]:
    """The terms that keyword search counts, with repetition; none holds white space or a quote.

    Han characters give their bigrams (a lone one itself), names their whole (deepseek-r1, 5g, ai+) and its parts,
    numbers their value (82万, 820,000 and 八十二万 -> 820000) and the value with its unit (820000个); shares are
    percentages (六成, 五分之三 -> 60%), years, months and days keep their unit (2024年).
    """
    return _terms(normal_form(text))


def question_terms(question: str) -> list[str]:
    """The search terms of what a question is about, without the words that only ask (什么, 哪一年, 多少, how many).

    They are rare in articles, so that BM25 takes them for telling. A question of nothing else keeps them all.
    """
    text = normal_form(question)
    return _terms(_ASKING.sub(" ", text)) or _terms(text)


def _terms(text: str) -> list[str]:
    found = numbers(text)
    terms = [term for number in found for term in _number_terms(number)]
    covered = {offset for number in found for offset in range(number.start, number.end)}
    for match in _TERM.finditer(text):
        run = match.group()
        if match.group(1):
            terms.extend(map("".join, itertools.pairwise(run)) if len(run) > 1 else [run])
        elif match.start() not in covered:
            parts = _PART.findall(run)
            terms.extend([run] if parts == [run] else [run, *parts])
    return terms


def _number_terms(number: Number) -> list[str]:
    """820000, 820000个; 60%; 1/3; 2024年; 第4届; a bare 2024 may be the year too."""
    value = _written(number.value)
    if number.kind in ("percent", "fraction"):
        share = _written(number.value * 100)
        return [value if "/" in share else f"{share}%"]
    if number.kind in ("date", "ordinal"):
        return [f"{value}{number.unit}" if number.kind == "date" else f"第{value}{number.unit}"]
    if number.unit:
        return [value, value + number.unit]
    return [value, f"{value}年"] if 1900 <= number.value < 2100 and number.value.denominator == 1 else [value]


def _written(value: Fraction) -> str:
    """820000, 27.4, 1/3: decimals where they are exact, else the fraction."""
    whole, rest = divmod(abs(value), 1)
    sign = "-" if value < 0 else ""
    if not rest:
        return f"{sign}{whole}"
    for places in range(1, 19):
        if (digits := rest * 10**places).denominator == 1:
            return f"{sign}{whole}.{str(digits).zfill(places)}"
    return str(value)
