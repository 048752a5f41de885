"""archive.py and answering.py through the public API, with the real model on the project's own articles."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from dataclasses import FrozenInstanceError
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from support import PROJECT

import wenju
from wenju.grounding import unsupported

pytestmark = pytest.mark.slow

STATIONS = "2024年长三角累计建成了多少5G基站？"


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """A copy of the project's corpus without an index."""
    shutil.copytree(PROJECT / "corpus", tmp_path / "corpus")
    return tmp_path


def test_every_field_of_an_answer(archive: wenju.Archive) -> None:
    answer = archive.ask(STATIONS)
    assert (answer.question, answer.asked, answer.found) == (STATIONS, STATIONS, True)
    assert answer.span == "超82万个"
    assert "超82万个" in answer.text
    assert answer.text.endswith("[1]")
    assert 0.5 <= answer.confidence <= 1
    citation = answer.citations[0]
    assert citation.number == 1
    assert citation.quote.startswith("2024年长三角已累计建成5G基站超82万个")
    passage = citation.passage
    assert passage.text[citation.start : citation.end] == citation.quote
    assert passage.text.startswith("底座先行。")
    assert (passage.number, passage.heading, passage.caption) == (5, "数字化水平领跑全国", False)
    assert passage in answer.nearest
    article = passage.article
    assert (article.title, article.author, article.date, article.page) == ("长三角，数字浪潮澎湃", "胡静漪", None, None)
    assert (article.language, article.source, article.path.name) == ("zh", None, "digital-delta.md")
    assert article.path.is_file()
    with pytest.raises(FrozenInstanceError):
        answer.found = False  # type: ignore[misc]


def test_what_is_said_stands_in_what_is_cited(archive: wenju.Archive, dev_questions: list[dict[str, Any]]) -> None:
    """For every dev question: offsets, marks, spans, scores; and text and quotes are the same characters."""
    found = 0
    for row in dev_questions:
        history: list[wenju.Answer] = []
        for earlier in row["history"]:
            history.append(archive.ask(earlier, history))
        answer = archive.ask(row["question"], history)
        assert 0 <= answer.confidence <= 1
        assert [p.score for p in answer.nearest] == sorted((p.score for p in answer.nearest), reverse=True)
        assert all(0 <= p.score <= 1 for p in answer.nearest)
        assert answer.found == bool(answer.citations)
        for number, citation in enumerate(answer.citations, 1):
            assert citation.number == number
            assert citation.passage.text[citation.start : citation.end] == citation.quote != ""
            file_text = citation.passage.article.path.read_text(encoding="utf-8")
            assert citation.passage.text in file_text
        if answer.found:
            found += 1
            said = re.sub(r" \[\d+\](?:（\S{10}的文章）| \(article of \S{10}\))?", "", answer.text)
            said = said.removeprefix("The articles say: ")
            assert said == " ".join(citation.quote for citation in answer.citations)
            assert unsupported(said, [citation.quote for citation in answer.citations]) == ()
            assert answer.span is None or answer.span in answer.citations[0].quote
        else:
            assert answer.span is None
            assert answer.nearest or row["question"] == "asdfghjkl"  # small talk shows no passage
    assert 25 <= found <= 45  # 39 of 55 are answerable


def test_not_found_is_said_in_the_question_s_language(archive: wenju.Archive) -> None:
    chinese, english = archive.ask("怎么用Python写一个爬虫？"), archive.ask("How do I bake sourdough bread?")
    assert (chinese.found, chinese.text) == (False, "这些文章没有回答这个问题。")
    assert (english.found, english.text) == (False, "The articles do not answer this question.")
    assert chinese.nearest
    assert not chinese.citations


