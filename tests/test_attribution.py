"""attribution.py: who said it, and what somebody said, from passages that were heard."""

from __future__ import annotations

from pathlib import Path

import pytest

from wenju.articles import Article
from wenju.attribution import read_speech
from wenju.reading import Heard, Reading, Sentence
from wenju.retrieval import Passage
from wenju.sentences import sentences

ARTICLE = Article(name="a.md", title="报告", path=Path("a.md"), language="zh")
TEXT = (
    "“这些企业专利高产与高质并存。”毕马威中国杭州办公室首席合伙人靳阳说，这是未来的方向。"
    "会场外下着雨。温州市副市长王振勇表示：“开放是释放数据要素价值的前提。”"
)


def heard(told: str) -> list[Heard]:
    """TEXT, with all of the answer's probability in the sentence that holds `told`."""
    passage = Passage(ARTICLE, 1, TEXT, 0.9)
    parts = [Sentence(passage, a, b, 0.8, float(told in TEXT[a:b])) for a, b in sentences(TEXT)]
    return [Heard(passage, 3.0, 50.0, (0, 4), -0.1, tuple(parts))]


def quote(reading: Reading) -> str:
    return reading.passage.text[reading.start : reading.end]


@pytest.mark.parametrize(
    ("question", "told", "speaker"),
    [
        ("谁谈到了专利高产与高质并存的特点？", "专利高产", "靳阳"),
        ("“开放是前提”是谁说的？", "开放是释放", "王振勇"),
        ("Who said that openness comes first?", "开放是释放", "王振勇"),
    ],
)
def test_who_said_it(question: str, told: str, speaker: str) -> None:
    readings = read_speech(question, heard(told))
    assert readings
    [reading] = readings
    assert reading.span == speaker
    assert speaker in quote(reading) and told in quote(reading)


def test_what_somebody_said() -> None:
    readings = read_speech("王振勇怎么看？", heard("下着雨"))
    assert readings
    [reading] = readings
    assert quote(reading) == "温州市副市长王振勇表示：“开放是释放数据要素价值的前提。”"
    assert reading.span == "“开放是释放数据要素价值的前提。”"


def test_words_are_never_put_into_a_mouth() -> None:
    assert read_speech("李军怎么看？", heard("专利高产")) is None
    assert read_speech("谁说会场外下着雨？", heard("下着雨")) is None


@pytest.mark.parametrize("question", ["谁是温州市市长？", "有多少家企业？", "他怎么看？"])
def test_other_questions_are_left_to_the_reader(question: str) -> None:
    assert read_speech(question, heard("专利高产")) is None
