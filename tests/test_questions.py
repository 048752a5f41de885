"""questions.py: both kinds of question set, what is wrong with one, and the corpus that contexts become."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from support import DATA

from wenju.articles import read_article
from wenju.errors import QuestionSetError
from wenju.questions import UNTITLED, Context, Question, contexts_of, drawn, read_questions, write_corpus

MINIMAL = '{"question": "谁是市长？", "answers": ["周伟"]}'


@pytest.fixture
def file(tmp_path: Path) -> Callable[..., Path]:
    def write_file(name: str, content: Any) -> Path:
        path = tmp_path / name
        path.write_text(content if isinstance(content, str) else json.dumps(content), encoding="utf-8")
        return path

    return write_file


def squad(*paragraphs: dict[str, Any], title: str = "猫") -> dict[str, Any]:
    return {"version": "1", "data": [{"title": title, "paragraphs": list(paragraphs)}]}


def paragraph(context: str, *questions: dict[str, Any]) -> dict[str, Any]:
    return {"context": context, "qas": list(questions)}


CAT = paragraph(
    "猫睡在窗台上。",
    {"id": "c1", "question": "猫睡在哪里？", "answers": [{"text": "窗台", "answer_start": 3}] * 2},
    {"question": "猫几岁？", "answers": [], "is_impossible": True},
)


def test_a_line_needs_only_question_and_answers(file) -> None:
    path = file(
        "mine.jsonl",
        f"\ufeff{MINIMAL}\r\n\r\n"
        + '{"question": "苏州呢？", "answers": [], "history": ["谁是市长？"], "evidence": "甲", "kind": "k", "id": 7}',
    )
    assert read_questions([path]) == [
        Question("mine", "1", "谁是市长？", ("周伟",)),
        Question("mine", "7", "苏州呢？", (), "甲", None, "k", ("谁是市长？",)),
    ]


def test_one_line_alone_is_a_question_set(file) -> None:
    assert [q.text for q in read_questions([file("one.jsonl", MINIMAL)])] == ["谁是市长？"]


def test_squad_format_brings_contexts(file) -> None:
    context = Context("猫", "猫睡在窗台上。")
    questions = read_questions([file("cats.json", squad(CAT))])
    assert questions == [
        Question("cats", "c1", "猫睡在哪里？", ("窗台",), None, context),
        Question("cats", "2", "猫几岁？", (), None, context),
    ]
    assert contexts_of(questions) == [context]


def test_english_questions_are_right_in_either_language(file) -> None:
    both = {
        "id": 1,
        "question": "谁？",
        "question_en": "Who?",
        "answers": [{"text": "周伟"}],
        "answers_en": [{"text": "Zhou Wei"}],
    }
    path = file("xquad.json", squad(paragraph("周伟。", both)))
    [asked] = read_questions([path], english=True)
    assert (asked.text, asked.answers) == ("Who?", ("周伟", "Zhou Wei"))
    assert read_questions([path])[0].answers == ("周伟",)


def test_sets_of_the_same_name_keep_apart(file, tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    paths = [file("a/q.jsonl", MINIMAL), file("q.jsonl", MINIMAL), file("r.jsonl", MINIMAL)]
    assert [q.set for q in read_questions(paths)] == [str(paths[0]), str(paths[1]), "r"]


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        ("", "holds no question: write a line such as"),
        ("[]", "line 1 is not a JSON object"),
        (f"{MINIMAL}\n谁是市长？", "line 2 is not JSON (Expecting value)"),
        (
            '{"question": "谁？"}',
            'line 1: “answers” is missing or not a list of texts: write it as ["…", "…"], [] where',
        ),
        ('{"question": "谁？", "answers": "周伟"}', "line 1: “answers” is missing or not a list"),
        ('{"question": "谁？", "answers": 3}', "line 1: “answers” is missing or not a list"),
        ('{"question": "谁？", "answers": [" "]}', "line 1: “answers” is missing or not a list"),
        ('{"question": "？", "answers": []}', "line 1: “question” is missing or holds no text"),
        ('{"answers": []}', "line 1: “question” is missing or holds no text"),
        ('{"question": "谁？", "answers": [], "history": "谁"}', "line 1: “history” is missing or not a list"),
        ('{"question": "谁？", "answers": [], "evidence": 3}', "line 1: “evidence” is missing or holds no text"),
        (f'{MINIMAL[:-1]}, "id": "x"}}\n{MINIMAL[:-1]}, "id": "x"}}', "two questions have the id “x”"),
        ({"data": {}}, "data is missing or not a list: is this a file in SQuAD format?"),
        ({"data": ["x"]}, "data[0].paragraphs is missing or not a list"),
        ({"data": [{"paragraphs": ["x"]}]}, "data[0].paragraphs[0]: “context” is missing"),
        (squad({"context": "猫。"}), "data[0].paragraphs[0].qas is missing or not a list"),
        (squad(paragraph("猫。", {"question": "猫？"})), "data[0].paragraphs[0].qas[0]: “answers” is missing"),
        (squad(paragraph("猫。")), "holds no question"),
        ('{"data": [{"paragraphs": [', "is broken JSON"),
    ],
)
def test_what_is_wrong_with_a_file_is_one_sentence(content: Any, sentence: str, file) -> None:
    path = file("set.json", content)
    with pytest.raises(QuestionSetError) as error:
        read_questions([path])
    assert sentence in str(error.value) and "set" in str(error.value) and "\n" not in str(error.value)


def test_files_that_cannot_be_read(file, tmp_path: Path) -> None:
    with pytest.raises(QuestionSetError, match=r"nothing\.jsonl can't be read \(No such file"):
        read_questions([tmp_path / "nothing.jsonl"])
    (tmp_path / "gbk.jsonl").write_bytes("长三角数据".encode("gb18030"))
    with pytest.raises(QuestionSetError, match=r"gbk\.jsonl: byte 0 is not UTF-8"):
        read_questions([tmp_path / "gbk.jsonl"])
    with pytest.raises(QuestionSetError, match="has no “question_en”: leave --english out"):
        read_questions([file("a.jsonl", MINIMAL)], english=True)
    with pytest.raises(QuestionSetError, match="evaluate them one after another"):
        read_questions([file("a.jsonl", MINIMAL), file("b.json", squad(CAT))])


@pytest.mark.parametrize(
    "text",
    [
        "猫睡了。",
        "# 猫\n睡了。",
        "---\n猫: [\n---",
        "一句\n\n  # 二句\n\n三句",
        "- 猫\n- 狗",
        "短",
        "![猫",
        "title: 猫 #狗",
    ],
)
def test_a_context_becomes_an_article_with_all_its_text(text: str, tmp_path: Path) -> None:
    for title in ("", "No: 3 # “猫”", "2025"):
        context = Context(title, text)
        write_corpus([context], tmp_path / "corpus")
        article, paragraphs = read_article(tmp_path / "corpus" / context.name, tmp_path / "corpus")
        assert (article.name, article.title) == (context.name, title or UNTITLED)
        assert "".join("".join(p.text for p in paragraphs).split()) == "".join(
            text.replace("# 猫", "＃猫").replace("# 二", "＃二").split()
        )


def test_a_corpus_kept_is_brought_into_step(tmp_path: Path) -> None:
    cat, dog, rain = (Context("", text) for text in ("猫。", "狗。", "雨。"))
    write_corpus([cat, dog], tmp_path)
    kept = (tmp_path / cat.name).stat().st_mtime_ns
    write_corpus([cat, rain, cat], tmp_path)
    assert {p.name for p in tmp_path.iterdir()} == {cat.name, rain.name}
    assert (tmp_path / cat.name).stat().st_mtime_ns == kept
    (tmp_path / "mine.md").write_text("我的", encoding="utf-8")
    with pytest.raises(QuestionSetError, match=r"holds other files \(mine\.md\)"):
        write_corpus([cat], tmp_path)
    assert (tmp_path / "mine.md").exists()


def test_drawing_depends_on_seed_and_names_alone() -> None:
    names = [f"name {i}" for i in range(100)]
    half = drawn(names, 50, 0)
    assert len(half) == 50 and half == drawn(reversed(names), 50, 0) != drawn(names, 50, 1)
    assert drawn(names, 10, 0) < half
    assert drawn(["a", "b", "c", "d"], 2, 0) == drawn(["d", "c", "b", "a", "a"], 2, 0)
    assert (drawn([], 3, 0), drawn(["a"], 3, 0), drawn(["a"], 0, 0)) == (set(), {"a"}, set())


def test_the_dev_set_can_be_read() -> None:
    questions = read_questions([DATA / "wuzhen_dev.jsonl"])
    assert len(questions) == 55
    assert sum(not q.answers for q in questions) == 16
    assert [q.history for q in questions if q.id == "dev-037"] == [("常州的动力电池产业链完整度有多高？",)]
    assert all(q.evidence for q in questions if q.answers)
