"""Corpus folder -> index folder: read the articles, embed what is new, write a generation, swap it in.

A build writes a new generation beside the old one, then replaces the manifest in one step. Killed at any moment
it leaves the old index whole; what it left behind goes with the next build.
"""

from __future__ import annotations

import contextlib
import fcntl
import json
import os
import re
import shutil
import sqlite3
import tempfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict
from pathlib import Path

import numpy as np

from wenju import keywords
from wenju.articles import Article, Paragraph, article_paths, parse_article
from wenju.chinese import simplified
from wenju.encoder import Encoder
from wenju.errors import CorpusError, IndexFolderError
from wenju.sentences import sentences
from wenju.store import FILES, FORMAT, LAYOUT, SCHEMA, Manifest, Store, file_hash
from wenju.textfiles import content_hash, read_bytes
from wenju.vectors import Vectors, save_sentences

PIECE_CHARACTERS = 400  # e5 reads 512 tokens, of 1.7 characters each in the corpus here; dense text has room too

_OURS = re.compile(r"(building|generation)-[a-z0-9_]{8}")  # the only folders that a build ever removes

Progress = Callable[[int, int], None]  # pieces embedded, of how many
Row = tuple[Article, list[Paragraph], str, os.stat_result]  # an article as read: paragraphs, content hash, file facts


def build(corpus: Path, index: Path, encoder: Encoder, max_bytes: int, progress: Progress | None = None) -> Manifest:
    """Bring the index folder into step with the corpus folder; only text that is new is embedded.

    Raises ArticleError or CorpusError for a corpus that can't be read (the index stays as it was), and
    IndexFolderError where the folder can't be written or another process is writing it.
    """
    rows = [_read(path, corpus, max_bytes) for path in article_paths(corpus)]
    if not any(_says_something(p.text) for _, paragraphs, _, _ in rows for p in paragraphs):
        raise CorpusError(f"The articles in {corpus} hold no word: write some text into them.")
    with _writing(index):
        known = _known_vectors(index, encoder)
        scratch = Path(tempfile.mkdtemp(prefix="building-", dir=index))
        try:
            texts, sentence_texts = _write_paragraphs(scratch / LAYOUT.paragraphs, rows)
            vectors = _embed(texts + sentence_texts, encoder, known, progress)
            Vectors(vectors[: len(texts)]).save(scratch / LAYOUT.vectors)
            save_sentences(vectors[len(texts) :], scratch / LAYOUT.sentences)
            manifest = Manifest(
                format=FORMAT,
                generation=scratch.name.replace("building", "generation"),
                model=encoder.name,
                fingerprint=encoder.fingerprint,
                dimension=encoder.dimension,
                articles=len(rows),
                paragraphs=sum(len(paragraphs) for _, paragraphs, _, _ in rows),
                vectors=len(texts),
                sentences=len(sentence_texts),
                corpus=os.path.relpath(corpus.resolve(), index.resolve()),
                corpus_hash=_corpus_hash({article.name: hash_ for article, _, hash_, _ in rows}),
                files={name: file_hash(scratch / name) for name in FILES},
            )
            _swap_in(scratch, index, manifest)
        finally:
            shutil.rmtree(scratch, ignore_errors=True)
        for old in index.iterdir():
            if _OURS.fullmatch(old.name) and old.name != manifest.generation:
                shutil.rmtree(old, ignore_errors=True)
    return manifest


def pieces(text: str) -> list[str]:
    """What is embedded for a paragraph: its text, or windows of its sentences where the encoder can't read it whole.

    Windows have at most PIECE_CHARACTERS characters (a longer sentence stands alone) and share a sentence, so that
    what spans two sentences stands whole in one of them.
    """
    if len(text) <= PIECE_CHARACTERS:
        return [text]
    spans = sentences(text)
    windows, first = [], 0
    for i, (_, end) in enumerate(spans):
        if i > first and end - spans[first][0] > PIECE_CHARACTERS:
            windows.append((spans[first][0], spans[i - 1][1]))
            first = i - 1 if i - 1 > first and end - spans[i - 1][0] <= PIECE_CHARACTERS else i
    windows.append((spans[first][0], spans[-1][1]))
    return [text[start:end] for start, end in windows]


def _read(path: Path, corpus: Path, max_bytes: int) -> Row:
    facts = path.stat()
    data = read_bytes(path, max_bytes)
    article, paragraphs = parse_article(data, path, path.relative_to(corpus).as_posix())
    return article, paragraphs, content_hash(data), facts


