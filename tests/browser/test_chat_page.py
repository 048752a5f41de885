"""The chat in a real browser, over the real corpus with the real model. `open_page` also watches for misdeeds."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

pytestmark = [pytest.mark.browser, pytest.mark.slow]

QUESTION = "2024年长三角累计建成了多少5G基站？"
OFF_TOPIC = "红烧肉要炖多长时间？"
OpenPage = Callable[..., Page]
Ask = Callable[[Page, str], Any]


def scrolls_sideways(page: Page) -> bool:
    return bool(page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth"))


def test_answer_with_its_sentence_marked_in_its_passage(open_page: OpenPage, url: str, ask: Ask) -> None:
    page = open_page(url)
    turn = ask(page, QUESTION)
    expect(turn.locator(".answer")).to_contain_text("超82万个")
    expect(turn.locator(".answer")).to_contain_text("[1]")
    expect(turn.locator(".answer strong")).to_have_text("超82万个")
    source = turn.locator(".sources li").first
    expect(source.locator("h4")).to_have_text("[1] 长三角，数字浪潮澎湃")
    expect(source.locator(".fields")).to_have_text("日期未印出 · 本报记者 胡静漪 · 数字化水平领跑全国 · 第 5 段")
    expect(source.locator("blockquote")).to_contain_text("底座先行。2024年长三角已累计建成5G基站超82万个")
    expect(source.locator("mark")).to_contain_text("2024年长三角已累计建成5G基站超82万个，占全国的五分之一")
    expect(source.locator("mark strong")).to_have_text("超82万个")
    expect(page.get_by_role("textbox")).to_have_value("")


def test_mark_leads_to_its_source_and_stays_on_the_page(open_page: OpenPage, url: str, ask: Ask) -> None:
    page = open_page(url)
    turn = ask(page, QUESTION)
    turn.locator("a.mark").first.press("Enter")
    expect(turn.locator(".sources li").first).to_be_focused()
    assert page.url == url


def test_not_found_says_so_and_shows_what_came_close(open_page: OpenPage, url: str, ask: Ask) -> None:
    turn = ask(open_page(url), OFF_TOPIC)
    expect(turn.locator(".answer")).to_have_text("这些文章没有回答这个问题。")
    expect(turn.locator(".label")).to_have_text("最接近的段落，但不是答案")
    expect(turn.locator("blockquote")).to_have_count(3)
    expect(turn.locator("mark")).to_have_count(0)


def test_english_browser_reads_english(open_page: OpenPage, url: str, ask: Ask) -> None:
    page = open_page(url, locale="en-US")
    expect(page.locator("html")).to_have_attribute("lang", "en")
    expect(page.get_by_role("button", name="New chat")).to_be_visible()
    expect(page.get_by_role("button", name="Ask", exact=True)).to_be_visible()
    expect(page.get_by_role("textbox", name="Question")).to_have_attribute("placeholder", re.compile("press Enter"))
    expect(page.locator(".masthead")).to_contain_text("Ask your articles")
    turn = ask(page, "How long should pork belly be stewed?")
    expect(turn.locator(".answer")).to_have_text("The articles do not answer this question.")
    expect(turn.locator(".label")).to_have_text("Closest, but not an answer")
    expect(turn.locator(".fields").first).to_contain_text("paragraph")


@pytest.mark.parametrize("locale", ["zh-CN", "zh-TW", "zh-HK", "zh"])
def test_every_chinese_browser_reads_chinese(open_page: OpenPage, url: str, locale: str) -> None:
    page = open_page(url, locale=locale)
    expect(page.get_by_role("button", name="新对话")).to_be_visible()
    expect(page.get_by_role("textbox", name="问题")).to_be_visible()
    expect(page.locator("html")).to_have_attribute("lang", re.compile("^zh"))


@pytest.mark.parametrize(
    "question",
    [
        "<img src=x onerror=alert(1)>谁是市长？",
        "\"'><svg onload=alert(1)><script>alert(2)</script> 谁是市长？",
        "![](http://127.0.0.1:9/x) [点这里](javascript:alert(1)) 谁是市长？",
        "**粗** _斜_ `码` $x^2$ $$y$$ \\(z\\) # 一 &lt;b&gt; {{7*7}} ${7*7} 谁是市长？",
        '__i18n__{"key":"send"} 谁是市长？',
    ],
)
def test_a_question_is_shown_as_its_characters(open_page: OpenPage, url: str, ask: Ask, question: str) -> None:
    turn = ask(open_page(url), question)
    assert turn.locator(".question").text_content() == question
    expect(turn.locator("img, svg, script, code, em, .katex, [onerror], [onload]")).to_have_count(0)


HOSTILE_ARTICLE = """---
title: '<svg onload=alert(1)> "quoted" **title**'
author: '<img src=x onerror=alert(2)>'
source: '![](http://127.0.0.1:9/source)'
---

## <img src=x onerror=alert(3)> crosshead

