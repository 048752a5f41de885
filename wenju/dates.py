"""Text -> the times that it names, as ranges of days; and how well a passage's times agree with a question's.

    named_dates("2024年建成，11月8日发布", date(2025, 11, 9))  ->  2024-01-01 … 2024-12-31, 2025-11-08 … 2025-11-08

Relative words (去年, 昨天, 8日, last year) are read from `today`: the day of asking for a question, the article's date
for a passage. Without it they name nothing. A plan's name (“十五五”), a duration (九年), a title's number
(《报告2025》) and a base of comparison (比上年增长) are no times.
"""

from __future__ import annotations

import calendar
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from wenju.numerals import han_value

Days = tuple[date, date]


@dataclass(frozen=True)
class DateRange:
    """The days from `start` to `end`, both included, that `text[span[0]:span[1]]` names.

    A time without an end (自2017年起) lasts until `today`, or until date.max where that is unknown or earlier.
    """

    start: date
    end: date
    span: tuple[int, int]

    def __post_init__(self) -> None:
        if self.start > self.end:
            raise ValueError(f"a range of days starts on {self.start}, after its end on {self.end}")


def named_dates(text: str, today: date | None) -> list[DateRange]:
    """Every time that `text` names, in order, without overlap.

    >>> [(str(found.start), str(found.end)) for found in named_dates("2017年至2020年", None)]
    [('2017-01-01', '2020-12-31')]
    """
    alike = text.translate(_ALIKE)
    found: list[DateRange] = []
    read_already = bytearray(len(text))  # also what is no time after all: the 30日 of 2月30日 isn't one either
    for pattern, read in _READERS:
        for match in pattern.finditer(alike):
            start, end = match.span("shown") if "shown" in pattern.groupindex else match.span()
            if any(read_already[start:end]):
                continue
            read_already[start:end] = b"\1" * (end - start)
            try:
                first, last = read({name: group for name, group in match.groupdict().items() if group}, today)
            except (ValueError, OverflowError):  # 2月30日, 昨天 without a today, a year that no calendar has
                continue
            if first <= last:
                found.append(DateRange(first, last, (start, end)))
    found = _joined(sorted(found, key=lambda one: one.span), alike)
    return [_opened(one, alike, today) for one in found]


def agreement(question_dates: Sequence[DateRange], passage_dates: Sequence[DateRange]) -> float:
    """How well the times of a passage agree with those that a question names, in [-1, 1].

    Each of the question's times counts 1 where the passage names it or a time within it (asked 2024年, told 2024年11月),
    0.5 where it names a longer time around it or one that overlaps it (asked 11月8日, told 11月), -1 where all of the
    passage's times are others; the result is their mean. 0 where either names no time: that tells nothing.
    """
    if not question_dates or not passage_dates:
        return 0.0
    return sum(max(_fit(asked, told) for told in passage_dates) for asked in question_dates) / len(question_dates)


def _fit(asked: DateRange, told: DateRange) -> float:
    if told.end < asked.start or asked.end < told.start:
        return -1.0
    return 1.0 if asked.start <= told.start and told.end <= asked.end else 0.5


# --- Ranges of two times, and without an end -------------------------------------------------------------------------

_TO = r"\s?(?:至|到|—{1,2}|–|-|~|to|through)\s?"
_JOINS = re.compile(_TO, re.IGNORECASE)
_SINCE = re.compile(r"(?:自从?|从|\bsince )\Z", re.IGNORECASE)
_ONWARDS = re.compile("(?:起|以来|至今|开始|以后|之后)")


def _joined(found: list[DateRange], text: str) -> list[DateRange]:
    """Two times with 至 between them are one: 2017年3月至2018年5月, from 2017 to 2020."""
    joined: list[DateRange] = []
    for one in found:
        before = joined[-1] if joined else None
        if before and before.start <= one.end and _JOINS.fullmatch(text, before.span[1], one.span[0]):
            joined[-1] = DateRange(before.start, max(before.end, one.end), (before.span[0], one.span[1]))
        else:
            joined.append(one)
    return joined


def _opened(one: DateRange, text: str, today: date | None) -> DateRange:
    """自2017年起, 今年以来 and since 2017 last until today."""
    start, end = one.span
    since = _SINCE.search(text, max(0, start - 6), start)
    onwards = _ONWARDS.match(text, end)
    if not onwards and not (since and since.group().isascii()):
        return one
    span = (since.start() if since else start, onwards.end() if onwards else end)
    return DateRange(one.start, today if today and today >= one.start else date.max, span)


