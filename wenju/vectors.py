"""Vectors on the disk: of pieces in FAISS (the only faiss import), of sentences in a memory-mapped array."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from wenju.errors import IndexFolderError


class Vectors:
    """Unit vectors under row numbers from 0, searched exactly by inner product, which is their cosine.

    Exact search reads every vector: 100,000 of 384 numbers took 15 to 17 ms on two cores.
    """

    def __init__(self, vectors: np.ndarray) -> None:
        """`vectors`: float32 [n, dimension], rows of length 1."""
        import faiss

        self._index: faiss.IndexFlat = faiss.IndexFlatIP(vectors.shape[1])
        self._index.add(np.ascontiguousarray(vectors, np.float32))

    @classmethod
    def load(cls, path: Path) -> Vectors:
        """Raises IndexFolderError for a file that FAISS can't read or that holds another kind of index."""
        import faiss

        try:
            index = faiss.read_index(str(path))
        except RuntimeError as error:
            raise IndexFolderError(f"{path} is damaged: run `wenju index` to build it again.") from error
        if not isinstance(index, faiss.IndexFlat) or index.metric_type != faiss.METRIC_INNER_PRODUCT:
            raise IndexFolderError(f"{path} is not an index that wenju wrote: run `wenju index` to build it again.")
        vectors = cls.__new__(cls)
        vectors._index = index
        return vectors

    def save(self, path: Path) -> None:
        """Write a FAISS file. Raises OSError where the disk is full or read-only."""
        import faiss

        try:
            faiss.write_index(self._index, str(path))
        except RuntimeError as error:  # FAISS reports a failed write as a RuntimeError without an errno
            raise OSError(None, f"FAISS could not write {path.name}") from error

    @property
    def count(self) -> int:
        return int(self._index.ntotal)

    @property
    def dimension(self) -> int:
        return int(self._index.d)

    def rows(self) -> np.ndarray:
        """All vectors, float32 [count, dimension]."""
        return np.asarray(self._index.reconstruct_n(0, self.count))

    def row(self, row: int) -> np.ndarray:
        """The vector under one row, float32 [dimension]."""
        return np.asarray(self._index.reconstruct(row))

    def search(self, vector: np.ndarray, limit: int) -> list[tuple[int, float]]:
        """The rows nearest to `vector` (float32 [dimension], length 1): (row, cosine in [-1, 1]), best first."""
        scores, rows = self._index.search(np.ascontiguousarray(vector[None], np.float32), min(limit, self.count))
        return [(int(row), float(score)) for row, score in zip(rows[0], scores[0], strict=True)]


def save_sentences(vectors: np.ndarray, path: Path) -> None:
    """Write unit vectors, float32 [n, dimension], as float16: half the bytes, cosines of random vectors within 0.00004."""
    np.save(path, vectors.astype(np.float16), allow_pickle=False)


def load_sentences(path: Path) -> np.ndarray:
    """The sentence vectors, float16 [n, dimension], read from the disk row by row as they are used.

    Raises IndexFolderError for a file that is no such array.
    """
    try:
        vectors: np.ndarray = np.load(path, mmap_mode="r", allow_pickle=False)
    except (OSError, ValueError) as error:
        raise IndexFolderError(f"{path} is damaged: run `wenju index` to build it again.") from error
    if vectors.dtype != np.float16 or vectors.ndim != 2:
        raise IndexFolderError(f"{path} is not an array that wenju wrote: run `wenju index` to build it again.")
    return vectors
