"""answering.py: readings -> what is said, and what is never said."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

from wenju.answering import NOT_FOUND, answer_small_talk, compose
from wenju.articles import Article
from wenju.reading import Reading
from wenju.retrieval import Passage

ARTICLE = Article(name="a.md", title="报告", path=Path("a.md"), language="zh", date=date(2025, 11, 8))
OTHER = replace(ARTICLE, name="b.md", title="旧报告", date=date(2023, 11, 8))
TEXT = "上海有27家企业。昨日又来了3家。"


def reading(start: int, end: int, span: str | None = None, article: Article = ARTICLE, sure: float = 0.9) -> Reading:
    return Reading(Passage(article, 1, TEXT, 0.9), start, end, span, sure)


def test_the_text_is_the_quotes_with_their_marks() -> None:
    answer = compose("有多少家？", "有多少家？", [], [reading(0, 9, "27家")])
    assert answer.text == "上海有27家企业。 [1]"
    assert (answer.found, answer.span, answer.citations[0].quote) == (True, "27家", "上海有27家企业。")


def test_below_the_threshold_nothing_is_said_and_nothing_cited() -> None:
    passages = [Passage(ARTICLE, 1, TEXT, 0.9)]
    answer = compose("有多少家？", "有多少家？", passages, [reading(0, 9, "27家", sure=0.01)])
    assert (answer.found, answer.text, answer.span, answer.citations) == (False, NOT_FOUND["zh"], None, ())
    assert answer.nearest == tuple(passages)
    assert not compose("有多少家？", "有多少家？", passages, []).found


def test_a_relative_day_is_told_with_the_day_of_the_article() -> None:
    answer = compose("又来了几家？", "又来了几家？", [], [reading(9, 17, "3家")])
    assert answer.text == "昨日又来了3家。 [1]（2025-11-08的文章）"


def test_articles_of_several_days_are_told_with_their_days() -> None:
    answer = compose("有多少家？", "有多少家？", [], [reading(0, 9), reading(0, 9, article=OTHER)])
    assert answer.text == "上海有27家企业。 [1]（2025-11-08的文章） 上海有27家企业。 [2]（2023-11-08的文章）"


def test_an_english_question_gets_the_chinese_quote_in_an_english_frame() -> None:
    answer = compose("How many companies came?", "How many companies came?", [], [reading(9, 17, "3家")])
    assert answer.text == "The articles say: 昨日又来了3家。 [1] (article of 2025-11-08)"
    english = replace(ARTICLE, language="en")
    assert compose("来了几家？", "来了几家？", [], [reading(0, 9, article=english)]).text.startswith("文章写道：")


def test_small_talk_cites_nothing() -> None:
    answer = answer_small_talk("你好", "你好！")
    assert (answer.found, answer.text, answer.citations, answer.nearest, answer.confidence) == (
        False,
        "你好！",
        (),
        (),
        0.0,
    )
