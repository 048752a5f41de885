"""keywords.py: scores are BM25 by its formula; no question is query syntax."""

from __future__ import annotations

import math
import sqlite3
from collections import Counter

import pytest

from wenju import keywords
from wenju.chinese import question_terms, search_terms

TEXTS = {
    7: "2024年长三角已累计建成5G基站超82万个。",
    8: "底座先行。",
    9: "常州的5G基站建在电池厂里，5G用得很多。",
    12: "上海以27家榜单企业居于首位。",
    13: "上海以27家榜單企業居於首位。",
}


@pytest.fixture
def database() -> sqlite3.Connection:
    database = sqlite3.connect(":memory:")
    database.executescript(keywords.SCHEMA)
    keywords.add(database, TEXTS.items())
    return database


def bm25(question: list[str], id_: int) -> float:
    """As SQLite documents it: idf is log((N - n + 0.5) / (n + 0.5)), at least 0.000001."""
    counts = {i: Counter(search_terms(text)) for i, text in TEXTS.items()}
    mean = sum(c.total() for c in counts.values()) / len(counts)
    score = 0.0
    for term in question:
        n = sum(term in c for c in counts.values())
        rarity = max(1e-6, math.log((len(TEXTS) - n + 0.5) / (n + 0.5)))
        f, length = counts[id_][term], counts[id_].total()
        score += rarity * f * 2.2 / (f + 1.2 * (1 - 0.75 + 0.75 * length / mean))
    return score


def test_scores_are_bm25_best_first(database: sqlite3.Connection) -> None:
    terms = list(dict.fromkeys(question_terms("长三角有多少5G基站？")))
    found = keywords.search(database, terms, 10)
    assert [id_ for id_, _ in found] == [7, 9]
    assert [score for _, score in found] == pytest.approx([bm25(terms, 7), bm25(terms, 9)])
    assert keywords.search(database, terms, 1) == found[:1]


def test_equal_scores_come_in_id_order_and_scripts_are_alike(database: sqlite3.Connection) -> None:
    (first, one), (second, other) = keywords.search(database, question_terms("榜單企業"), 10)
    assert (first, second) == (12, 13)
    assert one == other


def test_how_many_paragraphs_hold_a_term(database: sqlite3.Connection) -> None:
    assert keywords.document_frequency(database, ["5g", "上海", "820000", "没有"]) == {
        "5g": 2, "上海": 2, "820000": 1, "没有": 0,
    }  # fmt: skip


@pytest.mark.parametrize(
    "text", ['"', "NEAR(a b)", "a* OR b", "terms:x", "'; DROP TABLE keywords; --", "(", "-", "^", "长" * 500]
)
def test_no_question_is_query_syntax(database: sqlite3.Connection, text: str) -> None:
    keywords.search(database, search_terms(text), 10)
    keywords.search(database, [text], 10)
    assert keywords.document_frequency(database, [text])[text] == 0
    assert keywords.search(database, [], 10) == []
