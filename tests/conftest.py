"""What several tests share: the project's own corpus, a small encoder that means something, the real archive."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import wenju
from wenju.encoder import Kind

PROJECT = Path(__file__).resolve().parent.parent
DATA = PROJECT / "tests" / "data"


class TopicEncoder:
    """Texts -> unit vectors over four topics; a text about one topic is that topic's axis exactly."""

    name = "topics"
    fingerprint = "topics-1"
    topics = ("猫", "狗", "茶", "雨")
    dimension = len(topics)

    def __init__(self) -> None:
        self.encoded: list[str] = []

    def encode(
        self, texts: Sequence[str], kind: Kind, progress: Callable[[int, int], None] | None = None
    ) -> np.ndarray:
        self.encoded += texts
        vectors = np.array([[text.count(topic) for topic in self.topics] for text in texts], np.float32)
        vectors[~vectors.any(axis=1)] = 1.0  # about nothing: equally far from every topic
        if progress:
            progress(len(texts), len(texts))
        return vectors / np.linalg.norm(vectors, axis=1, keepdims=True)


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
