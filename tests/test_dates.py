"""dates.py: the times that a text names, exactly, and how well two texts' times agree."""

from __future__ import annotations

import time
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from wenju.dates import DateRange, agreement, named_dates

TODAY = date(2025, 11, 9)  # the day after the conference


def named(text: str, today: date | None = TODAY) -> list[tuple[str, str, str]]:
    """(the words, first day, last day) of every time."""
    return [(text[slice(*one.span)], str(one.start), str(one.end)) for one in named_dates(text, today)]


@pytest.mark.parametrize(
    ("text", "words", "start", "end"),
    [
        ("2024年长三角累计建成5G基站", "2024年", "2024-01-01", "2024-12-31"),
        ("２０２４年度的数据", "２０２４年", "2024-01-01", "2024-12-31"),
        ("到2035年全面步入", "2035年", "2035-01-01", "2035-12-31"),
        ("2025年11月8日发布", "2025年11月8日", "2025-11-08", "2025-11-08"),
        ("二〇二五年十一月八日", "二〇二五年十一月八日", "2025-11-08", "2025-11-08"),
        ("2025年11月8號", "2025年11月8號", "2025-11-08", "2025-11-08"),
        ("2024年2月", "2024年2月", "2024-02-01", "2024-02-29"),
        ("2024年上半年", "2024年上半年", "2024-01-01", "2024-06-30"),
        ("今年前三季度", "今年前三季度", "2025-01-01", "2025-09-30"),
        ("第四季度", "第四季度", "2025-10-01", "2025-12-31"),
        ("日期：2025-11-08。", "2025-11-08", "2025-11-08", "2025-11-08"),
        ("2025/11/8", "2025/11/8", "2025-11-08", "2025-11-08"),
        ("11月8日，在乌镇", "11月8日", "2025-11-08", "2025-11-08"),
        ("11月的大会", "11月", "2025-11-01", "2025-11-30"),
        ("8日，新闻发布会举行", "8日", "2025-11-08", "2025-11-08"),
        ("今年的乌镇峰会", "今年", "2025-01-01", "2025-12-31"),
        ("本届大会", "本届", "2025-01-01", "2025-12-31"),
        ("去年11月", "去年11月", "2024-11-01", "2024-11-30"),
        ("去年一鸣惊人", "去年", "2024-01-01", "2024-12-31"),
        ("前年", "前年", "2023-01-01", "2023-12-31"),
        ("明年", "明年", "2026-01-01", "2026-12-31"),
        ("本月底", "本月", "2025-11-01", "2025-11-30"),
        ("上月8日", "上月8日", "2025-10-08", "2025-10-08"),
        ("昨日", "昨日", "2025-11-08", "2025-11-08"),
        ("昨天", "昨天", "2025-11-08", "2025-11-08"),
        ("今天", "今天", "2025-11-09", "2025-11-09"),
        ("今日", "今日", "2025-11-09", "2025-11-09"),
        ("自2017年起，已连续九年", "自2017年起", "2017-01-01", "2025-11-09"),
        ("2017年以来", "2017年以来", "2017-01-01", "2025-11-09"),
        ("今年以来", "今年以来", "2025-01-01", "2025-11-09"),
        ("自2030年起", "自2030年起", "2030-01-01", "9999-12-31"),
        ("2017年至2020年", "2017年至2020年", "2017-01-01", "2020-12-31"),
        ("2017-2020年", "2017-2020年", "2017-01-01", "2020-12-31"),
        ("11月6日至9日", "11月6日至9日", "2025-11-06", "2025-11-09"),
        ("3月到5月", "3月到5月", "2025-03-01", "2025-05-31"),
        ("2024年12月28日至2025年1月3日", "2024年12月28日至2025年1月3日", "2024-12-28", "2025-01-03"),
        ("近三年", "近三年", "2022-11-09", "2025-11-09"),
        ("过去6个月", "过去6个月", "2025-05-09", "2025-11-09"),
        ("in 2024", "2024", "2024-01-01", "2024-12-31"),
        ("How about 2023?", "2023", "2023-01-01", "2023-12-31"),
        ("the 2025 World Internet Conference", "2025", "2025-01-01", "2025-12-31"),
        ("from 2017 to 2020", "2017 to 2020", "2017-01-01", "2020-12-31"),
        ("since 2017,", "since 2017", "2017-01-01", "2025-11-09"),
        ("On November 8 in Wuzhen", "November 8", "2025-11-08", "2025-11-08"),
        ("Nov. 8th, 2024", "Nov. 8th, 2024", "2024-11-08", "2024-11-08"),
        ("8 November 2024", "8 November 2024", "2024-11-08", "2024-11-08"),
        ("November 2024", "November 2024", "2024-11-01", "2024-11-30"),
        ("in November", "November", "2025-11-01", "2025-11-30"),
        ("last year", "last year", "2024-01-01", "2024-12-31"),
        ("next month", "next month", "2025-12-01", "2025-12-31"),
        ("the past three years", "past three years", "2022-11-09", "2025-11-09"),
        ("yesterday", "yesterday", "2025-11-08", "2025-11-08"),
    ],
)  # fmt: skip
def test_one_time(text: str, words: str, start: str, end: str) -> None:
    assert named(text) == [(words, start, end)]


