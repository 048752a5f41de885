"""Archive: a corpus, its index and an encoder, opened together; everything that asks goes through `Archive.ask`."""

from __future__ import annotations

import functools
import os
import sys
import threading
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from tqdm import tqdm

from wenju import indexing
from wenju.answering import Answer, answer_small_talk, compose
from wenju.articles import Article, Paragraph
from wenju.attribution import read_speech
from wenju.bylines import read_byline
from wenju.confidence import confidence
from wenju.encoder import Encoder, load_encoder
from wenju.errors import IndexFolderError, QuestionError
from wenju.followup import Turn, stand_alone
from wenju.reading import ReadsTexts, hear, quoted
from wenju.retrieval import Passage, make_query, retrieve
from wenju.settings import BUNDLED_MODEL, Settings, default_home
from wenju.smalltalk import small_talk
from wenju.store import Store, read_manifest

StrPath = str | os.PathLike[str]

LOOKED_AT = 10  # passages retrieved for a question; the reader reads the first of them

_encoders: dict[str, Encoder] = {}
_encoders_lock = threading.Lock()


class Archive:
    """A corpus and its index, ready to be asked; safe to use from several threads.

    >>> archive = Archive.open("index")                                     # doctest: +SKIP
    >>> archive.ask("2024年长三角累计建成了多少5G基站？").span                # doctest: +SKIP
    '超82万个'

    The model is loaded when the first question needs it (some seconds), or by `warm`.
    """

    def __init__(self, settings: Settings) -> None:
        """Use `open`, `build` or `open_default`. Raises IndexFolderError where there is no usable index."""
        self.settings = settings
        self._lock = threading.RLock()
        self._store = self._open_store()

    @classmethod
    def build(cls, corpus: StrPath, index: StrPath, *, model: str | None = None) -> Archive:
        """Bring the index folder into step with the corpus folder, then open it.

        `model` is the bundled model's name, a sentence-transformers folder or a hub's model name; left out, it
        stays what the index was made with. Raises a WenjuError; the index then is as it was.
        """
        settings = Settings(Path(corpus), Path(index), model or _made_with(Path(index)) or BUNDLED_MODEL)
        _build(settings)
        return cls(settings)

    @classmethod
    def open(cls, index: StrPath, corpus: StrPath | None = None, *, model: str | None = None) -> Archive:
        """Open an index, with the corpus that it remembers or another place where that corpus now is.

        An index whose corpus changed is brought into step first. Raises IndexFolderError for a missing or
        damaged index, or one that another model than `model` made.
        """
        folder = Path(index)
        manifest = read_manifest(folder)
        if manifest is None:
            raise IndexFolderError(f"There is no index in {folder}: run `wenju index` to build it from the corpus.")
        if model and model != manifest.model:
            raise IndexFolderError(
                f"The index in {folder} was made by the model {manifest.model}, not {model}: run "
                f"`wenju index --model {model}` to make it again, or leave --model out."
            )
        place = Path(corpus) if corpus else Path(os.path.normpath(folder.resolve() / manifest.corpus))
        archive = cls(Settings(place, folder, manifest.model))
        archive.refresh()
        return archive

    @classmethod
    def open_default(
        cls, home: StrPath | None = None, *, corpus: StrPath | None = None, index: StrPath | None = None,
        model: str | None = None,
    ) -> Archive:  # fmt: skip
        """The archive in `home`, `$WENJU_HOME`, the current folder or the project's own; its index is built if missing.

        `corpus` and `index` name those folders apart from it.
        """
        place = default_home(home)
        folder = Path(index) if index else place / "index"
        if read_manifest(folder) is None:
            return cls.build(corpus or place / "corpus", folder, model=model)
        return cls.open(folder, corpus, model=model)

    def ask(self, question: str, history: Sequence[Answer] = ()) -> Answer:
        """Answer a question from the corpus, with citations, or say that the corpus doesn't answer it.

        `history` holds earlier Answers of the same conversation, oldest first. Raises QuestionError for a
        question that is empty, too long or not text; any other WenjuError where the archive can't be used.
        """
        if not all(isinstance(answer, Answer) for answer in history):
            raise QuestionError("history must hold the earlier Answers of the conversation, oldest first.")
        turns = [Turn(answer.asked, answer.text if answer.found else "", answer.span) for answer in history]
        checked = self._checked(question)
        if reply := small_talk(checked):
            return answer_small_talk(question, reply)
        asked = stand_alone(checked, turns)
        store = self.refresh()
        encoder = self._encoder()
        query = make_query(asked, store, encoder)
        candidates = retrieve(store, query, LOOKED_AT)
        readings = read_byline(query, candidates, store.articles)
        if readings is not None:
            return compose(question, asked, [c.passage for c in candidates], readings)
        heard, rest = hear(query, candidates, _reader())
        sure = confidence(query, heard)
        readings = [replace(reading, confidence=sure) for reading in read_speech(asked, heard) or quoted(query, heard)]
        return compose(question, asked, [h.passage for h in heard] + rest, readings)

    def search(self, question: str, limit: int = 10) -> list[Passage]:
        """The `limit` passages nearest to a question, best first. Raises as `ask`; ValueError for a limit below 1."""
        if limit < 1:
            raise ValueError(f"limit is {limit}; it must be 1 or more")
        asked = self._checked(question)
        store = self.refresh()
        query = make_query(asked, store, self._encoder())
        heard, rest = hear(query, retrieve(store, query, max(limit, LOOKED_AT)), _reader())
        return ([h.passage for h in heard] + rest)[:limit]

    def articles(self) -> list[Article]:
        """Every article, in the order of their file names."""
        return self.refresh().articles()

    def paragraphs(self, name: str) -> list[Paragraph]:
        """The paragraphs of the article of that `Article.name`, in order; empty if there is none."""
        return self.refresh().paragraphs(name)

    def warm(self) -> None:
        """Load the model and the reader now, so that the first question needn't wait for them."""
        self._encoder()
        _reader()

    def refresh(self) -> Store:
        """The index in step with the corpus folder: an article added, edited or removed counts at once."""
        with self._lock:
            manifest = read_manifest(self.settings.index)
            if manifest is None or manifest.generation != self._store.manifest.generation:
                self._store = self._open_store()
            if self._store.is_stale(self.settings.article_bytes):
                print("wenju: the corpus changed; bringing the index into step …", file=sys.stderr, flush=True)
                _build(self.settings)
                self._store = self._open_store()
            return self._store

    def _open_store(self) -> Store:
        return Store(self.settings.index, self.settings.corpus)

    def _encoder(self) -> Encoder:
        encoder = _encoder(self.settings.model)
        if encoder.fingerprint != self._store.manifest.fingerprint:
            raise IndexFolderError(
                f"The index in {self.settings.index} was made by another version of the model {self.settings.model}: "
                "run `wenju index` to make it again."
            )
        return encoder

    def _checked(self, question: str) -> str:
        if not isinstance(question, str):
            raise QuestionError(f"A question must be text (str), not {type(question).__name__}.")
        limit = self.settings.question_characters
        text = question.strip()
        if len(text) > limit:
            raise QuestionError(f"The question has {len(text):,} characters; at most {limit} are read: shorten it.")
        if not any(map(str.isalnum, text)):
            raise QuestionError("The question has no word in it: type a question, such as 谁是常州市市长？")
        if any("\ud800" <= c <= "\udfff" for c in text):
            raise QuestionError("The question holds half a character (a lone surrogate): type it again.")
        return text


def _made_with(index: Path) -> str | None:
    """The model that the index was made with; None where there is no index or its manifest is damaged."""
    try:
        manifest = read_manifest(index)
    except IndexFolderError:
        return None
    return manifest.model if manifest else None


def _encoder(model: str) -> Encoder:
    """The model, loaded once in a process and shared by every archive."""
    with _encoders_lock:
        if model not in _encoders:
            print("wenju: loading the model …", file=sys.stderr, flush=True)
            _encoders[model] = load_encoder(model)
        return _encoders[model]


@functools.cache
def _reader() -> ReadsTexts:
    """The trained reader, loaded once in a process."""
    from wenju.reader import load_reader

    return load_reader()


def _build(settings: Settings) -> None:
    with tqdm(unit=" pieces", desc="wenju: embedding", delay=1.0, leave=False, file=sys.stderr) as bar:

        def progress(done: int, of: int) -> None:
            bar.total = of
            bar.update(done - bar.n)

        encoder = _encoder(settings.model)
        indexing.build(settings.corpus, settings.index, encoder, settings.article_bytes, progress)
