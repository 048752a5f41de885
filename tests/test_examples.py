"""examples.py: question sets -> what the reader learns from."""

from __future__ import annotations

import json
import random
from pathlib import Path
from typing import Any

import pytest

from wenju.errors import QuestionSetError
from wenju.examples import near_misses, read_examples, subject_of

TEAHOUSE = "李明1987年在杭州創辦了《茶報》，有员工12人。《茶報》是当地第一份茶叶杂志。"
BRIDGE = "王强1999年在南京主持修建了大桥，大桥全长900米，耗资20亿元。"


def write_set(folder: Path, *paragraphs: dict[str, Any]) -> Path:
    path = folder / "set.json"
    path.write_text(json.dumps({"data": [{"title": "茶报", "paragraphs": list(paragraphs)}]}), encoding="utf-8")
    return path


def asked(context: str, *pairs: tuple[str, str], **more: str) -> dict[str, Any]:
    def answers(text: str, where: str) -> list[dict[str, Any]]:
        return [{"text": text, "answer_start": where.index(text)}]

    return {"context": context, "qas": [{"question": q, "answers": answers(a, context)} for q, a in pairs], **more}


@pytest.fixture
def question_set(tmp_path: Path) -> Path:
    return write_set(
        tmp_path,
        asked(TEAHOUSE, ("1987年谁在杭州创办了《茶报》？", "李明"), ("《茶报》有多少员工？", "12人")),
        asked(BRIDGE, ("王强在南京主持修建了什么？", "大桥"), ("大桥全长多少米？", "900米")),
    )


def test_answers_stand_where_they_are_said_to_stand_in_simplified_characters(question_set: Path) -> None:
    examples, texts = read_examples([question_set], seed=1)
    assert [texts[e.text][e.start : e.end] for e in examples] == ["李明", "12人", "大桥", "900米"]
    assert "创办" in texts[0] and "創" not in texts[0]


def test_a_hard_text_is_another_one_that_does_not_hold_the_answer(question_set: Path) -> None:
    examples, texts = read_examples([question_set], seed=1)
    for example in examples:
        assert example.text not in example.hard
        assert all(texts[example.text][example.start : example.end] not in texts[row] for row in example.hard)


def test_near_misses_ask_about_what_the_text_does_not_name() -> None:
    made = near_misses(
        "1987年谁在杭州创办了《茶报》？", "李明1987年在杭州创办了《茶报》。", ["《史记》"], random.Random(1)
    )
    assert len(made) == 3  # another year, another place, another title
    for question in made:
        changed = [word for word in ("1987", "杭州", "《茶报》") if word not in question]
        assert len(changed) == 1


def test_a_near_miss_puts_in_nothing_that_the_text_answers() -> None:
    assert near_misses("谁创办了《茶报》？", "《茶报》和《史记》都有。", ["《史记》"], random.Random(1)) == []


def test_the_subject_is_what_question_and_text_share() -> None:
    assert subject_of("《茶报》有多少员工？", TEAHOUSE) == "《茶报》"
    assert subject_of("这座大桥全长多少米？", BRIDGE) == "大桥全长"
    assert subject_of("谁？", BRIDGE) == ""


def test_english_questions_are_asked_of_both_languages(tmp_path: Path) -> None:
    english = "The bridge is 900 metres long."
    pair = {
        "question": "大桥全长多少米？", "question_en": "How long is the bridge?",
        "answers": [{"text": "900米", "answer_start": BRIDGE.index("900米")}],
        "answers_en": [{"text": "900 metres", "answer_start": english.index("900")}],
    }  # fmt: skip
    path = write_set(tmp_path, {"context": BRIDGE, "context_en": english, "qas": [pair]})
    examples, texts = read_examples([path], seed=1)
    told = {(e.set, e.question, texts[e.text][e.start : e.end]) for e in examples}
    assert told == {
        ("set", "大桥全长多少米？", "900米"),
        ("set_en", "How long is the bridge?", "900米"),
        ("set_en_en", "How long is the bridge?", "900 metres"),
    }


def test_the_same_seed_gives_the_same_examples(question_set: Path) -> None:
    assert read_examples([question_set], seed=3) == read_examples([question_set], seed=3)


def test_a_file_that_is_no_question_set_is_named(tmp_path: Path) -> None:
    path = tmp_path / "broken.json"
    path.write_text("{", encoding="utf-8")
    with pytest.raises(QuestionSetError, match=r"broken\.json is no question set"):
        read_examples([path], seed=1)
