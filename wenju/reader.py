"""Reader: question + text -> does the text answer, and with which span. The trained weights' only home.

It shares the bundled encoder: question and text go through its embeddings and first LOWER layers apart, unchanged, then
through a trained copy of the layers above together. Three heads read the last layer: the start and the end of the span
from the text's tokens, and from the question's first token whether the text answers it.

    question ── embeddings, layers 1-4 (frozen) ─┐
                                                 ├─ layers 5-12 (trained) ─┬─ start, end of the span
    text ────── embeddings, layers 1-4 (frozen) ─┘                         └─ does the text answer?

Only what was trained is kept in ARTIFACT: 14 million numbers as int8, with a scale for each row. This module is the one
that imports torch for reading; import it where a question is read or the reader trained.
"""

from __future__ import annotations

import functools
import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from safetensors import SafetensorError, safe_open
from safetensors.torch import load, save_file
from tokenizers import Encoding, Tokenizer
from torch import Tensor, nn

from wenju.errors import ModelError
from wenju.weights import bundled_model_folder

ARTIFACT = Path(__file__).with_name("reader.safetensors")
ARTIFACT_SHA256 = "f99147fab4a327ac065d61d75482eaf86de00a3d87f56adf1ebd59ab7acf36a3"  # of the file
LOWER = 4  # layers that stay the encoder's and see question and text apart
LAYERS, WIDTH, HEADS, INNER = 12, 384, 12, 1536  # of multilingual-e5-small
QUESTION_TOKENS = 64  # a longer question is cut; none of the question sets' is
WINDOW, OVERLAP = 256, 64  # tokens of a text that are read at once, as in training, and that two windows share

# Names in the encoder's file -> names in a Layer; query, key and value become one matrix.
_NAMES = {
    "attention.output.dense": "mixed",
    "attention.output.LayerNorm": "mixed_norm",
    "intermediate.dense": "up",
    "output.dense": "down",
    "output.LayerNorm": "norm",
}


@dataclass(frozen=True)
class Tokens:
    """A text's tokens without the special ones: ids [n] and their offsets in characters, (start, end) each."""

    ids: tuple[int, ...]
    offsets: tuple[tuple[int, int], ...]

    def covering(self, start: int, end: int) -> tuple[int, int]:
        """The first and last token of text[start:end]. Raises ValueError where no token lies there."""
        inside = [i for i, (a, b) in enumerate(self.offsets) if a < end and b > start]
        if not inside:
            raise ValueError(f"no token between the characters {start} and {end}")
        # “▁” before a text's first character claims that character too
        first = inside[1] if len(inside) > 1 and self.offsets[inside[0]] == self.offsets[inside[1]] else inside[0]
        return first, inside[-1]


@dataclass(frozen=True)
class Marks:
    """What the reader makes of a text, for one question.

    `answers`: the log-odds that the text answers. `starts`, `ends`: float32 [n], for each token the probability that the
    answer starts or ends there, if the text answers. `offsets`: int [n, 2], each token's start and end in characters.
    """

    answers: float
    starts: np.ndarray
    ends: np.ndarray
    offsets: np.ndarray


