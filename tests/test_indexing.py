"""indexing.py and store.py: what a build leaves in the index folder, and what it does when it can't."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from support import PROJECT, TopicEncoder

from wenju.errors import ArticleError, CorpusError, IndexFolderError
from wenju.indexing import PIECE_CHARACTERS, build, pieces
from wenju.sentences import sentences
from wenju.store import LAYOUT, Store, read_manifest

MAX_BYTES = 2**20


@pytest.fixture
def corpus(write) -> Path:
    write("pets.md", "---\ntitle: 宠物\nauthor: 张三\ndate: 2025-11-08\n---\n猫睡了。\n\n……\n\n## 狗舍\n\n狗叫了。")
    return write("tea.txt", "喝茶\n\n茶凉了。").parent


def snapshot(folder: Path) -> dict[str, bytes]:
    return {p.relative_to(folder).as_posix(): p.read_bytes() for p in sorted(folder.rglob("*")) if p.is_file()}


def test_every_paragraph_is_found_by_its_meaning(corpus: Path, tmp_path: Path, topic_encoder: TopicEncoder) -> None:
    index = tmp_path / "index"
    manifest = build(corpus, index, topic_encoder, MAX_BYTES)
    assert (manifest.articles, manifest.paragraphs, manifest.vectors) == (2, 4, 3)  # …… says nothing: no vector
    store = Store(index)
    [(dog, score), *rest] = store.nearest(topic_encoder.encode(["狗在哪里？"], "query")[0], 9)
    article, paragraph = store.paragraph(dog)
    assert (article.title, article.author, str(article.date), article.path) == (
        "宠物",
        "张三",
        "2025-11-08",
        corpus / "pets.md",
    )
    assert (paragraph.number, paragraph.text, paragraph.heading, score) == (3, "狗叫了。", "狗舍", 1.0)
    assert [score for _, score in rest] == [0.0, 0.0]
    assert [a.name for a in store.articles()] == ["pets.md", "tea.txt"]
    assert [p.text for p in store.paragraphs("pets.md")] == ["猫睡了。", "……", "狗叫了。"]
    assert store.paragraphs("../pets.md") == []


def test_only_new_text_is_embedded(corpus: Path, tmp_path: Path, topic_encoder: TopicEncoder) -> None:
    index = tmp_path / "index"
    build(corpus, index, topic_encoder, MAX_BYTES)
    topic_encoder.encoded.clear()
    (corpus / "rain.txt").write_text("天气\n\n雨停了。\n\n茶凉了。", encoding="utf-8")
    (corpus / "pets.md").unlink()
    build(corpus, index, topic_encoder, MAX_BYTES)
    assert topic_encoder.encoded == ["雨停了。"]
    store = Store(index)
    [(rain, score), *_] = store.nearest(topic_encoder.encode(["雨"], "query")[0], 3)
    assert (store.paragraph(rain)[1].text, score) == ("雨停了。", 1.0)
    assert [a.name for a in store.articles()] == ["rain.txt", "tea.txt"]
    assert len([p for p in index.iterdir() if p.is_dir()]) == 1


def test_another_encoder_s_vectors_are_never_reused(corpus: Path, tmp_path: Path, topic_encoder: TopicEncoder) -> None:
    build(corpus, tmp_path / "index", topic_encoder, MAX_BYTES)
    other = TopicEncoder()
    other.fingerprint = "topics-2"
    manifest = build(corpus, tmp_path / "index", other, MAX_BYTES)
    assert (len(other.encoded), manifest.fingerprint) == (3, "topics-2")


def test_stale_means_that_the_articles_differ(corpus: Path, tmp_path: Path, topic_encoder: TopicEncoder) -> None:
    index = tmp_path / "index"

    def stale() -> bool:
        return Store(index).is_stale(MAX_BYTES)

    build(corpus, index, topic_encoder, MAX_BYTES)
    assert not stale()
    os.utime(corpus / "tea.txt", (1, 1))  # touched, but the same
    assert not stale()
    (corpus / "tea.txt").write_text("喝茶\n\n茶热了。", encoding="utf-8")
    assert stale()
    build(corpus, index, topic_encoder, MAX_BYTES)
    assert not stale()
    (corpus / "tea.txt").rename(corpus / "coffee.txt")
    assert stale()


def test_corpus_and_index_can_move_together(corpus: Path, tmp_path: Path, topic_encoder: TopicEncoder) -> None:
    build(corpus, tmp_path / "index", topic_encoder, MAX_BYTES)
    moved = tmp_path / "elsewhere"
    moved.mkdir()
    corpus.rename(moved / "corpus")
    (tmp_path / "index").rename(moved / "index")
    store = Store(moved / "index")
    assert store.corpus == moved / "corpus"
    assert not store.is_stale(MAX_BYTES)


def test_a_broken_article_leaves_the_index_as_it_was(corpus: Path, tmp_path: Path, topic_encoder: TopicEncoder) -> None:
    index = tmp_path / "index"
    build(corpus, index, topic_encoder, MAX_BYTES)
    before = snapshot(index)
    (corpus / "empty.txt").write_text("")
    with pytest.raises(ArticleError, match=r"empty\.txt is empty"):
        build(corpus, index, topic_encoder, MAX_BYTES)
    assert snapshot(index) == before


def test_a_corpus_without_a_word_is_refused(write, tmp_path: Path, topic_encoder: TopicEncoder) -> None:
    corpus = write("a.txt", "……\n\n——\n\n！").parent
    with pytest.raises(CorpusError, match="hold no word: write some text"):
        build(corpus, tmp_path / "index", topic_encoder, MAX_BYTES)


def test_an_interrupted_build_leaves_the_index_as_it_was(
    corpus: Path, tmp_path: Path, topic_encoder: TopicEncoder
) -> None:
    index = tmp_path / "index"
    build(corpus, index, topic_encoder, MAX_BYTES)
    before = snapshot(index)
    (corpus / "rain.txt").write_text("天气\n\n雨停了。", encoding="utf-8")

    def interrupt(done: int, of: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        build(corpus, index, topic_encoder, MAX_BYTES, interrupt)
    assert snapshot(index) == before


def test_a_build_removes_nothing_that_is_not_its_own(corpus: Path, tmp_path: Path, topic_encoder: TopicEncoder) -> None:
    index = tmp_path / "index"
    (index / "photos").mkdir(parents=True)
    (index / "photos" / "a.jpg").write_bytes(b"jpg")
    (index / "generation-notes.txt").write_text("mine")
    (index / "building-deadbeef").mkdir()  # a killed build left it
    build(corpus, index, topic_encoder, MAX_BYTES)
    assert (index / "photos" / "a.jpg").read_bytes() == b"jpg"
    assert (index / "generation-notes.txt").read_text() == "mine"
    assert not (index / "building-deadbeef").exists()


def test_a_second_writer_is_told_to_wait(corpus: Path, tmp_path: Path, topic_encoder: TopicEncoder) -> None:
    said = []

    def build_again(done: int, of: int) -> None:
        with pytest.raises(IndexFolderError, match=r"Another wenju is writing .*: wait") as raised:
            build(corpus, tmp_path / "index", TopicEncoder(), MAX_BYTES)
        said.append(raised.value)

    build(corpus, tmp_path / "index", topic_encoder, MAX_BYTES, build_again)
    assert said


def test_a_folder_that_cannot_be_written(corpus: Path, topic_encoder: TopicEncoder) -> None:
    with pytest.raises(IndexFolderError, match=r"/proc/wenju can't be written .*name another folder with --index"):
        build(corpus, Path("/proc/wenju"), topic_encoder, MAX_BYTES)  # not even root can make a folder there


@pytest.mark.parametrize("limit", [3000, 20_000])
def test_a_full_disk_leaves_the_index_as_it_was(
    corpus: Path, tmp_path: Path, topic_encoder: TopicEncoder, limit: int
) -> None:
    """The process may write files of `limit` bytes at most: SQLite or FAISS fails in the middle of a file."""
    index = tmp_path / "index"
    build(corpus, index, topic_encoder, MAX_BYTES)
    before = snapshot(index)
    many = "\n\n".join(f"雨下了{i}天。" for i in range(2000 if limit > 3000 else 1))
    (corpus / "rain.txt").write_text("天气\n\n" + many, encoding="utf-8")
    code = (
        "import sys, signal, resource; from pathlib import Path\n"
        "from support import TopicEncoder; from wenju.indexing import build\n"
        "signal.signal(signal.SIGXFSZ, signal.SIG_IGN)\n"
        f"resource.setrlimit(resource.RLIMIT_FSIZE, ({limit},) * 2)\n"
        "try:\n    build(Path(sys.argv[1]), Path(sys.argv[2]), TopicEncoder(), 2**20)\n"
        "except Exception as error:\n    print(type(error).__name__, error)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, corpus, index], cwd=PROJECT / "tests", capture_output=True, text=True
    )
    assert done.stdout.startswith("IndexFolderError The index folder"), done.stdout + done.stderr
    assert "what it held is unchanged" in done.stdout
    assert snapshot(index) == before


@pytest.mark.parametrize(
    ("damage", "said"),
    [
        (lambda index: (index / LAYOUT.manifest).unlink(), "There is no index in"),
        (lambda index: (index / LAYOUT.manifest).write_text("{"), r"manifest\.json is damaged: run `wenju index`"),
        (lambda index: edit(index, format=0), "has format 0, this wenju writes format 1: run `wenju index`"),
        (lambda index: edit(index, generation="../../etc"), r"manifest\.json is damaged"),
        (lambda index: edit(index, files={"../../secret": ""}), r"manifest\.json is damaged"),
        (lambda index: edit(index, paragraphs=5), "don't fit together"),
        (lambda index: next(index.glob("*/*.faiss")).write_bytes(b"x"), r"vectors\.faiss is missing or damaged"),
        (lambda index: next(index.glob("*/*.sqlite")).unlink(), r"paragraphs\.sqlite is missing or damaged"),
    ],
)
def test_a_damaged_index_is_refused_and_can_be_built_again(
    corpus: Path, tmp_path: Path, topic_encoder: TopicEncoder, damage, said: str
) -> None:
    index = tmp_path / "index"
    build(corpus, index, topic_encoder, MAX_BYTES)
    damage(index)
    with pytest.raises(IndexFolderError, match=said):
        Store(index)
    build(corpus, index, topic_encoder, MAX_BYTES)
    assert Store(index).vectors.count == 3


def edit(index: Path, **changes: object) -> None:
    facts = json.loads((index / LAYOUT.manifest).read_text(encoding="utf-8"))
    (index / LAYOUT.manifest).write_text(json.dumps(facts | changes), encoding="utf-8")


def test_a_planted_pickle_is_not_loaded(corpus: Path, tmp_path: Path, topic_encoder: TopicEncoder) -> None:
    """The files are hashed and read by FAISS and SQLite; a pickle in their place is damage, and nothing runs."""
    index = tmp_path / "index"
    build(corpus, index, topic_encoder, MAX_BYTES)
    planted = b"cos\nsystem\n(S'touch " + str(tmp_path / "ran").encode() + b"'\ntR."
    file = next(index.glob("*/*.faiss"))
    file.write_bytes(planted)
    import hashlib

    manifest = read_manifest(index)
    assert manifest
    edit(index, files=manifest.files | {LAYOUT.vectors: hashlib.sha256(planted).hexdigest()})
    with pytest.raises(IndexFolderError, match=r"vectors\.faiss is damaged"):
        Store(index)
    assert not (tmp_path / "ran").exists()


def test_pieces_of_a_long_paragraph_are_whole_sentences_that_overlap() -> None:
    text = "".join(f"这是第{i}句话，它说了一些事情，也说了别的。" for i in range(60))
    windows = pieces(text)
    assert len(windows) > 2
    whole = [text[start:end] for start, end in sentences(text)]
    seen = []
    for window in windows:
        assert len(window) <= PIECE_CHARACTERS
        inside = [window[start:end] for start, end in sentences(window)]
        assert inside == whole[whole.index(inside[0]) :][: len(inside)]
        assert not seen or inside[0] == seen[-1]
        seen += inside[1:] if seen else inside
    assert seen == whole


def test_a_sentence_longer_than_a_window_stands_alone() -> None:
    text = "短句。" + "长" * 1000 + "。" + "又一句。"
    assert pieces(text) == ["短句。", "长" * 1000 + "。", "又一句。"]
    assert pieces("一句。") == ["一句。"]


def test_a_long_paragraph_is_found_as_a_whole(write, tmp_path: Path, topic_encoder: TopicEncoder) -> None:
    sea = "。".join("茶" * 50 for _ in range(20))
    corpus = write("a.txt", f"标题\n\n{sea}。雨在最后。{'猫' * 399}。\n\n狗。").parent
    build(corpus, tmp_path / "index", topic_encoder, MAX_BYTES)
    store = Store(tmp_path / "index")
    found = store.nearest(np.float32([0, 0, 1, 0]), 10)
    assert len(found) == 2  # two paragraphs, however many pieces
    assert found[0][1] == pytest.approx(1.0, abs=1e-6)
    assert store.paragraph(found[0][0])[1].number == 1
