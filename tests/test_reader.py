"""reader.py: the trained reader on real texts, and its file."""

from __future__ import annotations

from pathlib import Path

import pytest
import torch

from wenju.chinese import simplified
from wenju.errors import ModelError
from wenju.reader import ARTIFACT, ARTIFACT_SHA256, Marks, Reader, load_reader, save_reader
from wenju.reading import best_span

pytestmark = pytest.mark.slow

MAYOR = "“我们愿与兄弟城市一道探索。”常州市委副书记、市长周伟这样倡议。"
LIGHTS = "市场监管总局发布办法，自2023年12月1日起禁止使用“生鲜灯”，销售生鲜食用农产品须保持真实色泽。"


@pytest.fixture(scope="module")
def reader() -> Reader:
    return load_reader()


def said(marks: Marks, text: str) -> str:
    first, last, _ = best_span(marks.starts, marks.ends)
    return text[marks.offsets[first, 0] : marks.offsets[last, 1]]


@pytest.mark.parametrize(
    ("question", "answer"),
    [
        ("常州市市长是谁？", "周伟"),
        ("“生鲜灯”从什么时候起禁用？", "2023年12月1日"),
        ("Who is the mayor of Changzhou?", "周伟"),
    ],
)
def test_the_answer_is_found_in_the_text_that_holds_it(reader: Reader, question: str, answer: str) -> None:
    texts = [MAYOR, LIGHTS]
    marks = reader.read(question, texts)
    holds = [answer in text for text in texts].index(True)
    assert marks[holds].answers > marks[1 - holds].answers + 1  # e times likelier to answer, at least
    assert answer in said(marks[holds], texts[holds])


def test_probabilities_sum_to_one_over_the_tokens(reader: Reader) -> None:
    [marks] = reader.read("市长是谁？", [MAYOR])
    assert marks.starts.sum() == pytest.approx(1, abs=1e-3)
    assert marks.ends.sum() == pytest.approx(1, abs=1e-3)
    assert len(marks.starts) == len(marks.ends) == len(marks.offsets)
    assert (marks.offsets[:, 1] <= len(MAYOR)).all()


def test_texts_read_together_say_what_they_say_alone(reader: Reader) -> None:
    together = reader.read("常州市市长是谁？", [LIGHTS, MAYOR])[1]
    [alone] = reader.read("常州市市长是谁？", [MAYOR])
    assert together.answers == pytest.approx(alone.answers, abs=0.15)  # bfloat16
    assert said(together, MAYOR) == said(alone, MAYOR)


@pytest.mark.parametrize("before", [0, 12, 30])
def test_a_long_text_is_read_to_its_end(reader: Reader, before: int) -> None:
    text = LIGHTS * before + MAYOR + LIGHTS * (30 - before)
    [marks] = reader.read("常州市市长是谁？", [text])
    assert "周伟" in said(marks, text)


def test_no_text_and_an_empty_text_are_read(reader: Reader) -> None:
    assert reader.read("谁？", []) == []
    empty, full = reader.read("常州市市长是谁？", ["", MAYOR])
    assert len(empty.offsets) == 0
    assert empty.answers == -float("inf") < full.answers


def test_the_lower_layers_are_the_encoders_own() -> None:
    from transformers import BertModel

    from wenju.weights import bundled_model_folder

    encoder = BertModel.from_pretrained(bundled_model_folder(), add_pooling_layer=False, local_files_only=True).eval()
    reader = Reader()
    ids = reader.tokens("常州市市长是谁？").ids
    begin, end = (reader.tokenizer.token_to_id(mark) for mark in ("<s>", "</s>"))
    with torch.no_grad():
        layers = encoder(input_ids=torch.tensor([[begin, *ids, end]]), output_hidden_states=True).hidden_states
        hidden = reader.lower([ids])[0]
        assert torch.allclose(hidden, layers[4][0], atol=1e-4)
        for layer in reader.layers:  # untrained, the upper ones are its own too
            hidden = layer(hidden[None] if hidden.ndim == 2 else hidden, torch.zeros(1, 1, 1, 1))
        assert torch.allclose(hidden[0], layers[12][0], atol=1e-4)


def test_what_is_saved_reads_as_before(reader: Reader, tmp_path: Path) -> None:
    save_reader(reader, tmp_path / "reader.safetensors", {"seed": "1"})
    again = load_reader(tmp_path / "reader.safetensors", sha256=None)
    for old, new in zip(reader.read("市长是谁？", [MAYOR]), again.read("市长是谁？", [MAYOR]), strict=True):
        assert new.answers == pytest.approx(old.answers, abs=0.1)
        assert said(new, MAYOR) == said(old, MAYOR)
    assert ARTIFACT.stat().st_size < 25 * 2**20


def test_a_damaged_reader_is_refused_in_one_sentence(tmp_path: Path) -> None:
    data = bytearray(ARTIFACT.read_bytes())
    data[-1] ^= 1
    path = tmp_path / "reader.safetensors"
    path.write_bytes(data)
    with pytest.raises(ModelError, match="not those that were published"):
        load_reader(path, ARTIFACT_SHA256)
    path.write_bytes(b"nothing like it")
    with pytest.raises(ModelError, match="install wenju again"):
        load_reader(path, sha256=None)
    with pytest.raises(ModelError, match="install wenju again"):
        load_reader(tmp_path / "missing.safetensors", sha256=None)


def test_offsets_are_those_of_the_text_in_either_script(reader: Reader) -> None:
    text = "常州市委副書記、市長周偉這樣倡議。"
    [marks] = reader.read(simplified("常州市市長是誰？"), [simplified(text)])
    assert said(marks, text) == "周偉"
