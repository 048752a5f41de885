"""Texts -> unit vectors: an Encoder protocol and the sentence-transformers encoder, the only place that knows it."""

from __future__ import annotations

import hashlib
import os
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Literal, Protocol

import numpy as np

from wenju.errors import ModelError
from wenju.settings import BUNDLED_MODEL
from wenju.weights import MODEL_SHA256, bundled_model_folder

Kind = Literal["query", "passage"]


class Encoder(Protocol):
    """Anything that turns texts into unit vectors.

    `fingerprint` identifies the vectors: two encoders with the same fingerprint give the same vectors.
    """

    name: str
    dimension: int
    fingerprint: str

    def encode(
        self, texts: Sequence[str], kind: Kind, progress: Callable[[int, int], None] | None = None
    ) -> np.ndarray:
        """float32 [len(texts), dimension], each row of length 1; `progress` is told (done, all) texts."""
        ...


class SentenceEncoder:
    """A sentence-transformers model on the CPU, with the prompts that it was trained with.

    Use `load_encoder`; the first one in a process imports torch, which takes some seconds.
    """

    def __init__(self, name: str, source: str, fingerprint: str | None = None, local: bool = True) -> None:
        from sentence_transformers import SentenceTransformer

        self._model = SentenceTransformer(source, device="cpu", local_files_only=local)
        self.name = name
        self.dimension = int(self._model.get_embedding_dimension() or 0)
        self.fingerprint = fingerprint or self._weights_hash()
        self._prompts = {kind: self._prompt(kind) for kind in ("query", "passage")}

    def encode(
        self, texts: Sequence[str], kind: Kind, progress: Callable[[int, int], None] | None = None
    ) -> np.ndarray:
        vectors = np.zeros((len(texts), self.dimension), np.float32)
        # Alike lengths share a batch, so that little of it is padding; progress counts batches as they end.
        order = sorted(range(len(texts)), key=lambda i: len(texts[i]), reverse=True)
        for start in range(0, len(order), 32):
            rows = order[start : start + 32]
            vectors[rows] = self._model.encode(
                [texts[i] for i in rows],
                prompt=self._prompts[kind],
                batch_size=32,
                normalize_embeddings=True,
                show_progress_bar=False,
            )
            if progress:
                progress(start + len(rows), len(texts))
        return vectors

    def _prompt(self, kind: Kind) -> str:
        """Models name the passage prompt differently; a model without prompts gets none."""
        prompts = self._model.prompts or {}
        names = ("query",) if kind == "query" else ("passage", "document")
        return next((prompts[name] for name in names if prompts.get(name)), "")

    def _weights_hash(self) -> str:
        """SHA-256 over all weights: a model folder whose files changed is another model."""
        digest = hashlib.sha256()
        for key, tensor in sorted(self._model.state_dict().items()):
            digest.update(key.encode())
            digest.update(tensor.contiguous().float().numpy().tobytes())
        return digest.hexdigest()


def load_encoder(model: str = BUNDLED_MODEL) -> SentenceEncoder:
    """The bundled model, the sentence-transformers folder at `model`, or the hub's model of that name.

    A hub is asked only for a model that you name and that its cache on this machine lacks; every other way
    makes no request. Raises ModelError, which lists what was tried.
    """
    if model == BUNDLED_MODEL:
        prepare(offline=True)
        return SentenceEncoder(model, str(bundled_model_folder()), MODEL_SHA256)
    folder = Path(model).expanduser()
    attempts = [(f"the folder {folder}", str(folder), True)] if folder.is_dir() else []
    if not attempts and _is_hub_name(model):
        attempts = [("the hub's cache on this machine", model, True), ("the hub", model, False)]
    prepare(offline=not _is_hub_name(model) or folder.is_dir())
    tried = []
    for where, source, local in attempts or [(f"the folder {folder}", "", True)]:
        if not source:
            tried.append(f"{where} (there is none)")
            continue
        if not local:
            print(f"wenju: asking the hub for the model {model} …", file=sys.stderr, flush=True)
        try:
            return SentenceEncoder(model, source, local=local)
        except Exception as error:  # the loaders raise anything: a missing file, bad JSON, a refused connection
            tried.append(f"{where} ({_first_line(error)})")
    raise ModelError(
        f"The model “{model}” can't be loaded; tried: {'; '.join(tried)}. Name the folder of a sentence-transformers "
        f"model, a model's name on a hub, or leave --model out for the bundled {BUNDLED_MODEL}."
    )


def _is_hub_name(model: str) -> bool:
    """owner/name or name, as a hub spells it: no path, no drive, no parent folder."""
    parts = model.split("/")
    return len(parts) <= 2 and all(part.replace("-", "").replace("_", "").replace(".", "").isalnum() for part in parts)


def _first_line(error: Exception) -> str:
    lines = str(error).strip().splitlines()
    return f"{type(error).__name__}: {lines[0][:200]}" if lines else type(error).__name__


def prepare(offline: bool) -> None:
    """Before the libraries are imported: no telemetry, bars or warnings, patient threads; with `offline`, no hub."""
    for name in ("HF_HUB_DISABLE_TELEMETRY", "DO_NOT_TRACK", "HF_HUB_DISABLE_PROGRESS_BARS"):
        os.environ.setdefault(name, "1")
    os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")
    os.environ.setdefault("TRANSFORMERS_VERBOSITY", "error")
    # Torch's threads spin while they wait for one another; where other programs want the cores too, a question then
    # took 1.0 to 3.9 s instead of 0.05 to 0.3 s (2 cores, load 4). Alone, sleeping threads were no slower (35 to 43 ms against 62 to 109).
    os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")
    if offline:
        os.environ["HF_HUB_OFFLINE"] = os.environ["TRANSFORMERS_OFFLINE"] = "1"
