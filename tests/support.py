"""What several test files import: where things are, and a small encoder that means something."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np

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
