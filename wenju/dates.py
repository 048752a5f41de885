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

    A time without an end (自2017年起) lasts until `today`, or date.max where that is unknown or earlier.
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
    for pattern, read in _READERS:
        for match in pattern.finditer(alike):
            start, end = match.span(1) if match.re.groups and match.lastindex and pattern is _BARE_YEAR else match.span()
            if any(start < other.span[1] and other.span[0] < end for other in found):
                continue
            try:
                days = read(match, today)
            except (ValueError, OverflowError):  # 2月30日; a year that no calendar has
                continue
            if days and days[0] <= days[1]:
                found.append(DateRange(*days, (start, end)))
    return _opened(_joined(sorted(found, key=lambda one: one.span), alike), alike, today)


def agreement(question_dates: Sequence[DateRange], passage_dates: Sequence[DateRange]) -> float:
    """How well the times of a passage agree with those that a question names, in [-1, 1].

    Each of the question's times counts 1 where the passage names it or a time within it (2024年: 2024年11月), 0.5 where
    the passage names a longer time around it or one that overlaps it (8日: 11月), -1 where all of the passage's times
    are others; the result is their mean. 0 where either names no time: that tells nothing.
    """
    if not question_dates or not passage_dates:
        return 0.0
    return sum(max(_fit(asked, told) for told in passage_dates) for asked in question_dates) / len(question_dates)


def _fit(asked: DateRange, told: DateRange) -> float:
    if told.end < asked.start or asked.end < told.start:
        return -1.0
    return 1.0 if asked.start <= told.start and told.end <= asked.end else 0.5


# --- One time --------------------------------------------------------------------------------------------------------

# One character for one, so that offsets stay those of the original text.
_ALIKE = str.maketrans("０１２３４５６７８９號後內個兩週過屆從來開", "0123456789号后内个两周过届从来开")
_NUMBER = r"(?:\d{1,2}|[一二三四五六七八九十]{1,3})"
_YEAR = r"(?<!\d)(?:(?:1[89]|20)\d\d\s?|[一二][〇零一二三四五六七八九]{3})年(?![级多余]|的?历史|前(?!后)|来(?!到))"
_NEAR = {"前年": -2, "去年": -1, "今年": 0, "本年": 0, "本届": 0, "明年": 1, "后年": 2}
_NEAR_MONTHS = {"上个月": -1, "上月": -1, "本月": 0, "这个月": 0, "下个月": 1, "下月": 1}
_NEAR_DAYS = {"前天": -2, "昨天": -1, "昨日": -1, "今天": 0, "今日": 0, "明天": 1, "明日": 1, "后天": 2}
_NEAR_DAYS |= {"yesterday": -1, "today": 0, "tomorrow": 1}
_ENGLISH_NEAR = {"last": -1, "this": 0, "next": 1}
_MONTHS = "jan feb mar apr may jun jul aug sep oct nov dec".split()
_MONTH = (
    r"(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?"
    r"|nov(?:ember)?|dec(?:ember)?)\.?"
)
_ENGLISH_NUMBERS = dict(zip("one two three four five six seven eight nine ten".split(), range(1, 11), strict=True))


def _int(numeral: str) -> int:
    """2024, 二〇二四, 十一, two -> the number; ValueError where it is none."""
    numeral = numeral.strip().lower()
    value = int(numeral) if numeral.isdecimal() else _ENGLISH_NUMBERS.get(numeral) or han_value(numeral)
    if value is None:
        raise ValueError(f"{numeral} is no number")
    return int(value)


def _year(year: int) -> Days:
    return date(year, 1, 1), date(year, 12, 31)


def _months(year: int, first: int, last: int) -> Days:
    return date(year, first, 1), date(year, last, calendar.monthrange(year, last)[1])