class Layer(nn.Module):
    """A BERT layer: attention among all tokens, then two dense layers, each added to its input and normalised."""

    def __init__(self) -> None:
        super().__init__()
        self.qkv = nn.Linear(WIDTH, 3 * WIDTH)
        self.mixed = nn.Linear(WIDTH, WIDTH)
        self.mixed_norm = nn.LayerNorm(WIDTH, eps=1e-12)
        self.up = nn.Linear(WIDTH, INNER)
        self.down = nn.Linear(INNER, WIDTH)
        self.norm = nn.LayerNorm(WIDTH, eps=1e-12)

    def forward(self, hidden: Tensor, hide: Tensor) -> Tensor:
        """float32 [batch, n, WIDTH] -> the same; `hide` [batch, 1, 1, n] is 0 where a token is, -inf-like where none."""
        batch, n, _ = hidden.shape
        query, key, value = self.qkv(hidden).view(batch, n, 3, HEADS, WIDTH // HEADS).permute(2, 0, 3, 1, 4)
        weights = query @ key.transpose(-1, -2) * (WIDTH // HEADS) ** -0.5 + hide.to(query.dtype)
        seen = (weights.softmax(-1).to(value.dtype) @ value).transpose(1, 2).reshape(batch, n, WIDTH)
        hidden = self.mixed_norm(hidden + self.mixed(seen))
        after: Tensor = self.norm(hidden + self.down(nn.functional.gelu(self.up(hidden))))
        return after


class Reader(nn.Module):
    """The trained layers and heads over the bundled encoder's lower layers. As made here, it knows nothing yet."""

    def __init__(self) -> None:
        super().__init__()
        folder = bundled_model_folder()
        self.tokenizer: Tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
        self._ends = [self.tokenizer.token_to_id("<s>"), self.tokenizer.token_to_id("</s>")]
        with safe_open(str(folder / "model.safetensors"), framework="pt") as file:
            layers = [_layer(file, number) for number in range(LAYERS)]
            names = ("word_embeddings.weight", "position_embeddings.weight", "token_type_embeddings.weight")
            words, positions, types = (file.get_tensor(f"embeddings.{name}") for name in names)
            norm = [file.get_tensor(f"embeddings.LayerNorm.{name}") for name in ("weight", "bias")]
        # In a tuple, so that the encoder's weights are none of this module's parameters.
        self._frozen = (words, positions + types[0], norm, layers[:LOWER])
        self.layers = nn.ModuleList(layers[LOWER:])
        self.side = nn.Parameter(torch.zeros(2, WIDTH))  # tells the question's tokens from the text's
        self.span = nn.Linear(WIDTH, 2)
        self.dense = nn.Linear(WIDTH, WIDTH)
        self.answers = nn.Linear(WIDTH, 1)

    def tokens(self, text: str) -> Tokens:
        """The tokens of a text; give it in simplified characters, which keep their number and so their offsets."""
        found: Encoding = self.tokenizer.encode(text, add_special_tokens=False)
        return Tokens(tuple(found.ids), tuple(found.offsets))

    @torch.no_grad()
    def lower(self, rows: Sequence[Sequence[int]]) -> list[Tensor]:
        """Token ids, at most 510 a row -> [n + 2, WIDTH] after the frozen layers, first and last for <s> and </s>."""
        words, positions, norm, layers = self._frozen
        longest = max(map(len, rows)) + 2
        ids = torch.zeros(len(rows), longest, dtype=torch.long)
        for i, row in enumerate(rows):
            ids[i, : len(row) + 2] = torch.tensor([self._ends[0], *row, self._ends[1]])
        hide = _hidden([len(row) + 2 for row in rows], longest)
        hidden = nn.functional.embedding(ids, words) + positions[:longest]
        hidden = nn.functional.layer_norm(hidden, (WIDTH,), norm[0], norm[1], 1e-12)
        for layer in layers:
            hidden = layer(hidden, hide)
        return [hidden[i, : len(row) + 2] for i, row in enumerate(rows)]

    def forward(self, questions: Sequence[Tensor], texts: Sequence[Tensor]) -> tuple[Tensor, Tensor, Tensor]:
        """Lower states of questions [q, WIDTH] and of texts [n, WIDTH] -> logits, float32.

        Start and end over the texts' tokens [batch, longest text], very low beyond a text's end; and whether each text
        answers its question [batch].
        """
        longest = max(len(q) + len(t) for q, t in zip(questions, texts, strict=True))
        pairs = [(q + self.side[0], t + self.side[1]) for q, t in zip(questions, texts, strict=True)]
        hidden = nn.utils.rnn.pad_sequence([torch.cat(pair) for pair in pairs], batch_first=True)
        hide = _hidden([len(q) + len(t) for q, t in pairs], longest)
        for layer in self.layers:
            hidden = layer(hidden, hide)
        answers = self.answers(torch.tanh(self.dense(hidden[:, 0]))).squeeze(1).float()
        spans = self.span(hidden).float()
        cut = [row[len(q) : len(q) + len(t)] for row, (q, t) in zip(spans, pairs, strict=True)]
        padded = nn.utils.rnn.pad_sequence(cut, batch_first=True, padding_value=-1e4)
        return padded[..., 0], padded[..., 1], answers

    @torch.no_grad()
    def read(self, question: str, texts: Sequence[str]) -> list[Marks]:
        """What each text says to the question; both in simplified characters. A long text is read in windows.

        A text's log-odds are those of its best window; where windows overlap, a token counts by the likelier one.
        """
        tokens = [self.tokens(text) for text in texts]
        windows = [(i, at) for i, text in enumerate(tokens) for at in _windows(len(text.ids))]
        if not windows:
            return []
        asked = self.tokens(question).ids[:QUESTION_TOKENS]
        with torch.autocast("cpu", torch.bfloat16, enabled=_fast_bfloat16()):
            cuts = [tokens[i].ids[at : at + WINDOW] for i, at in windows]
            lower = self.lower([asked, *cuts])
            begin, end, answers = self([lower[0]] * len(cuts), [states[1:-1] for states in lower[1:]])
        odds = torch.full((len(texts),), -torch.inf)
        marks = [np.full((2, len(text.ids)), -np.inf, np.float32) for text in tokens]
        for (i, at), cut, logits, value in zip(windows, cuts, torch.stack([begin, end], 1), answers, strict=True):
            part = marks[i][:, at : at + len(cut)]
            np.maximum(part, logits[:, : len(cut)].numpy(), out=part)
            odds[i] = max(odds[i], value)
        return [
            Marks(float(value), _softmax(starts), _softmax(ends), np.array(text.offsets, int).reshape(-1, 2))
            for value, (starts, ends), text in zip(odds, marks, tokens, strict=True)
        ]


def _windows(n: int) -> range:
    """Where the windows of n tokens begin."""
    return range(0, max(n - OVERLAP, 1), WINDOW - OVERLAP) if n > WINDOW else range(min(n, 1))


def _softmax(logits: np.ndarray) -> np.ndarray:
    powers = np.exp(logits - logits.max(initial=0.0))
    return np.asarray(powers / max(powers.sum(), 1e-9))


@functools.cache
def _fast_bfloat16() -> bool:
    """Whether this processor multiplies in bfloat16 itself: reading then took 138 ms instead of 229 (25 pairs, 2 cores)."""
    return bool(torch.cpu._is_avx512_bf16_supported() or torch.cpu._is_amx_tile_supported())


def _hidden(lengths: Sequence[int], longest: int) -> Tensor:
    """[batch, 1, 1, longest]: 0 for the tokens of each row, very low for what pads it."""
    beyond = torch.arange(longest)[None, :] >= torch.tensor(lengths)[:, None]
    return torch.where(beyond, -1e4, 0.0)[:, None, None, :]


def _layer(file: Any, number: int) -> Layer:
    """Layer `number` of the bundled encoder."""
    layer, at = Layer(), f"encoder.layer.{number}"
    state = {}
    for kind in ("weight", "bias"):
        parts = [file.get_tensor(f"{at}.attention.self.{part}.{kind}") for part in ("query", "key", "value")]
        state[f"qkv.{kind}"] = torch.cat(parts)
        state |= {f"{ours}.{kind}": file.get_tensor(f"{at}.{theirs}.{kind}") for theirs, ours in _NAMES.items()}
    layer.load_state_dict(state)
    return layer


def save_reader(reader: Reader, path: Path, facts: dict[str, str]) -> None:
    """Write what was trained: matrices as int8 with a float32 scale for each row, the rest as float32; `facts` as metadata."""
    tensors = {}
    for name, tensor in reader.state_dict().items():
        if tensor.ndim == 2 and tensor.numel() > WIDTH * 4:
            scale = tensor.abs().amax(1, keepdim=True).clamp_min(1e-12) / 127
            tensors[name] = (tensor / scale).round().to(torch.int8)
            tensors[f"{name}.scale"] = scale
        else:
            tensors[name] = tensor.float().contiguous()
    save_file(tensors, str(path), facts)


def load_reader(path: Path = ARTIFACT, sha256: str | None = ARTIFACT_SHA256) -> Reader:
    """The trained reader, ready to read; `sha256` is what its file must hash to, None for a reader of your own.

    Raises ModelError for a file that is missing, damaged or not written by `save_reader`.
    """
    try:
        data = path.read_bytes()
        if sha256 and hashlib.sha256(data).hexdigest() != sha256:
            raise ValueError("its bytes are not those that were published")
        tensors = load(data)
        state = {
            name: tensor.float() * tensors[f"{name}.scale"] if tensor.dtype == torch.int8 else tensor
            for name, tensor in tensors.items()
            if not name.endswith(".scale")
        }
        reader = Reader()
        reader.load_state_dict(state)
    except (OSError, ValueError, KeyError, RuntimeError, SafetensorError) as error:
        reason = str(error).split("\n")[0][:200]
        raise ModelError(f"The reader {path} can't be used ({reason}): install wenju again.") from error
    return reader.eval()
