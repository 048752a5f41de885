"""The index folder: its file names, its manifest, and the Store that reads it.

    index/manifest.json                    what the index is made of; replaced last, in one step
    index/<generation>/paragraphs.sqlite   articles, paragraphs, the pieces that were embedded, the keyword index
    index/<generation>/vectors.faiss       a vector for each piece, under the piece's row: searched
    index/<generation>/sentences.npy       a vector for each sentence: read for the paragraphs that were found

A generation never changes once its manifest names it; `indexing.py` writes them.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import sqlite3
import threading
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np

from wenju import keywords
from wenju.articles import Article, Paragraph, article_paths
from wenju.errors import IndexFolderError
from wenju.textfiles import content_hash, read_bytes
from wenju.vectors import Vectors, load_sentences

FORMAT = 1


@dataclass(frozen=True)
class Layout:
    """Every file name in the index folder, declared once."""

    manifest: str = "manifest.json"
    paragraphs: str = "paragraphs.sqlite"
    vectors: str = "vectors.faiss"
    sentences: str = "sentences.npy"
    lock: str = ".lock"


LAYOUT = Layout()
GENERATION = re.compile(r"generation-[a-z0-9_]{8}")  # what a manifest may name, so that no path leads elsewhere
FILES = {LAYOUT.paragraphs, LAYOUT.vectors, LAYOUT.sentences}

SCHEMA = """
CREATE TABLE article (name TEXT PRIMARY KEY, hash TEXT, bytes INTEGER, mtime_ns INTEGER, fields TEXT);
CREATE TABLE paragraph (id INTEGER PRIMARY KEY, article TEXT REFERENCES article, number INTEGER, text TEXT,
    start INTEGER, "end" INTEGER, heading TEXT, caption INTEGER, UNIQUE (article, number));
CREATE TABLE piece (row INTEGER PRIMARY KEY, paragraph INTEGER REFERENCES paragraph, text TEXT);
CREATE INDEX piece_paragraph ON piece (paragraph);
CREATE TABLE sentence (row INTEGER PRIMARY KEY, paragraph INTEGER REFERENCES paragraph, start INTEGER, "end" INTEGER);
CREATE INDEX sentence_paragraph ON sentence (paragraph);
"""


@dataclass(frozen=True)
class Manifest:
    """What an index is made of.

    `corpus` is the corpus folder relative to the index folder, so that both can move together; `files` maps
    each file of the generation to its SHA-256.
    """

    format: int
    generation: str
    model: str
    fingerprint: str
    dimension: int
    articles: int
    paragraphs: int
    vectors: int
    sentences: int
    corpus: str
    corpus_hash: str
    files: dict[str, str]


def read_manifest(index: Path) -> Manifest | None:
    """The manifest, or None where no index was built. Raises IndexFolderError for one that can't be used."""
    path = index / LAYOUT.manifest
    try:
        facts = json.loads(path.read_text(encoding="utf-8"))
        if facts["format"] != FORMAT:
            raise IndexFolderError(
                f"The index in {index} has format {facts['format']}, this wenju writes format {FORMAT}: "
                "run `wenju index` to build it again."
            )
        manifest = Manifest(**facts)
        if not GENERATION.fullmatch(manifest.generation) or set(manifest.files) != FILES:
            raise ValueError("names that wenju doesn't give")
        return manifest
    except FileNotFoundError:
        return None
    except (OSError, ValueError, TypeError, KeyError) as error:
        raise IndexFolderError(f"{path} is damaged: run `wenju index` to build the index again.") from error


