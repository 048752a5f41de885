"""Every line of the READMEs that can be run is run, and both say the same."""

from __future__ import annotations

import os
import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from support import DATA, PROJECT

READMES = [(PROJECT / name).read_text(encoding="utf-8") for name in ("README.md", "README.zh-CN.md")]
SETUP = "python3 -m venv .venv && "


def blocks(text: str, language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```", text, re.DOTALL | re.MULTILINE)


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The project's folder as its reader stands in it: corpus/ and the dev questions."""
    folder = tmp_path_factory.mktemp("readme")
    shutil.copytree(PROJECT / "corpus", folder / "corpus")
    shutil.copytree(DATA, folder / "tests" / "data")
    return folder


def without_comments(code: str) -> str:
    return re.sub(r"\s*#.*", "", code)


def test_both_readmes_hold_the_same_code() -> None:
    english, chinese = READMES
    assert blocks(english, "sh") == blocks(chinese, "sh")
    assert list(map(without_comments, blocks(english, "python"))) == list(
        map(without_comments, blocks(chinese, "python"))
    )
    assert blocks(english, "markdown") == blocks(chinese, "markdown")


def test_there_are_two_set_up_commands_and_ci_runs_the_second() -> None:
    setup = [line for block in blocks(READMES[0], "sh") for line in block.splitlines() if line.startswith(SETUP)]
    assert len(setup) == 2
    assert setup[0].endswith("pip install -e . && .venv/bin/python app.py")  # tests/browser/test_newcomer.py runs it
    script = (PROJECT / ".ci" / "run").read_text(encoding="utf-8")
    extract = next(line for line in script.splitlines() if line.startswith("command=$("))
    printed = subprocess.run(
        ["bash", "-c", f'{extract}\nprintf %s "$command"'], cwd=PROJECT, capture_output=True, text=True
    )
    assert printed.stdout == setup[1]


@pytest.mark.slow
def test_the_python_runs_and_prints_what_is_shown(home: Path) -> None:
    code = "\n".join(blocks(READMES[0], "python"))
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=home, env=os.environ | {"WENJU_HOME": ""}, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
    answer, source, refused, follow_up, numbers = done.stdout.splitlines()
    assert answer == blocks(READMES[0], "text")[0].strip()
    assert source == "长三角，数字浪潮澎湃 胡静漪 5"
    assert refused == "False"
    assert follow_up == "常州的市长是谁？"
    assert len(eval(numbers)) == 3


@pytest.mark.slow
def test_the_commands_run(home: Path) -> None:
    commands = [line for block in blocks(READMES[0], "sh") for line in block.splitlines() if line.startswith("wenju ")]
    assert len(commands) >= 4
    for line in commands:
        command = [sys.executable, "-m", *shlex.split(line)]
        done = subprocess.run(command, cwd=home, env=os.environ | {"WENJU_HOME": ""}, capture_output=True, text=True)
        assert done.returncode == 0, f"{line}: {done.stderr}"
        assert done.stdout


def test_links_and_pictures_exist() -> None:
    for text in READMES:
        for target in re.findall(r"\]\(([^)#:]+)(?:#[^)]*)?\)", text):
            assert (PROJECT / target).exists(), target


@pytest.mark.slow
def test_an_article_as_shown_is_read(tmp_path: Path) -> None:
    from wenju.articles import read_article

    (tmp_path / "a.md").write_text(blocks(READMES[0], "markdown")[0], encoding="utf-8")
    article, paragraphs = read_article(tmp_path / "a.md", tmp_path)
    assert (article.title, article.author, str(article.date)) == ("标题", "张三", "2025-11-08")
    assert [(p.text, p.heading, p.caption) for p in paragraphs] == [
        ("第一段。", "", False),
        ("第二段。", "小标题", False),
        ("图片说明，也是一段。", "小标题", True),
    ]


def test_every_dependency_has_its_reason() -> None:
    import tomllib

    project = tomllib.loads((PROJECT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    names = {re.split(r"[<>=; \[]", line)[0] for line in project["dependencies"]}
    table = READMES[0].split("## What it needs")[1].split("For tests:")
    named = {name for row in re.findall(r"^\| (.+?) \|", table[0], re.MULTILINE) for name in row.split(", ")}
    assert names == named - {"package", "---"}
    tests = {re.split(r"[<>=;]", line)[0] for line in project["optional-dependencies"]["test"]}
    assert all(name in table[1] for name in tests if not name.startswith("types-"))