@pytest.mark.parametrize(
    ("simplified", "traditional"),
    [
        ("网易发布了什么新游戏？", "網易發布了什麼新遊戲？"),
        ("温州归集了多少条公共数据？", "溫州歸集了多少條公共數據？"),
        ("2024年长三角累计建成了多少5G基站？", "２０２４年長三角累計建成了多少５Ｇ基站？"),
    ],
)
def test_script_and_width_make_no_difference(archive: wenju.Archive, simplified: str, traditional: str) -> None:
    one, other = archive.ask(simplified), archive.ask(traditional)
    assert one.found
    assert (one.text, one.span) == (other.text, other.span)


def test_search_ranks_passages(archive: wenju.Archive) -> None:
    passages = archive.search(STATIONS, limit=7)
    assert len(passages) == 7
    assert "超82万个" in passages[0].text
    assert len({(p.article.name, p.number) for p in passages}) == 7
    assert len(archive.search(STATIONS, limit=1000)) == 47  # all but ……
    with pytest.raises(ValueError, match="limit is 0"):
        archive.search(STATIONS, limit=0)


@pytest.mark.parametrize(
    ("question", "said"),
    [
        ("", "no word in it"),
        (" \n\t\u3000", "no word in it"),
        ("？！……", "no word in it"),
        ("\x00\x01", "no word in it"),
        ("😀", "no word in it"),
        ("长" * 10_000, "10,000 characters; at most 500 are read: shorten it"),
        ("半个字\ud83d", "half a character"),
        (None, r"must be text \(str\), not NoneType"),
        (b"\xe4\xb8\xad", "not bytes"),
        (["谁？"], "not list"),
    ],
)
def test_a_question_that_cannot_be_asked(archive: wenju.Archive, question: Any, said: str) -> None:
    for call in (archive.ask, archive.search):
        with pytest.raises(wenju.QuestionError, match=said) as raised:
            call(question)
        assert "\n" not in str(raised.value)


def test_history_holds_answers(archive: wenju.Archive) -> None:
    first = archive.ask("常州的动力电池产业链完整度有多高？")
    second = archive.ask("它的市长是谁？", history=[first])
    assert (second.question, second.asked) == ("它的市长是谁？", "常州的市长是谁？")
    assert "周伟" in second.nearest[0].text
    alone = archive.ask("今天天气怎么样？", history=[first, second])
    assert (alone.asked, alone.found) == ("今天天气怎么样？", False)
    with pytest.raises(wenju.QuestionError, match="history must hold the earlier Answers"):
        archive.ask("它的市长是谁？", history=["常州的动力电池产业链完整度有多高？"])  # type: ignore[list-item]


@pytest.mark.parametrize(
    "question", ["".join(map(chr, range(0x4E00, 0x4E00 + 500))), "5", "'; DROP TABLE paragraph; --", "市长\x00是谁", '{}[]()*" OR 市长', "ｗｈｏ？"]
)
def test_a_strange_question_is_answered_or_not_found(archive: wenju.Archive, question: str) -> None:
    answer = archive.ask(question)
    assert answer.question == question
    assert answer.nearest


def test_warming_loads_all_that_an_answer_needs(archive: wenju.Archive) -> None:
    from wenju.archive import _reader

    _reader.cache_clear()
    archive.warm()
    assert _reader.cache_info().currsize == 1


def test_threads_get_the_same_answers(archive: wenju.Archive, dev_questions: list[dict[str, Any]]) -> None:
    questions = [row["question"] for row in dev_questions[:8]]
    alone = [archive.ask(question) for question in questions]
    with ThreadPoolExecutor(8) as pool:
        together = list(pool.map(archive.ask, questions))
    assert [(a.text, a.span) for a in together] == [(a.text, a.span) for a in alone]