def _moved(day: date, months: int) -> date:
    """`months` later; 31 January and one month is 28 February."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


def _of_year(match: re.Match[str], today: date | None) -> int | None:
    """The year that is written, or meant by 去年 or by nothing."""
    written = match["year"]
    if written and written not in _NEAR:
        return _int(written.rstrip("年"))
    return today.year + _NEAR.get(written or "", 0) if today else None


def _read_calendar(match: re.Match[str], today: date | None) -> Days | None:
    """2024年, 去年11月, 11月8日, 11月6日至9日, 2024年上半年, 前三季度."""
    year = _of_year(match, today)
    if year is None:
        return None
    if match["month"]:
        month = _int(match["month"])
        if not match["day"]:
            return _months(year, month, _int(match["last_month"] or match["month"]))
        return date(year, month, _int(match["day"])), date(year, month, _int(match["last_day"] or match["day"]))
    if match["half"]:
        return _months(year, *((1, 6) if match["half"] == "上" else (7, 12)))
    if match["quarter"]:
        last = 3 * _int(match["quarter"])
        return _months(year, 1 if match["quarters"] == "前" else last - 2, last)
    return _year(year)


def _read_iso(match: re.Match[str], today: date | None) -> Days:
    day = date(int(match[1]), int(match[3]), int(match[4]))
    return day, day


def _read_years(match: re.Match[str], today: date | None) -> Days:
    return _year(_int(match[1]))[0], _year(_int(match[2]))[1]


def _read_day_of_month(match: re.Match[str], today: date | None) -> Days | None:
    day = today.replace(day=int(match[1])) if today else None
    return (day, day) if day else None


def _read_near(match: re.Match[str], today: date | None) -> Days | None:
    """上月, 昨天, last month, yesterday."""
    if not today:
        return None
    word = match.group().lower()
    if word in _NEAR_DAYS:
        day = today + timedelta(_NEAR_DAYS[word])
        return day, day
    near, _, unit = word.partition(" ")
    if unit == "year":
        return _year(today.year + _ENGLISH_NEAR[near])
    month = _moved(today.replace(day=1), _ENGLISH_NEAR[near] if unit else _NEAR_MONTHS[word])
    return _months(month.year, month.month, month.month)


def _read_recent(match: re.Match[str], today: date | None) -> Days | None:
    """近三年, 过去6个月, the last two years: so long until today."""
    if not today:
        return None
    count, unit = _int(match["count"]), match["unit"].lower()[0]
    if unit in "天d":
        return today - timedelta(count), today
    return _moved(today, -count * (12 if unit in "年y" else 1)), today


def _read_english(match: re.Match[str], today: date | None) -> Days | None:
    """November 8, 8 November 2025, November 2025, in November."""
    parts = match.groupdict()
    year = int(parts["year"]) if parts["year"] else today.year if today else None
    if year is None:
        return None
    month = _MONTHS.index(parts["month"].lower()[:3]) + 1
    if not parts.get("day"):
        return _months(year, month, month)
    day = date(year, month, int(parts["day"]))
    return day, day


def _pattern(text: str) -> re.Pattern[str]:
    return re.compile(text, re.IGNORECASE)


_TO = r"\s?(?:至|到|—+|–|-|~|～|－)\s?"
_BARE_YEAR = _pattern(
    r"(?:\b(?:in|since|from|by|until|till|during|of|to|for|before|after|and|about) |(?<![^\s(]))((?:1[89]|20)\d\d)(?=[\s,.?!;:)–-]|\Z)"
)
# Tried in this order: what an earlier one has read, a later one doesn't read again.
_READERS: tuple[tuple[re.Pattern[str], Callable[[re.Match[str], date | None], Days | None]], ...] = (
    (_pattern(r"(?<![\d./-])((?:19|20)\d\d)([-/.])(\d\d?)\2(\d\d?)(?![\d/-])"), _read_iso),
    (_pattern(rf"(?<!\d)((?:1[89]|20)\d\d)年?{_TO}((?:1[89]|20)\d\d)(?:年|(?=\W*\Z|\s))"), _read_years),
    (
        _pattern(
            rf"(?:最?近|过去|\b(?:last|past) )(?P<count>\d{{1,2}}|[一二两三四五六七八九十]{{1,2}}|{'|'.join(_ENGLISH_NUMBERS)})"
            r"个?\s?(?P<unit>年|月|天|years?\b|months?\b|days?\b)"
        ),
        _read_recent,
    ),
    (
        _pattern(
            rf"(?P<year>{_YEAR}|{'|'.join(_NEAR)})?度?的?(?<!\d)(?<![个第])(?P<month>{_NUMBER})"
            rf"(?:{_TO}(?P<last_month>{_NUMBER}))?月份?(?:(?P<day>{_NUMBER})[日号]?(?:{_TO}(?P<last_day>{_NUMBER}))?[日号])?"
            r"(?P<half>\b\B)?(?P<quarters>\b\B)?(?P<quarter>\b\B)?"
        ),
        _read_calendar,
    ),
)


def _joined(found: list[DateRange], text: str) -> list[DateRange]:
    raise NotImplementedError


def _opened(found: list[DateRange], text: str, today: date | None) -> list[DateRange]:
    raise NotImplementedError