@pytest.mark.parametrize(
    "text",
    [
        "“十四五”时期", "“十五五”发展愿景", "已连续九年", "比上年增长36%", "三个月", "第8日", "连续8日", "8日元", "十大产业", "5G基站82万个", "2000年的历史",
        "2000多年", "3000年前", "《中国互联网发展报告2025》", "《数字长三角发展报告(2025)》", "2月30日", "2025-13-08", "版本1.2.3", "将近三年", "目前年产值", "日本年均",
        "2024 visitors came", "May I ask?", "They march on.", "5 units", "", "近年来",
    ],
)  # fmt: skip
def test_what_is_no_time(text: str) -> None:
    assert named(text) == []


def test_several_times_in_order() -> None:
    assert named("本报乌镇11月8日电 8日，2025年大会；2024年增长36%，去年也增长") == [
        ("11月8日", "2025-11-08", "2025-11-08"),
        ("8日", "2025-11-08", "2025-11-08"),
        ("2025年", "2025-01-01", "2025-12-31"),
        ("2024年", "2024-01-01", "2024-12-31"),
        ("去年", "2024-01-01", "2024-12-31"),
    ]


def test_without_a_today_only_whole_dates_are_named() -> None:
    text = "去年、11月8日、8日、近三年、本届、yesterday和2024年、2025年11月8日"
    assert [words for words, _, _ in named(text, None)] == ["2024年", "2025年11月8日"]
    assert named("自2017年起", None) == [("自2017年起", "2017-01-01", "9999-12-31")]


@pytest.mark.parametrize(
    ("asked", "told", "expected"),
    [
        ("2024年建成了多少？", "2024年建成82万个", 1.0),
        ("2024年建成了多少？", "2024年11月8日建成", 1.0),
        ("2023年建成了多少？", "2024年建成82万个", -1.0),
        ("2023年建成了多少？", "2024年82万个，2023年70万个", 1.0),
        ("11月8日发布了什么？", "11月发布", 0.5),
        ("11月8日发布了什么？", "11月9日发布", -1.0),
        ("2016年至2018年", "自2017年起", 0.5),
        ("去年和2023年哪年多？", "2024年最多", 0.0),  # one agrees, one doesn't
        ("谁是市长？", "2024年建成82万个", 0.0),
        ("2024年建成了多少？", "建成82万个", 0.0),
    ],
)
def test_agreement(asked: str, told: str, expected: float) -> None:
    assert agreement(named_dates(asked, TODAY), named_dates(told, TODAY)) == expected


def test_a_range_that_ends_before_it_starts_is_refused() -> None:
    with pytest.raises(ValueError, match="starts on 2025-01-02, after its end on 2025-01-01"):
        DateRange(date(2025, 1, 2), date(2025, 1, 1), (0, 1))


PIECES = [
    "0",
    "1",
    "2",
    "3",
    "9",
    "11",
    "12",
    "2024",
    "2025",
    "二〇二四",
    "十一",
    "年",
    "月",
    "日",
    "号",
    "至",
    "到",
    "-",
    "/",
    ".",
    "自",
    "起",
    "以来",
    "近",
    "三",
    "去年",
    "今年",
    "本月",
    "上月",
    "昨天",
    "上半年",
    "季度",
    "第",
    "前",
    "in",
    "since",
    "to",
    "November",
    "8",
    "last",
    "year",
    "，",
    "(",
    ")",
]


@settings(deadline=None)
@given(
    st.lists(st.sampled_from([*PIECES, " "]), max_size=12).map("".join) | st.text(max_size=40), st.none() | st.dates()
)
def test_ranges_are_ordered_and_their_spans_inside_the_text(text: str, today: date | None) -> None:
    found = named_dates(text, today)
    edges = [edge for one in found for edge in one.span]
    assert edges == sorted(edges)
    assert all(0 <= one.span[0] < one.span[1] <= len(text) and one.start <= one.end for one in found)
    assert agreement(found, found) == (1.0 if found else 0.0)


@settings(deadline=None)
@given(st.lists(st.dates(), max_size=4), st.lists(st.dates(), max_size=4))
def test_agreement_stays_in_its_bounds(asked: list[date], told: list[date]) -> None:
    value = agreement([DateRange(day, day, (0, 1)) for day in asked], [DateRange(day, day, (0, 1)) for day in told])
    assert -1.0 <= value <= 1.0


@pytest.mark.parametrize("piece", ["1", "一", "2024", "2024年", "11月", "至", " ", "in ", "十一月八日至"])
def test_a_long_text_is_read_in_time(piece: str) -> None:
    start = time.process_time()
    named_dates(piece * (20_000 // len(piece)), TODAY)
    assert time.process_time() - start < 3.0