def test_an_article_counts_from_the_moment_it_is_saved(home: Path) -> None:
    archive = wenju.Archive.build(home / "corpus", home / "index")
    question = "乌镇咖啡馆的店长是谁？"
    assert not archive.ask(question).found
    new = home / "corpus" / "coffee.md"
    new.write_text("---\ntitle: 咖啡馆开张\ndate: 2025-11-10\n---\n乌镇咖啡馆的店长是赵小满。", encoding="utf-8")
    answer = archive.ask(question)
    assert answer.found
    assert "赵小满" in answer.text
    assert answer.citations[0].passage.article.date == date(2025, 11, 10)
    assert len(archive.articles()) == 5
    assert [p.text for p in archive.paragraphs("coffee.md")] == ["乌镇咖啡馆的店长是赵小满。"]
    new.unlink()
    assert not archive.ask(question).found
    (home / "corpus" / "broken.md").write_text("---\ntitle: 坏\n", encoding="utf-8")
    with pytest.raises(wenju.ArticleError, match=r"broken\.md, line 1"):
        archive.ask(question)
    (home / "corpus" / "broken.md").unlink()
    assert archive.ask(STATIONS).span == "超82万个"


def test_an_index_made_by_another_model_is_refused(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    index = home / "index"
    wenju.Archive.build(home / "corpus", index)
    with pytest.raises(
        wenju.IndexFolderError, match="made by the model multilingual-e5-small, not other: run `wenju index"
    ):
        wenju.Archive.open(index, model="other")
    manifest = json.loads((index / "manifest.json").read_text(encoding="utf-8"))
    (index / "manifest.json").write_text(json.dumps(manifest | {"fingerprint": "0" * 64}), encoding="utf-8")
    archive = wenju.Archive.open(index)
    with pytest.raises(wenju.IndexFolderError, match="made by another version of the model"):
        archive.ask(STATIONS)
    assert wenju.Archive.build(home / "corpus", index).ask(STATIONS).found


def test_open_needs_an_index_and_its_corpus(home: Path) -> None:
    with pytest.raises(wenju.IndexFolderError, match=r"There is no index in .*: run `wenju index`"):
        wenju.Archive.open(home / "index")
    wenju.Archive.build(home / "corpus", home / "index")
    (home / "corpus").rename(home / "articles")
    with pytest.raises(wenju.CorpusError, match="no corpus folder at"):
        wenju.Archive.open(home / "index")
    assert len(wenju.Archive.open(home / "index", home / "articles").articles()) == 4


def test_the_default_archive(
    home: Path, monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """The argument, $WENJU_HOME, the current folder with corpus/ or index/, the project's own: in this order."""
    from wenju.settings import PROJECT_FOLDER, default_home

    empty = tmp_path_factory.mktemp("empty")
    monkeypatch.delenv("WENJU_HOME", raising=False)
    monkeypatch.chdir(empty)
    assert default_home() == PROJECT_FOLDER == PROJECT
    monkeypatch.chdir(home)
    assert default_home() == home
    monkeypatch.setenv("WENJU_HOME", str(empty))
    assert default_home() == empty
    assert default_home(home) == home
    with pytest.raises(wenju.CorpusError, match="no corpus folder at"):
        wenju.ask(STATIONS)
    assert wenju.ask(STATIONS, home=home).span == "超82万个"
    assert (home / "index" / "manifest.json").is_file()


def test_ask_from_any_folder_without_a_network(tmp_path: Path) -> None:
    """In a process of its own, in an empty folder, with every socket but a local one refused."""
    code = (
        "import socket\n"
        "def refuse(*a, **k): raise AssertionError('a connection was tried')\n"
        "socket.socket.connect = socket.socket.connect_ex = refuse\n"
        "socket.getaddrinfo = socket.create_connection = refuse\n"
        "import wenju; answer = wenju.ask(" + repr(STATIONS) + ")\n"
        "print(answer.span, answer.citations[0].passage.article.title)"
    )
    home = tmp_path / "home"
    shutil.copytree(PROJECT / "corpus", home / "corpus")
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=tmp_path, env=os.environ | {"WENJU_HOME": str(home)},
        capture_output=True, text=True,
    )  # fmt: skip
    assert done.stdout == "超82万个 长三角，数字浪潮澎湃\n", done.stderr
