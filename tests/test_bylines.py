"""bylines.py: who wrote and photographed what, and when, is answered from the front matter and cites it."""

from __future__ import annotations

import pytest

import wenju

pytestmark = pytest.mark.slow


@pytest.mark.parametrize(
    ("question", "span", "title"),
    [
        ("《智能向善 科技为民》的作者是谁？", "王彬", "智能向善 科技为民"),
        ("「智能向善　科技為民」是誰寫的？", "王彬", "智能向善 科技为民"),
        ("谁写了《长三角，数字浪潮澎湃》这篇文章？", "胡静漪", "长三角，数字浪潮澎湃"),
        ("中国游戏让全球玩家读懂中式浪漫的记者是谁？", "张苗", "中国游戏让全球玩家读懂中式浪漫"),
        ("那篇关于瞪羚企业的报道是哪位记者写的？", "胡静漪", "长三角，数字浪潮澎湃"),
        ("机器人协助指挥交通的照片是谁拍的？", "彭鹏 王志刚", "智能向善 科技为民"),
        ("2025年世界互联网大会蓝皮书发布这条新闻是哪天发表的？", "2025-11-08", "2025年世界互联网大会蓝皮书发布"),
        ("Who wrote the article “智能向善 科技为民”?", "王彬", "智能向善 科技为民"),
    ],
)
def test_a_field_is_answered_and_cited(archive: wenju.Archive, question: str, span: str, title: str) -> None:
    answer = archive.ask(question)
    assert (answer.found, answer.span) == (True, span)
    citation = answer.citations[0]
    assert (citation.passage.article.title, citation.passage.number) == (title, 0)
    assert citation.passage.text[citation.start : citation.end] == citation.quote
    assert citation.passage.text in citation.passage.article.path.read_text(encoding="utf-8")


def test_what_is_not_printed_is_not_found(archive: wenju.Archive) -> None:
    """The page prints no date with this article, and no photo credit beside the games: days in the text are not theirs."""
    assert not archive.ask("《长三角，数字浪潮澎湃》是哪天发表的？").found
    assert not archive.ask("游戏科学展区的照片是谁拍的？").found


@pytest.mark.parametrize(
    "question", ["《三体》是谁写的？", "蓝皮书是哪个机构牵头编写的？", "谁解读了数字长三角发展报告？"]
)
def test_another_question_is_not_taken_for_one_about_an_article(archive: wenju.Archive, question: str) -> None:
    answer = archive.ask(question)
    assert all(citation.passage.number >= 1 for citation in answer.citations)
    assert answer.span not in ("胡静漪", "吴柯沁", "王彬", "张苗")
