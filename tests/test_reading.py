"""reading.py: what is quoted, and the exact span, from what the reader marks. The reader here is a list of marks."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest

from wenju import reading
from wenju.articles import Article
from wenju.reader import Marks
from wenju.reading import best_span, hear, quoted
from wenju.retrieval import Candidate, Passage, Query
from wenju.sentences import sentences

ARTICLE = Article(name="a.md", title="报告", path=Path("a.md"), language="zh")


def query(text: str) -> Query:
    return Query(text, np.zeros(4, np.float32), {}, 1.0)


def candidate(text: str, score: float = 0.9, number: int = 1) -> Candidate:
    placed = tuple((start, end, 0.5) for start, end in sentences(text))
    return Candidate(Passage(ARTICLE, number, text, score), placed)


def marks(text: str, answers: float, *spans: tuple[str, float]) -> Marks:
    """Each character a token; each span with the probability that it is the answer, the rest spread over all."""
    starts = np.full(len(text), 1e-6, np.float32)
    ends = starts.copy()
    for span, probability in spans:
        at = text.index(span)
        starts[at] += probability
        ends[at + len(span) - 1] += probability
    return Marks(answers, starts, ends, np.array([(i, i + 1) for i in range(len(text))], int).reshape(-1, 2))


class Listed:
    """A reader that gives the marks that it was made with, one for each text."""

    def __init__(self, *given: Marks) -> None:
        self.given = given

    def read(self, question: str, texts: Sequence[str]) -> list[Marks]:
        assert len(texts) == len(self.given)
        return list(self.given)


def test_the_span_is_quoted_with_its_whole_sentence() -> None:
    text = "会议昨天开幕。上海有27家企业参展。展览免费。"
    heard, _ = hear(query("上海有多少家企业？"), [candidate(text)], Listed(marks(text, 3.0, ("27家", 0.9))))
    [found] = quoted(query("上海有多少家企业？"), heard)
    assert text[found.start : found.end] == "上海有27家企业参展。"
    assert found.span == "27家"


def test_a_number_is_never_cut() -> None:
    text = "长三角已建成基站超82万个，居全国前列。"
    for part in ("82", "82万", "2万个"):
        heard, _ = hear(query("建成了多少基站？"), [candidate(text)], Listed(marks(text, 3.0, (part, 0.9))))
        assert quoted(query("建成了多少基站？"), heard)[0].span == "超82万个"


def test_a_span_loses_loose_punctuation_but_not_its_quotation_marks() -> None:
    text = "主题是“安全普惠的数智未来”，由中国提出。"
    heard, _ = hear(query("主题是什么？"), [candidate(text)], Listed(marks(text, 3.0, ("“安全普惠的数智未来”，", 0.9))))
    assert quoted(query("主题是什么？"), heard)[0].span == "“安全普惠的数智未来”"


def test_the_reader_reorders_what_was_retrieved() -> None:
    first, second = "茶馆在东街。", "茶馆由李明创办。"
    listed = Listed(marks(first, -4.0, ("东街", 0.9)), marks(second, 4.0, ("李明", 0.9)))
    heard, _ = hear(query("茶馆是谁创办的？"), [candidate(first, 0.80), candidate(second, 0.78, 2)], listed)
    assert [h.passage.text for h in heard] == [second, first]
    assert heard[0].odds > heard[1].odds
    assert heard[0].passage.score > heard[1].passage.score
    assert quoted(query("茶馆是谁创办的？"), heard)[0].span == "李明"


def test_a_list_collects_its_items_from_sentences_and_passages() -> None:
    first, second = "展出了机器狗。天气很好。还展出了机械臂。", "另一馆展出了飞行器。"
    listed = Listed(marks(first, 3.0, ("机器狗", 0.5), ("机械臂", 0.4)), marks(second, 3.0, ("飞行器", 0.9)))
    candidates = [candidate(first), candidate(second, number=2)]
    readings = quoted(query("展出了哪些机器？"), hear(query("展出了哪些机器？"), candidates, listed)[0])
    quotes = "".join(r.passage.text[r.start : r.end] for r in readings)
    assert {"机器狗", "机械臂", "飞行器"} <= {item for item in ("机器狗", "机械臂", "飞行器") if item in quotes}
    assert "天气" not in quotes


def test_a_fact_is_answered_by_one_sentence_where_one_is_sure() -> None:
    text = "李明创办了茶馆。王强后来买下了它。"
    heard, _ = hear(query("谁创办了茶馆？"), [candidate(text)], Listed(marks(text, 3.0, ("李明", 0.9), ("王强", 0.05))))
    [found] = quoted(query("谁创办了茶馆？"), heard)
    assert text[found.start : found.end] == "李明创办了茶馆。"


def test_neighbouring_sentences_are_one_quote() -> None:
    text = "因为成本高。而且人手少。所以停了。"
    listed = Listed(marks(text, 3.0, ("成本高", 0.5), ("人手少", 0.4)))
    [found] = quoted(query("为什么停了？"), hear(query("为什么停了？"), [candidate(text)], listed)[0])
    assert text[found.start : found.end] == "因为成本高。而且人手少。"


def test_a_span_over_two_sentences_quotes_both() -> None:
    text = "先放水。再放茶。最后等。"
    listed = Listed(marks(text, 3.0, ("放水。再放茶", 0.9)))
    [found] = quoted(query("怎么泡茶？"), hear(query("怎么泡茶？"), [candidate(text)], listed)[0])
    assert text[found.start : found.end].startswith("先放水。再放茶。")


def test_nothing_is_quoted_from_nothing() -> None:
    assert hear(query("谁？"), [], Listed()) == ([], [])
    assert quoted(query("谁？"), []) == []


def test_the_best_span_is_the_likeliest_pair_in_order() -> None:
    starts, ends = np.array([0.1, 0.6, 0.3]), np.array([0.7, 0.1, 0.2])
    first, last, fit = best_span(starts, ends)
    assert (first, last) == (1, 2)  # 0.6 × 0.2; the end at 0 would come before its start
    assert fit == pytest.approx(np.log(0.12))


def test_a_span_is_never_longer_than_the_reader_was_taught() -> None:
    starts, ends = np.full(300, 1e-3), np.full(300, 1e-3)
    starts[0] = ends[299] = 0.7
    first, last, _ = best_span(starts, ends)
    assert last - first < 64


def test_what_was_not_read_comes_behind_with_lower_scores() -> None:
    texts = [f"第{i}座城市有{i}家企业。" * 20 for i in range(10, 22)]
    candidates = [candidate(text, 0.9 - i / 100, i + 1) for i, text in enumerate(texts)]
    read = reading.READ_CHARACTERS // len(texts[-1])
    listed = Listed(*(marks(text, -3.0, (text[:3], 0.9)) for text in texts[:read]))
    heard, rest = hear(query("有几家企业？"), candidates, listed)
    assert len(heard) == read < len(candidates)
    scores = [h.passage.score for h in heard] + [p.score for p in rest]
    assert scores == sorted(scores, reverse=True)
    assert len(scores) == len(candidates)
    assert all(0 <= score <= 1 for score in scores)
