"""encoder.py: what the vectors mean, and models that can't be loaded."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from wenju.encoder import load_encoder
from wenju.errors import ModelError
from wenju.settings import BUNDLED_MODEL

pytestmark = pytest.mark.slow

BASE_STATIONS = "底座先行。2024年长三角已累计建成5G基站超82万个，占全国的五分之一，建成32个千兆城市。"
PATENTS = "中国已成为全球人工智能专利最大拥有国，占比达60%。"
MAYOR = "“我们愿与长三角兄弟城市一道，共同探索。”在会上，常州市委副书记、市长周伟这样倡议。"
PASSAGES = [BASE_STATIONS, PATENTS, MAYOR]


@pytest.fixture(scope="module")
def encoder():
    return load_encoder()


@pytest.mark.parametrize(
    ("question", "right", "cosine", "margin"),
    [
        ("2024年长三角累计建成了多少5G基站？", 0, 0.961, 0.08),
        ("How many 5G base stations has the Yangtze River Delta built?", 0, 0.0, 0.02),
        ("中国拥有的人工智能专利占全球多少？", 1, 0.0, 0.05),
        ("What share of global AI patents does China hold?", 1, 0.856, 0.05),
        ("常州市市长是谁？", 2, 0.0, 0.02),
    ],
)
def test_the_right_passage_is_nearer_than_the_wrong_ones(
    encoder, question: str, right: int, cosine: float, margin: float
) -> None:
    similarities = encoder.encode(PASSAGES, "passage") @ encoder.encode([question], "query")[0]
    wrong = max(np.delete(similarities, right))
    assert similarities[right] - wrong > margin
    if cosine:
        assert similarities[right] == pytest.approx(cosine, abs=0.01)


def test_vectors_have_length_one_and_do_not_depend_on_their_batch(encoder) -> None:
    texts = [*PASSAGES, "短", "长" * 2000]
    together = encoder.encode(texts, "passage")
    assert together.shape == (5, encoder.dimension) == (5, 384)
    assert together.dtype == np.float32
    np.testing.assert_allclose(np.linalg.norm(together, axis=1), 1, atol=1e-5)
    alone = np.concatenate([encoder.encode([text], "passage") for text in texts])
    np.testing.assert_allclose(together, alone, atol=1e-5)


def test_questions_and_passages_have_their_own_prompts(encoder) -> None:
    query, passage = (encoder.encode(["5G基站"], kind)[0] for kind in ("query", "passage"))
    assert 0.8 < query @ passage < 0.999


def test_progress_counts_to_the_end(encoder) -> None:
    told: list[tuple[int, int]] = []
    encoder.encode(["茶"] * 40, "passage", lambda done, of: told.append((done, of)))
    assert told == [(32, 40), (40, 40)]


def test_no_texts_give_no_vectors(encoder) -> None:
    assert encoder.encode([], "query").shape == (0, 384)


def test_a_folder_of_another_model_is_loaded_and_has_its_own_fingerprint(encoder, tmp_path: Path) -> None:
    """A sentence-transformers model made here, tiny and untrained: it loads, encodes and is told apart."""
    from sentence_transformers import SentenceTransformer
    from sentence_transformers.sentence_transformer.modules import BoW

    SentenceTransformer(modules=[BoW(vocab=["cat", "dog"])]).save(str(tmp_path / "tiny"))
    tiny = load_encoder(str(tmp_path / "tiny"))
    np.testing.assert_allclose(tiny.encode(["cat", "dog cat"], "query"), [[1, 0], [0.5**0.5] * 2], atol=1e-6)
    assert tiny.fingerprint != encoder.fingerprint


def test_a_model_that_cannot_be_loaded_lists_what_was_tried() -> None:
    with pytest.raises(ModelError, match=r"tried: the folder /nowhere/model \(there is none\)") as raised:
        load_encoder("/nowhere/model")
    assert BUNDLED_MODEL in str(raised.value)
    assert "\n" not in str(raised.value)


def test_a_model_s_name_is_looked_for_in_the_cache_and_on_the_hub(tmp_path: Path) -> None:
    """In a process that is told to stay offline, so that the hub says no at once and not after its retries."""
    code = "from wenju.encoder import load_encoder; load_encoder('no-such-owner/no-such-model')"
    done = subprocess.run(
        [sys.executable, "-c", code], env={"HF_HUB_OFFLINE": "1", "HF_HOME": str(tmp_path), "PATH": ""},
        capture_output=True, text=True,
    )  # fmt: skip
    assert "wenju: asking the hub for the model no-such-owner/no-such-model …" in done.stderr
    last = done.stderr.splitlines()[-1]
    assert re.search(r"ModelError: .*tried: the hub's cache on this machine \(.+\); the hub \(.+\)", last)


def test_a_broken_model_folder(tmp_path: Path) -> None:
    (tmp_path / "modules.json").write_text(json.dumps([{"idx": 0, "name": "0", "path": "", "type": "os.system"}]))
    with pytest.raises(ModelError, match="tried: the folder"):
        load_encoder(str(tmp_path))
