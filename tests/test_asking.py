"""asking.py: what kind of answer a question asks for."""

from __future__ import annotations

import pytest

from wenju.asking import kind_of


@pytest.mark.parametrize(
    ("question", "kind"),
    [
        ("公司哪一年成立？", "date"),
        ("大会什么时候开幕", "date"),
        ("When did the fair open?", "date"),
        ("報告何時發布？", "date"),
        ("有多少家企业参展？", "count"),
        ("隧道有多长？", "count"),
        ("What share of the patents is Chinese?", "count"),
        ("How many companies came?", "count"),
        ("展区里有哪些机器人？", "list"),
        ("哪两座城市签了协议？", "list"),
        ("What are the advantages of the city?", "list"),
        ("为什么推迟？", "account"),
        ("他對此有什麼看法？", "account"),
        ("How does the chip work?", "account"),
        ("展览免费吗？", "whether"),
        ("Is the entrance free?", "whether"),
        ("谁提出了这个特点？", "fact"),
        ("Who explained why it failed?", "fact"),
        ("总部在哪里？", "fact"),
        ("“天眸芯”是什么？", "fact"),
        ("", "fact"),
    ],
)
def test_the_kind_of_a_question(question: str, kind: str) -> None:
    assert kind_of(question) == kind