class Store:
    """An index, opened for reading: articles, paragraphs, vectors, counted against each other."""

    def __init__(self, index: Path, corpus: Path | None = None) -> None:
        """Raises IndexFolderError for a missing, damaged or foreign index.

        `corpus` overrides the corpus folder that the manifest remembers.
        """
        manifest = read_manifest(index)
        if manifest is None:
            raise IndexFolderError(f"There is no index in {index}: run `wenju index` to build it from the corpus.")
        self.manifest = manifest
        self.corpus = corpus or Path(os.path.normpath(index.resolve() / manifest.corpus))
        folder = index / manifest.generation
        for name, expected in manifest.files.items():
            if not (folder / name).is_file() or file_hash(folder / name) != expected:
                raise IndexFolderError(f"{folder / name} is missing or damaged: run `wenju index` to build it again.")
        self.vectors = Vectors.load(folder / LAYOUT.vectors)
        self.sentence_vectors = load_sentences(folder / LAYOUT.sentences)
        uri = f"{(folder / LAYOUT.paragraphs).resolve().as_uri()}?mode=ro&immutable=1"
        self._database = sqlite3.connect(uri, uri=True, check_same_thread=False)
        self._lock = threading.Lock()  # one connection serves the chat's threads in turn
        tables = ("article", "paragraph", "piece", "sentence")
        counts = [self.all(f"SELECT count(*) FROM {table}")[0][0] for table in tables]  # noqa: S608
        shapes = (self.vectors.count, self.vectors.dimension), self.sentence_vectors.shape
        dimension = manifest.dimension
        stated = [manifest.articles, manifest.paragraphs, manifest.vectors, manifest.sentences]
        if counts != stated or shapes != ((manifest.vectors, dimension), (manifest.sentences, dimension)):
            raise IndexFolderError(f"The files in {folder} don't fit together: run `wenju index` to build them again.")

    def articles(self) -> list[Article]:
        """Every article, in name order."""
        return [self._article(*row) for row in self.all("SELECT name, fields FROM article ORDER BY name")]

    def paragraphs(self, name: str) -> list[Paragraph]:
        """The paragraphs of the article of that name, in order; empty for a name that isn't there."""
        columns = 'number, text, start, "end", heading, caption'
        rows = self.all(f"SELECT {columns} FROM paragraph WHERE article = ? ORDER BY number", name)  # noqa: S608
        return [_paragraph(*row) for row in rows]

    def paragraph(self, paragraph_id: int) -> tuple[Article, Paragraph]:
        """One paragraph with its article, by the number that `nearest` gives."""
        columns = 'name, fields, number, text, start, "end", heading, caption'
        tables = "paragraph JOIN article ON name = article"
        [(name, fields, *row)] = self.all(f"SELECT {columns} FROM {tables} WHERE id = ?", paragraph_id)  # noqa: S608
        return self._article(name, fields), _paragraph(*row)

    def nearest(self, vector: np.ndarray, limit: int) -> list[tuple[int, float]]:
        """The paragraphs nearest to a question's vector (float32 [dimension], length 1): (id, cosine), best first.

        A long paragraph counts by its best piece.
        """
        best: dict[int, float] = {}
        # A paragraph of k pieces can take k places; asking for more until enough paragraphs are there ends.
        reach = limit
        while len(best) < limit:
            reach *= 2
            for row, score in self.vectors.search(vector, reach):
                paragraph = self.all("SELECT paragraph FROM piece WHERE row = ?", row)[0][0]
                best.setdefault(paragraph, score)
            if reach >= self.vectors.count:
                break
        return sorted(best.items(), key=lambda item: (-item[1], item[0]))[:limit]

    def cosine(self, paragraph_id: int, vector: np.ndarray) -> float:
        """The cosine of a question's vector with one paragraph, as `nearest` gives it."""
        rows = self.all("SELECT row FROM piece WHERE paragraph = ?", paragraph_id)
        return max(float(self.vectors.row(row) @ vector) for (row,) in rows)

    def sentences(self, paragraph_id: int, vector: np.ndarray) -> list[tuple[int, int, float]]:
        """The sentences of a paragraph, in order: (start, end, cosine with a question's vector)."""
        rows = self.all('SELECT row, start, "end" FROM sentence WHERE paragraph = ? ORDER BY row', paragraph_id)
        cosines = self.sentence_vectors[rows[0][0] : rows[-1][0] + 1].astype(np.float32) @ vector
        return [(start, end, float(cosine)) for (_, start, end), cosine in zip(rows, cosines, strict=True)]

    def matching(self, terms: Sequence[str], limit: int) -> list[tuple[int, float]]:
        """The paragraphs that hold any of the search terms: (id, BM25), best first."""
        with self._lock:
            return keywords.search(self._database, terms, limit)

    def document_frequency(self, terms: Sequence[str]) -> dict[str, int]:
        """In how many paragraphs each search term stands."""
        with self._lock:
            return keywords.document_frequency(self._database, terms)

    def is_stale(self, max_bytes: int) -> bool:
        """Whether the corpus folder differs from what was indexed. Files of the same size and time count as the same.

        Raises CorpusError or ArticleError where the corpus can't be read.
        """
        indexed = {name: rest for name, *rest in self.all("SELECT name, hash, bytes, mtime_ns FROM article")}
        paths = {path.relative_to(self.corpus).as_posix(): path for path in article_paths(self.corpus)}
        if indexed.keys() != paths.keys():
            return True
        for name, path in paths.items():
            hash_, size, mtime = indexed[name]
            facts = path.stat()
            if (facts.st_size, facts.st_mtime_ns) == (size, mtime):
                continue
            if content_hash(read_bytes(path, max_bytes)) != hash_:
                return True
        return False

    def all(self, query: str, *values: object) -> list[tuple[Any, ...]]:
        """The rows of one SQL query."""
        with self._lock:
            return self._database.execute(query, values).fetchall()

    def _article(self, name: str, fields: str) -> Article:
        given = json.loads(fields)
        given["date"] = date.fromisoformat(given["date"]) if given["date"] else None
        return Article(name=name, path=self.corpus / name, **given)


def _paragraph(number: int, text: str, start: int, end: int, heading: str, caption: int) -> Paragraph:
    return Paragraph(number, text, start, end, heading, bool(caption))


def file_hash(path: Path) -> str:
    """SHA-256 of a file's bytes, 64 hexadecimal digits."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
