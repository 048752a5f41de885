"""Fixtures that several test files share."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from support import DATA, PROJECT, TopicEncoder

import wenju


@pytest.fixture
def topic_encoder() -> TopicEncoder:
    return TopicEncoder()


@pytest.fixture
def write(tmp_path: Path) -> Callable[..., Path]:
    """write("a.md", "text") -> the file's path in a fresh corpus folder."""
    corpus = tmp_path / "corpus"
    corpus.mkdir()

    def write_file(name: str, content: str | bytes) -> Path:
        path = corpus / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return path

    return write_file


@pytest.fixture(scope="session")
def archive(tmp_path_factory: pytest.TempPathFactory) -> wenju.Archive:
    """The project's corpus, indexed by the real model."""
    home = tmp_path_factory.mktemp("wuzhen")
    shutil.copytree(PROJECT / "corpus", home / "corpus")
    return wenju.Archive.build(home / "corpus", home / "index")


@pytest.fixture(scope="session")
def dev_questions() -> list[dict[str, Any]]:
    lines = (DATA / "wuzhen_dev.jsonl").read_text(encoding="utf-8").splitlines()
    return [json.loads(line) for line in lines]
