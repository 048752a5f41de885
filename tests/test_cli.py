"""cli.py: what is printed, exit codes, and that every command documents itself with examples that exist."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from support import PROJECT
from typer.main import get_command

import wenju
from wenju.cli import app, to_json, to_text

STATIONS = "2024年长三角累计建成了多少5G基站？"
COMMANDS = get_command(app).commands  # type: ignore[attr-defined]


def run(*arguments: str | Path, cwd: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "wenju", *map(str, arguments)]
    return subprocess.run(command, cwd=cwd, env={**os.environ, **environment}, capture_output=True, text=True)


@pytest.fixture
def home(tmp_path: Path) -> Path:
    shutil.copytree(PROJECT / "corpus", tmp_path / "corpus")
    return tmp_path


@pytest.mark.parametrize("name", sorted(COMMANDS))
def test_every_command_has_help_with_examples(name: str) -> None:
    text = COMMANDS[name].help or ""
    assert "Example" in text
    assert f"wenju {name}" in text
    assert f"wenju {name}" in (PROJECT / "README.md").read_text(encoding="utf-8")


def test_wrong_usage_is_code_2(tmp_path: Path) -> None:
    for arguments in (("ask",), ("nonsense",), ("ask", "谁？", "--nonsense")):
        done = run(*arguments, cwd=tmp_path)
        assert done.returncode == 2
        assert "Usage" in done.stderr
        assert "Traceback" not in done.stderr


@pytest.mark.slow
def test_index_and_ask(home: Path) -> None:
    done = run("index", cwd=home)
    assert (done.returncode, done.stdout) == (0, f"4 articles indexed in {home / 'index'}\n"), done.stderr
    assert (home / "index" / "manifest.json").is_file()
    text = run("ask", STATIONS, cwd=home).stdout
    assert text.startswith("超82万个\n")
    assert "[1] 长三角，数字浪潮澎湃 · 胡静漪 · 数字化水平领跑全国 · 第5段" in text
    assert "【2024年长三角已累计建成5G基站超82万个" in text
    printed = json.loads(run("ask", STATIONS, "--json", cwd=home).stdout)
    citation = printed["citations"][0]
    assert (printed["found"], printed["span"]) == (True, "超82万个")
    assert citation["passage"]["text"][citation["start"] : citation["end"]] == citation["quote"]


@pytest.mark.slow
def test_not_found_is_an_honest_answer(archive: wenju.Archive) -> None:
    text = to_text(archive.ask("怎么用Python写一个爬虫？"))
    assert text.startswith("这些文章没有回答这个问题。\n\n最接近的段落，但不是答案：\n")
    assert json.loads(to_json(archive.ask("怎么用Python写一个爬虫？")))["citations"] == []
    assert "Closest, but not an answer:" in to_text(archive.ask("How do I bake sourdough bread?"))


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["ask", "谁？", "--corpus", "nowhere"], "There is no corpus folder at nowhere"),
        (["index", "--corpus", "nowhere"], "There is no corpus folder at nowhere"),
        (["chat", "--host", "0.0.0.0"], "Other computers can reach a chat on 0.0.0.0"),
        (["chat", "--port", "70000"], "There is no port 70000"),
        (["eval", "nowhere.jsonl"], "nowhere.jsonl can't be read"),
    ],
)
@pytest.mark.slow
def test_an_error_is_one_line_and_code_1(tmp_path: Path, arguments: list[str], said: str) -> None:
    done = run(*arguments, cwd=tmp_path, WENJU_HOME=str(tmp_path))
    assert done.returncode == 1
    last = done.stderr.splitlines()[-1]
    assert last.startswith("wenju: ")
    assert said in last
    assert "Traceback" not in done.stderr


@pytest.mark.slow
def test_errors_of_questions_and_models(home: Path) -> None:
    run("index", cwd=home)
    for arguments, said in (
        (("ask", ""), "wenju: The question has no word in it"),
        (("ask", "长" * 10_000), "wenju: The question has 10,000 characters; at most 500 are read"),
        (("ask", "谁？", "--model", "other"), "wenju: The index in"),
        (("index", "--model", "/nowhere"), "wenju: The model “/nowhere” can't be loaded; tried: the folder /nowhere"),
    ):
        done = run(*arguments, cwd=home)
        assert done.returncode == 1
        assert done.stderr.splitlines()[-1].startswith(said)
    assert run("ask", STATIONS, cwd=home).stdout.startswith("超82万个")
