"""confidence.py: what makes an answer more or less sure."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

import numpy as np
import pytest

from wenju.articles import Article
from wenju.confidence import confidence, evidence, is_foreign
from wenju.reading import Heard, Sentence
from wenju.retrieval import Passage, Query

TEXT = "2024年，温州打通了493家单位的数据。"
ARTICLE = Article(name="a.md", title="数据之城", path=Path("a.md"), language="zh", date=date(2025, 11, 8))


def query(text: str, **terms: float) -> Query:
    return Query(text, np.zeros(4, np.float32), terms or {"温州": 3.0, "单位": 1.0}, 1.0)


def heard(answers: float = 3.0, fit: float = -0.2, text: str = TEXT) -> Heard:
    passage = Passage(ARTICLE, 1, text, 0.9)
    return Heard(passage, answers, answers, (0, 5), fit, (Sentence(passage, 0, len(text), 0.85, 1.0),))


def test_nothing_heard_is_nothing_sure() -> None:
    assert confidence(query("温州？"), []) == 0.0


def test_it_is_a_probability_however_far_the_evidence_goes() -> None:
    for answers in (-1e9, -20.0, 0.0, 20.0, 1e9, -float("inf")):
        assert 0 <= confidence(query("温州打通了多少家单位？"), [heard(answers)]) <= 1


def test_it_rises_with_the_readers_odds_and_falls_with_a_vague_span() -> None:
    asked = query("温州打通了多少家单位的数据？")
    sure = [confidence(asked, [heard(answers)]) for answers in (-4.0, 0.0, 4.0)]
    assert sure == sorted(sure) and sure[0] < sure[2]
    assert confidence(asked, [heard(fit=-6.0)]) <= confidence(asked, [heard(fit=-0.1)])


@pytest.mark.parametrize(
    ("question", "strangers"),
    [
        ("温州打通了多少家单位的数据？", 0.0),
        ("宁波打通了多少家单位的数据？", 1.0),
        ("温州和宁波打通了多少家单位的数据？", 0.5),
        ("《数据之城》写了什么？", 0.0),  # the headline counts
        ("DeepSeek打通了多少家单位的数据？", 1.0),
        ("打通了多少家单位的数据？", 0.0),
        ("溫州打通了多少家單位的數據？", 0.0),  # in either script
    ],
)
def test_names_that_the_passage_does_not_hold(question: str, strangers: float) -> None:
    assert evidence(query(question), [heard()])[-1] == strangers


def test_another_year_is_told_from_the_same_one() -> None:
    assert evidence(query("2024年温州打通了多少家？"), [heard()])[4] == 0
    assert evidence(query("2023年温州打通了多少家？"), [heard()])[4] == 1


def test_coverage_is_the_weighted_share_of_terms() -> None:
    assert evidence(query("温州单位", 温州=3.0, 单位=1.0), [heard()])[3] == 1
    assert evidence(query("温州企业", 温州=3.0, 企业=1.0), [heard()])[3] == 0.75


def test_a_question_of_words_of_another_language_is_foreign() -> None:
    assert is_foreign(query("How many units has Wenzhou connected?"), heard())
    assert not is_foreign(query("温州打通了多少家单位？"), heard())
    assert not is_foreign(query("DeepSeek-R1"), heard())
    english = replace(heard().passage, article=replace(ARTICLE, language="en"))
    assert is_foreign(query("温州 打通了多少家？"), replace(heard(), passage=english))