# --- One time --------------------------------------------------------------------------------------------------------

# One character for one, so that offsets stay those of the original text.
_ALIKE = str.maketrans("０１２３４５６７８９號後內個兩過屆從來開這～－", "0123456789号后内个两过届从来开这~-")
_YEARS = {"前年": -2, "去年": -1, "今年": 0, "本年": 0, "本届": 0, "明年": 1, "后年": 2}
_MONTHS = {"上个月": -1, "上月": -1, "本月": 0, "这个月": 0, "下个月": 1, "下月": 1}
_DAYS = {"前天": -2, "昨天": -1, "昨日": -1, "今天": 0, "今日": 0, "明天": 1, "明日": 1, "后天": 2}
_ENGLISH_DAYS = {"yesterday": -1, "today": 0, "tomorrow": 1}
_ENGLISH_NEAR = {"last": -1, "this": 0, "next": 1}
_ENGLISH_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_COUNTS = {"one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9, "ten": 10}

Said = dict[str, str]  # the named groups that took part in a match


def _int(numeral: str) -> int:
    """2024, 二〇二四, 十一, two -> the number; ValueError where it is none."""
    numeral = numeral.strip().lower()
    value = int(numeral) if numeral.isdecimal() else _COUNTS.get(numeral) or han_value(numeral)
    if value is None:
        raise ValueError(f"{numeral} is no number")
    return int(value)


def _known(today: date | None) -> date:
    if today is None:
        raise ValueError("a relative time needs a today")
    return today


def _months(year: int, first: int, last: int) -> Days:
    return date(year, first, 1), date(year, last, calendar.monthrange(year, last)[1])


def _moved(day: date, months: int) -> date:
    """So many months later; one month after 31 January is 28 February."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


def _read_calendar(said: Said, today: date | None) -> Days:
    """2024年, 去年11月, 11月6日至9日, 2024年上半年, 前三季度, November 8; without a year it is today's."""
    year = _int(said["year"]) if "year" in said else _known(today).year + _YEARS.get(said.get("near", ""), 0)
    if "month" in said:
        month = said["month"]
        first = _ENGLISH_MONTHS.index(month[:3].lower()) + 1 if re.match("[a-z]", month, re.I) else _int(month)
        if "day" not in said:
            return _months(year, first, _int(said.get("last_month", str(first))))
        day = _int(said["day"])
        return date(year, first, day), date(year, first, _int(said.get("last_day", str(day))))
    if "half" in said:
        return _months(year, 1, 6) if said["half"] == "上" else _months(year, 7, 12)
    if "quarter" in said:
        last = 3 * _int(said["quarter"])
        return _months(year, 1 if "all" in said else last - 2, last)
    return date(year, 1, 1), date(_int(said["last_year"]) if "last_year" in said else year, 12, 31)


def _read_near(said: Said, today: date | None) -> Days:
    """8日, 昨天, 上月, 上月8日, last year: as far from today as the word says."""
    today = _known(today)
    if "near_day" in said:
        day = today + timedelta((_DAYS | _ENGLISH_DAYS)[said["near_day"].lower()])
        return day, day
    if "near_year" in said:
        return _months(today.year + _ENGLISH_NEAR[said["near_year"].lower()], 1, 12)
    away = _MONTHS.get(said.get("near_month", ""), 0) or _ENGLISH_NEAR.get(said.get("english", "").lower(), 0)
    month = _moved(today.replace(day=1), away)
    if "day" in said:
        return month.replace(day=_int(said["day"])), month.replace(day=_int(said["day"]))
    return _months(month.year, month.month, month.month)


def _read_recent(said: Said, today: date | None) -> Days:
    """近三年, 过去6个月, the last two years: so long until today."""
    today, count, unit = _known(today), _int(said["count"]), said["unit"][0].lower()
    if unit in "天d":
        return today - timedelta(count), today
    return _moved(today, -count * (12 if unit in "年y" else 1)), today


def _pattern(text: str) -> re.Pattern[str]:
    return re.compile(text, re.IGNORECASE)


def _either(words: dict[str, int]) -> str:
    return "|".join(sorted(words, key=len, reverse=True))


_NO_WORD = "(?<![目以之此过文说证表声日样成如网附将接靠])"  # 目前|年产, 日本|年均, 将近三年 (nearly) are no times
_N = r"(?:\d{1,2}|[一二三四五六七八九十]{1,3})"
_FOUR = r"(?:1[89]|20)\d\d"
_YEAR = rf"(?:(?<!\d)(?P<year>{_FOUR}|[一二][〇零一二三四五六七八九]{{3}})\s?年|{_NO_WORD}(?P<near>{_either(_YEARS)}))"
_NO_YEAR = r"(?!级|[多余]|的?历史|前(?!后)|来(?!到))"  # 2000年前, 2000年的历史: so long, not then
_MONTH = (
    rf"(?P<month>{_N})(?:月?{_TO}(?P<last_month>{_N}))?月份?(?:(?P<day>{_N})(?:[日号]?{_TO}(?P<last_day>{_N}))?[日号])?"
)
_PART = rf"(?:{_MONTH}|(?P<half>[上下])半年|(?P<all>前)?第?(?P<quarter>[1-4一二三四])季度)"
_ENGLISH_MONTH = (
    r"(?P<month>jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?"
    r"|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)\.?"
)
_DAY_TH = r"(?P<day>\d\d?)(?:st|nd|rd|th)?"
_Reader = Callable[[Said, date | None], Days]
# Tried in this order: what an earlier one has read, a later one doesn't read again.
_READERS: tuple[tuple[re.Pattern[str], _Reader], ...] = (
    (_pattern(rf"(?<![\d./-])(?P<year>{_FOUR})([-/.])(?P<month>\d\d?)\2(?P<day>\d\d?)(?![\d/-])"), _read_calendar),
    (_pattern(rf"(?<!\d)(?P<year>{_FOUR})年?{_TO}(?P<last_year>{_FOUR})(?:年|(?![\d年]))"), _read_calendar),
    (
        _pattern(
            rf"(?:{_NO_WORD}最?近|过去|\b(?:last|past) )(?P<count>\d{{1,2}}|两|{_N}|{'|'.join(_COUNTS)})"
            r"个?\s?(?P<unit>年|月|天|years?\b|months?\b|days?\b)"
        ),
        _read_recent,
    ),
    (_pattern(rf"{_YEAR}度?的?{_PART}"), _read_calendar),
    (_pattern(rf"{_YEAR}{_NO_YEAR}"), _read_calendar),
    (_pattern(rf"(?<![\d第几数.个])(?<![一二三四五六七八九十]){_PART}"), _read_calendar),
    (_pattern(rf"{_NO_WORD}(?P<near_month>{_either(_MONTHS)})(?:(?P<day>{_N})[日号])?"), _read_near),
    (_pattern(rf"{_NO_WORD}(?P<near_day>{_either(_DAYS)}|\b(?:{_either(_ENGLISH_DAYS)})\b)"), _read_near),
    (_pattern(r"(?<![\d第续.])(?P<day>[12]\d|3[01]|[1-9])日(?![元均系本报])"), _read_near),
    (_pattern(rf"\b{_ENGLISH_MONTH} {_DAY_TH}\b(?:,? (?P<year>{_FOUR})\b)?"), _read_calendar),
    (_pattern(rf"\b{_DAY_TH} {_ENGLISH_MONTH}(?:,? (?P<year>{_FOUR})\b)?(?!\w)"), _read_calendar),
    (_pattern(rf"\b{_ENGLISH_MONTH},? (?P<year>{_FOUR})\b"), _read_calendar),
    (_pattern(rf"(?<=\bin ){_ENGLISH_MONTH}(?! ?\w*\d)(?!\w)"), _read_calendar),
    (_pattern(r"\b(?P<near_year>last|this|next) year\b"), _read_near),
    (_pattern(r"\b(?P<english>last|this|next) month\b"), _read_near),
    (
        _pattern(
            rf"(?:\b(?:in|since|from|by|until|during|of|to|for|before|after) |(?<!\S))(?P<shown>(?P<year>{_FOUR}))"
            r"(?=[\s,.?!;:)–-]|\Z)(?![,.]\d)(?! [a-z]+s\b)"
        ),
        _read_calendar,
    ),
)