包裹<img src=x onerror=alert(4)>重五公斤，![](http://127.0.0.1:9/x) **粗体** $x$ <script>alert(5)</script>，今天寄出。
"""


def test_an_article_is_shown_as_its_characters(
    open_page: OpenPage, serve: Callable[[Path], str], ask: Ask, tmp_path: Path
) -> None:
    corpus = tmp_path / "corpus"
    corpus.mkdir()
    (corpus / "<img src=x onerror=alert(6)>.md").write_text(HOSTILE_ARTICLE, encoding="utf-8")
    turn = ask(open_page(serve(tmp_path)), "包裹重多少公斤？")
    text = turn.inner_text()
    for written in ("<svg onload=alert(1)>", "<img src=x onerror=alert(2)>", "![](http://127.0.0.1:9/source)",
                    "<img src=x onerror=alert(3)>", "重五公斤，![](http://127.0.0.1:9/x) **粗体** $x$ <script>"):  # fmt: skip
        assert written in text
    expect(turn.locator("img, svg, script, .katex, [onerror], [onload]")).to_have_count(0)


def test_two_visitors_do_not_see_each_other(open_page: OpenPage, url: str, ask: Ask) -> None:
    one, two = open_page(url), open_page(url)
    ask(one, QUESTION)
    expect(two.locator(".turn")).to_have_count(0)
    ask(two, OFF_TOPIC)
    expect(two.locator(".turn")).to_have_count(1)
    expect(two.locator("body")).not_to_contain_text("超82万个")
    expect(one.locator(".turn")).to_have_count(1)
    expect(one.locator("body")).not_to_contain_text(OFF_TOPIC)


def test_conversation_goes_on_and_new_chat_begins_another(open_page: OpenPage, url: str, ask: Ask) -> None:
    page = open_page(url)
    ask(page, QUESTION)
    ask(page, OFF_TOPIC)
    expect(page.locator(".question")).to_have_text([QUESTION, OFF_TOPIC])
    page.get_by_role("button", name="新对话").click()
    expect(page.locator(".turn")).to_have_count(0)
    expect(page.locator("#examples button").first).to_be_visible()
    ask(page, QUESTION)
    expect(page.locator(".turn")).to_have_count(1)


def test_an_example_is_asked_with_one_click(open_page: OpenPage, url: str) -> None:
    page = open_page(url)
    page.get_by_role("button", name=QUESTION).click()
    expect(page.locator(".turn .answer")).to_contain_text("超82万个", timeout=60_000)
    expect(page.locator("#examples")).to_be_hidden()


def test_the_next_question_can_be_typed_meanwhile(open_page: OpenPage, url: str, ask: Ask) -> None:
    page = open_page(url)
    ask(page, OFF_TOPIC)
    box = page.get_by_role("textbox")
    box.fill(QUESTION)
    box.press("Enter")
    expect(box).to_have_value("")
    box.fill("下一个问题")
    expect(page.locator(".turn .answer")).to_have_count(2, timeout=60_000)
    expect(box).to_have_value("下一个问题")


@pytest.mark.parametrize("question", ["", "   ", "？！"])
def test_empty_question_gets_a_hint(open_page: OpenPage, url: str, question: str) -> None:
    page = open_page(url)
    page.get_by_role("textbox").fill(question)
    page.get_by_role("button", name="提问", exact=True).click()
    expect(page.locator(".notice")).to_contain_text("请先输入一个问题")
    expect(page.locator(".turn")).to_have_count(0)


def test_ten_thousand_characters_get_a_hint_and_stay_in_the_box(open_page: OpenPage, url: str, ask: Ask) -> None:
    page = open_page(url, viewport={"width": 390, "height": 844})
    page.get_by_role("textbox").fill("长" * 10_000)
    page.get_by_role("textbox").press("Enter")
    expect(page.locator(".notice")).to_contain_text("10,000 个字，最多能读 500 个字")
    expect(page.get_by_role("textbox")).to_have_value("长" * 10_000)
    assert not scrolls_sideways(page)
    ask(page, QUESTION)
    expect(page.locator(".notice")).to_have_count(0)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_phone_does_not_scroll_sideways(open_page: OpenPage, url: str, ask: Ask, scheme: Any) -> None:
    page = open_page(url, viewport={"width": 390, "height": 844}, color_scheme=scheme)
    assert not scrolls_sideways(page)
    ask(page, QUESTION)
    ask(page, "x" * 400 + " " + OFF_TOPIC)
    assert not scrolls_sideways(page)
    box = page.get_by_role("textbox").bounding_box()
    assert box and box["y"] + box["height"] <= 844  # the question box stays in reach


def test_missing_corpus_is_explained_in_the_chat(
    open_page: OpenPage, serve: Callable[[Path], str], ask: Ask, tmp_path: Path
) -> None:
    turn = ask(open_page(serve(tmp_path)), QUESTION)
    expect(turn.locator(".notice")).to_contain_text("现在还不能回答：There is no corpus folder")
    expect(turn.locator(".notice")).not_to_contain_text("Traceback")
