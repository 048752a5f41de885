"""vectors.py: scores are cosines, best first; files that aren't ours are refused."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from wenju.errors import IndexFolderError
from wenju.vectors import Vectors

CAT, DOG = np.float32([1, 0]), np.float32([0, 1])
BOTH = np.float32([1, 1]) / np.sqrt(np.float32(2))


def test_scores_are_exact_cosines_best_first() -> None:
    vectors = Vectors(np.stack([DOG, BOTH, CAT, -CAT]))
    assert vectors.search(CAT, 9) == [
        (2, 1.0),
        (1, pytest.approx(np.sqrt(0.5), abs=1e-6)),
        (0, 0.0),
        (3, -1.0),
    ]
    assert vectors.search(CAT, 1) == [(2, 1.0)]


def test_a_saved_file_gives_the_same_vectors(tmp_path: Path) -> None:
    rows = np.stack([DOG, BOTH, CAT])
    Vectors(rows).save(tmp_path / "v.faiss")
    loaded = Vectors.load(tmp_path / "v.faiss")
    assert (loaded.count, loaded.dimension) == (3, 2)
    np.testing.assert_array_equal(loaded.rows(), rows)


def test_other_files_are_refused(tmp_path: Path) -> None:
    import faiss

    (tmp_path / "text").write_text("not vectors")
    with pytest.raises(IndexFolderError, match=r"text is damaged: run `wenju index`"):
        Vectors.load(tmp_path / "text")
    euclidean = faiss.IndexFlatL2(2)
    faiss.write_index(euclidean, str(tmp_path / "l2"))
    with pytest.raises(IndexFolderError, match="not an index that wenju wrote"):
        Vectors.load(tmp_path / "l2")


def test_a_failed_write_is_an_os_error(tmp_path: Path) -> None:
    with pytest.raises(OSError, match="could not write"):
        Vectors(DOG[None]).save(tmp_path / "nowhere" / "v.faiss")