@contextlib.contextmanager
def _writing(index: Path) -> Iterator[None]:
    """Hold the folder's lock; say in one sentence what keeps it from being written."""
    try:
        index.mkdir(parents=True, exist_ok=True)
        with (index / LAYOUT.lock).open("w") as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError as error:
                raise IndexFolderError(f"Another wenju is writing {index}: wait until it has ended.") from error
            yield
    except (OSError, sqlite3.Error) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise IndexFolderError(
            f"The index folder {index} can't be written ({reason}); what it held is unchanged: free space there, "
            "allow writing, or name another folder with --index."
        ) from error


def _known_vectors(index: Path, encoder: Encoder) -> dict[str, np.ndarray]:
    """Text -> vector of the index as it stands, if the same encoder made it: text that stays is not embedded again."""
    try:
        store = Store(index)
    except IndexFolderError:
        return {}
    if store.manifest.fingerprint != encoder.fingerprint:
        return {}
    texts = store.all("SELECT text FROM piece ORDER BY row")
    known = {text: vector for (text,), vector in zip(texts, store.vectors.rows(), strict=True)}
    cut = 'SELECT substr(text, sentence.start + 1, sentence."end" - sentence.start)'
    texts = store.all(f"{cut} FROM sentence JOIN paragraph ON paragraph.id = paragraph ORDER BY row")
    for (text,), vector in zip(texts, store.sentence_vectors, strict=True):
        known.setdefault(text, vector)
    return known


def _write_paragraphs(path: Path, rows: Sequence[Row]) -> tuple[list[str], list[str]]:
    """Write the SQLite file; the texts of pieces and of sentences in row order.

    A paragraph of punctuation alone has neither: it is read, but never found.
    """
    texts: list[str] = []
    sentence_texts: list[str] = []
    id_ = 0
    with contextlib.closing(sqlite3.connect(path)) as database, database:
        database.executescript(SCHEMA + keywords.SCHEMA)
        for article, paragraphs, hash_, facts in rows:
            fields = {key: value for key, value in asdict(article).items() if key not in ("name", "path")}
            row = (article.name, hash_, facts.st_size, facts.st_mtime_ns, json.dumps(fields, default=str))
            database.execute("INSERT INTO article VALUES (?, ?, ?, ?, ?)", row)
            for p in paragraphs:
                id_ += 1
                values = (id_, article.name, p.number, p.text, p.start, p.end, p.heading, p.caption)
                database.execute("INSERT INTO paragraph VALUES (?, ?, ?, ?, ?, ?, ?, ?)", values)
                if not _says_something(p.text):
                    continue
                keywords.add(database, [(id_, p.text)])
                for text in pieces(p.text):
                    database.execute("INSERT INTO piece VALUES (?, ?, ?)", (len(texts), id_, text))
                    texts.append(text)
                for start, end in sentences(p.text):
                    placed = (len(sentence_texts), id_, start, end)
                    database.execute("INSERT INTO sentence VALUES (?, ?, ?, ?)", placed)
                    sentence_texts.append(p.text[start:end])
    return texts, sentence_texts


def _says_something(text: str) -> bool:
    return any(map(str.isalnum, text))


def _embed(
    texts: Sequence[str], encoder: Encoder, known: dict[str, np.ndarray], progress: Progress | None
) -> np.ndarray:
    """float32 [len(texts), dimension]: known vectors where there are, the encoder's for the others, each text once."""
    new = [text for text in dict.fromkeys(texts) if text not in known]
    if new:
        # In simplified characters, as questions are: a question in one script finds a passage in the other.
        made = encoder.encode([simplified(text) for text in new], "passage", progress)
        known = known | dict(zip(new, made, strict=True))
    return np.stack([known[text] for text in texts]).astype(np.float32)


def _swap_in(scratch: Path, index: Path, manifest: Manifest) -> None:
    """Make the finished generation the index: bytes to the disk, then the folder's name, then the manifest."""
    for path in (*(scratch / name for name in manifest.files), scratch):
        _sync(path)
    scratch.rename(index / manifest.generation)
    written = index / f"{LAYOUT.manifest}.new"
    written.write_text(json.dumps(asdict(manifest), ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
    _sync(written)
    written.replace(index / LAYOUT.manifest)
    _sync(index)


def _sync(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _corpus_hash(hashes: dict[str, str]) -> str:
    return content_hash(json.dumps(hashes, sort_keys=True).encode())
