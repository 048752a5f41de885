"""metrics.py: every figure against one that was worked out by hand."""

from __future__ import annotations

import doctest

import pytest

from wenju import metrics
from wenju.metrics import answers_shown, auroc, calibration_error, em_f1, hit_rank, is_right, mean, percentile


@pytest.mark.parametrize(
    ("span", "answers", "exact", "f1"),
    [
        ("周伟", ["周伟"], 1, 1),
        ("《战国无双》。", ["战国无双"], 1, 1),  # punctuation is removed
        ("Qwen3", ["qwen3"], 1, 1),
        ("5月", ["2024年5月", "5月"], 1, 1),  # the best of the answers
        ("ω-force 公司", ["ω-force"], 0, 2 * 1 / (3 + 1)),  # ωforce 公 司: the removed hyphen joins, as in CMRC 2018
        ("DeepSeek R1模型", ["deepseek r1"], 0, 2 * 2 / (4 + 2)),  # words, then characters
        ("约1,000.5米", ["1,000.5"], 0, 2 * 1 / (3 + 1)),  # a number is one token
        ("60%", ["60"], 0, 2 * 1 / (2 + 1)),  # an ASCII mark is a token, not punctuation
        ("甲乙丙丁", ["丙丁甲乙"], 0, 2 * 2 / (4 + 4)),  # the longest common run, not the common characters
        ("張先生", ["张先生"], 0, 2 * 2 / (3 + 3)),  # traditional and simplified differ here
        ("，。", ["甲"], 0, 0),
        ("甲", ["乙"], 0, 0),
        ("甲", [], 0, 0),
        (None, ["甲"], 0, 0),
    ],
)
def test_em_f1(span: str | None, answers: list[str], exact: float, f1: float) -> None:
    assert em_f1(span, answers) == (exact, pytest.approx(f1))


@pytest.mark.parametrize(
    ("positives", "negatives", "value"),
    [
        ([0.9, 0.8], [0.1, 0.8], 3.5 / 4),  # three pairs in order, one tied
        ([0.5, 0.5], [0.5], 0.5),
        ([0.1], [0.2, 0.3], 0.0),
        ([0.3, 0.2], [0.1], 1.0),
        ([], [0.1], None),
        ([0.1], [], None),
    ],
)
def test_auroc(positives: list[float], negatives: list[float], value: float | None) -> None:
    assert auroc(positives, negatives) == value


@pytest.mark.parametrize(
    ("confidences", "right", "bins", "value"),
    [
        ([0.8, 0.2, 0.8, 0.2], [True, False, False, False], 2, (0.4 + 0.6) / 4),  # |0 - .4| and |1 - 1.6|, of 4
        ([0.5, 0.5], [True, False], 1, 0.0),
        ([0.5, 0.5], [True, False], 10, 0.5),  # as many bins as answers at most
        ([1.0, 1.0, 0.0], [True, False, False], 2, 1 / 3),  # bins of two and one: |0 + 0|… the pair is 0.0 and 1.0
        ([0.75] * 4, [True, True, True, False], 1, 0.0),
        ([], [], 10, None),
    ],
)
def test_calibration_error(confidences: list[float], right: list[bool], bins: int, value: float | None) -> None:
    assert calibration_error(confidences, right, bins) == (value if value is None else pytest.approx(value))


def test_hit_rank_counts_from_one() -> None:
    assert [hit_rank([True, True]), hit_rank([False, False, True]), hit_rank([False]), hit_rank([])] == [1, 3, 0, 0]


def test_answers_are_shown_whatever_their_width_and_white_space() -> None:
    text = "上海以 ２７ 家榜单企业居首，\n杭州以10家位列第二。"
    assert answers_shown(text, ["27家榜单", "10 家", "３家"]) == [True, True, False]
    assert answers_shown("", ["3家"]) == [False]


def test_right_is_shown_in_at_most_three_sentences() -> None:
    assert is_right("一。二。答案是三。", ["三"])
    assert not is_right("一。二。答案是三。四。", ["三"])
    assert not is_right("一。二。", ["三"])
    assert not is_right("一。", [])


def test_nothing_has_no_average() -> None:
    assert (mean([]), percentile([], 50)) == (None, None)
    assert (mean([True, False]), percentile([1.0, 2.0, 4.0], 50), percentile([0.0, 100.0], 95)) == (0.5, 2.0, 95.0)


def test_documented_examples_run() -> None:
    assert doctest.testmod(metrics).failed == 0
