"""training.py: what a reader learns from a handful of examples, and going on after an interruption."""

from __future__ import annotations

import json
import random
from pathlib import Path

import pytest
import torch
from safetensors.torch import load_file

from wenju import training
from wenju.examples import read_examples
from wenju.reader import Reader, load_reader
from wenju.reading import best_span
from wenju.training import Examples, Item, batches, is_held_out, train

pytestmark = pytest.mark.slow

PASSES = 16
NAMES = ("李明", "王强", "周伟", "陈静", "刘洋", "赵敏", "孙丽", "何毅")


@pytest.fixture(scope="module")
def question_set(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Eight texts of two sentences; each names who founded and who paid."""
    data = []
    for i, name in enumerate(NAMES):
        context = f"第{i}茶馆由{name}创办，后来由{NAMES[i - 1]}出资扩建，地点在东街{i + 1}号。"
        pairs = ((f"第{i}茶馆由谁创办？", name), (f"第{i}茶馆在东街几号？", f"{i + 1}号"))
        qas = [{"question": q, "answers": [{"text": a, "answer_start": context.index(a)}]} for q, a in pairs]
        data.append({"title": f"第{i}茶馆", "paragraphs": [{"context": context, "qas": qas}]})
    path = tmp_path_factory.mktemp("set") / "teahouses.json"
    path.write_text(json.dumps({"data": data}), encoding="utf-8")
    return path


def trained(folder: Path, question_set: Path, monkeypatch: pytest.MonkeyPatch, stop_at: int | None = None) -> Path:
    """Train for PASSES short passes; with `stop_at`, be interrupted in that step."""
    for name, value in (("WINDOWS", 48), ("HARD", 0.1), ("NEAR", 0.1)):
        monkeypatch.setattr(training, name, (value,) * PASSES)
    monkeypatch.setattr(training, "RATE", 4e-4)  # there are few steps
    monkeypatch.setattr(training, "HEADS_RATE", 2e-3)
    monkeypatch.setattr(training, "BATCH_TOKENS", 400)
    monkeypatch.setattr(training, "SAVED_EVERY", 4)
    torch.manual_seed(1)
    reader = Reader().train()
    calls = 0
    loss = training.loss

    def counted(*given: object) -> torch.Tensor:
        nonlocal calls
        calls += 1
        if calls == stop_at:
            raise KeyboardInterrupt
        return loss(*given)  # type: ignore[arg-type]

    with monkeypatch.context() as patch:
        patch.setattr(training, "loss", counted)
        train(reader, Examples(reader, *read_examples([question_set], 1)), folder, 1, PASSES)
    return folder / "reader.safetensors"


def test_a_reader_learns_and_goes_on_where_it_was_interrupted(
    question_set: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole, parts = tmp_path / "whole", tmp_path / "parts"
    whole.mkdir()
    parts.mkdir()
    first = trained(whole, question_set, monkeypatch)
    with pytest.raises(KeyboardInterrupt):
        trained(parts, question_set, monkeypatch, stop_at=7)
    second = trained(parts, question_set, monkeypatch)
    one, other = load_file(str(first)), load_file(str(second))
    assert one.keys() == other.keys()
    for name in one:
        assert torch.allclose(one[name].float(), other[name].float(), atol=1e-2 if one[name].dtype != torch.int8 else 2)
    losses = [json.loads(line)["loss"] for line in (whole / "log.jsonl").read_text().splitlines()]
    assert losses[-1] < losses[0]
    text = "第9茶馆由马良创办，后来由何毅出资扩建，地点在东街7号。"
    reader = load_reader(first, sha256=None)
    [marks] = reader.read("第9茶馆由谁创办？", [text])
    begin, end, _ = best_span(marks.starts, marks.ends)
    assert text[marks.offsets[begin, 0] : marks.offsets[end, 1]] == "马良"


def test_a_window_holds_the_whole_answer(question_set: Path) -> None:
    examples, texts = read_examples([question_set], 1)
    made = Examples(Reader(), examples, texts)
    items = list(made.items(16, 1.0, 1.0, random.Random(1)))
    assert {item.span is None for item in items} == {True, False}
    for item in items:
        assert item.last - item.first <= 16
        if item.span:
            assert 0 <= item.span[0] <= item.span[1] < item.last - item.first


def test_batches_keep_every_item_and_their_size(monkeypatch: pytest.MonkeyPatch) -> None:
    chance = random.Random(1)
    items = [Item((1,) * chance.randint(3, 20), 0, 0, chance.randint(10, 250), None) for _ in range(5000)]
    made = batches(items, random.Random(2))
    assert sorted(map(len, (i for batch in made for i in batch))) == sorted(map(len, items))
    assert max(len(batch) * max(map(len, batch)) for batch in made) <= training.BATCH_TOKENS


def test_one_text_in_twelve_is_held_out() -> None:
    held = sum(is_held_out(f"文章{i}") for i in range(12_000))
    assert 900 < held < 1200  # 256 is no multiple of 12: 22 hashes of 256 count
