"""Examples -> the trained reader: `python -m wenju.training SETS… --folder FOLDER`.

Passes over the examples with texts cut to windows that grow from pass to pass: short ones teach what an answer is at a
third of the price, the last ones what else a whole paragraph holds. Written to FOLDER every few minutes; the same command
goes on from there.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import torch
from safetensors import safe_open
from safetensors.torch import load_file, save_file
from torch import Tensor, nn
from tqdm import tqdm

from wenju.examples import Example, read_examples
from wenju.reader import QUESTION_TOKENS, Reader, Tokens, save_reader

WINDOWS = (112, 160, 256)  # most tokens of a text that a pass shows
HARD, NEAR = (0.1, 0.2, 0.3), (0.1, 0.2, 0.3)  # a pass's chance of a text alike and of a near miss, for each question
BATCH_TOKENS = 2560
STEPS = 3750  # at most, so that it ends within 70 minutes of two cores; the last pass is then not shown whole
RATE, HEADS_RATE = 1.5e-4, 5e-4  # at their highest, after WARM of the steps; then falling to 0
WARM = 0.06
SAID_NO_WEIGHT = 0.5  # of the loss of “does the text answer?” beside the span's
TWICE = ("news", "_en")  # sets that are shown twice in a pass: few questions, and the kinds that users ask
HELD_OUT = 12  # one text in so many is left out, for choosing thresholds and fitting confidence
SAVED_EVERY = 250  # steps
TEXT_TOKENS = 510  # the encoder's window without <s> and </s>


@dataclass(frozen=True)
class Item:
    """One row of a batch: a question on tokens [first, last) of a text; the span in tokens of that window, if it answers."""

    question: tuple[int, ...]
    text: int
    first: int
    last: int
    span: tuple[int, int] | None

    def __len__(self) -> int:
        return len(self.question) + 2 + self.last - self.first


class Examples:
    """The examples as tokens, and the lower states of their texts, made once."""

    def __init__(self, reader: Reader, examples: Sequence[Example], texts: Sequence[str]) -> None:
        self.examples = examples
        self._reader = reader
        self.texts = [_cut(reader.tokens(text)) for text in tqdm(texts, "tokens", unit=" texts")]
        self._questions: dict[str, tuple[int, ...]] = {}
        self.states: list[Tensor] = [torch.empty(0)] * len(texts)
        order = sorted(range(len(texts)), key=lambda i: len(self.texts[i].ids))
        for at in tqdm(range(0, len(order), 16), "lower layers", unit=" batches"):
            rows = order[at : at + 16]
            with torch.autocast("cpu", torch.bfloat16):
                states = reader.lower([self.texts[i].ids for i in rows])
            for i, state in zip(rows, states, strict=True):
                self.states[i] = state[1:-1].to(torch.bfloat16)

    def items(self, window: int, hard: float, near: float, chance: random.Random) -> Iterator[Item]:
        """The rows of one pass: each question on its text, some on texts alike, some near misses."""
        for example in (e for e in self.examples for _ in range(1 + any(part in e.set for part in TWICE))):
            tokens = self.texts[example.text]
            try:
                first, last = tokens.covering(example.start, example.end)
            except ValueError:  # beyond TEXT_TOKENS
                continue
            if last - first >= window:
                continue
            question = self._tokens(example.question)
            at, end = _window(len(tokens.ids), window, (first, last), chance)
            yield Item(question, example.text, at, end, (first - at, last - at))
            if chance.random() < hard:
                yield from self._without(question, example, (first, last), window, chance)
            if example.near and chance.random() < near:
                yield Item(self._tokens(chance.choice(example.near)), example.text, at, end, None)

    def _without(
        self, question: tuple[int, ...], example: Example, span: tuple[int, int], window: int, chance: random.Random
    ) -> Iterator[Item]:
        """The question on another part of its text, where there is one now and then, else on a text alike."""
        n = len(self.texts[example.text].ids)
        rest = [(0, span[0]), (span[1] + 1, n)]
        rest = [(a, b) for a, b in rest if b - a >= window // 2]
        if rest and chance.random() < 0.4:
            a, b = chance.choice(rest)
            at, end = _window(b - a, window, None, chance)
            yield Item(question, example.text, a + at, a + end, None)
        elif example.hard:
            other = chance.choice(example.hard)
            yield Item(question, other, *_window(len(self.texts[other].ids), window, None, chance), None)

    def _tokens(self, question: str) -> tuple[int, ...]:
        if question not in self._questions:
            self._questions[question] = self._reader.tokens(question).ids[:QUESTION_TOKENS]
        return self._questions[question]


def is_held_out(text: str) -> bool:
    """Whether a text (in simplified characters) is left out of training, by its hash: the same in every run."""
    return hashlib.sha256(text.encode()).digest()[0] % HELD_OUT == 0


def _cut(tokens: Tokens) -> Tokens:
    return Tokens(tokens.ids[:TEXT_TOKENS], tokens.offsets[:TEXT_TOKENS])


def _window(n: int, most: int, span: tuple[int, int] | None, chance: random.Random) -> tuple[int, int]:
    """A stretch of at most `most` of n tokens, drawn among those that hold `span`."""
    if n <= most:
        return 0, n
    lowest = max(0, span[1] + 1 - most) if span else 0
    highest = min(span[0], n - most) if span else n - most
    at = chance.randint(min(lowest, highest), max(lowest, highest))
    return at, at + most


def batches(items: Sequence[Item], chance: random.Random) -> list[list[Item]]:
    """Rows of alike length together, BATCH_TOKENS with their padding, in a drawn order."""
    made: list[list[Item]] = []
    mixed = list(items)
    chance.shuffle(mixed)
    for at in range(0, len(mixed), 2000):  # sorted in parts, so that a batch's length says nothing of its rows
        batch: list[Item] = []
        for item in sorted(mixed[at : at + 2000], key=len):
            if batch and (len(batch) + 1) * len(item) > BATCH_TOKENS:
                made.append(batch)
                batch = []
            batch.append(item)
        made.append(batch)
    chance.shuffle(made)
    return made


def loss(reader: Reader, states: Sequence[Tensor], batch: Sequence[Item]) -> Tensor:
    """The mean of the start's and the end's cross-entropy where the text answers, and that of whether it does."""
    with torch.autocast("cpu", torch.bfloat16):
        questions = reader.lower([item.question for item in batch])
        texts = [states[item.text][item.first : item.last].float() for item in batch]
        start, end, answers = reader([q.float() for q in questions], texts)
    truth = torch.tensor([item.span is not None for item in batch])
    total = SAID_NO_WEIGHT * nn.functional.binary_cross_entropy_with_logits(answers, truth.float())
    if truth.any():
        spans = torch.tensor([item.span for item in batch if item.span is not None])
        total = total + nn.functional.cross_entropy(start[truth], spans[:, 0]) / 2
        total = total + nn.functional.cross_entropy(end[truth], spans[:, 1]) / 2
    return total


def train(reader: Reader, examples: Examples, folder: Path, seed: int, passes: int) -> None:
    """Train, or go on training where `folder` says; the finished reader is folder/reader.safetensors."""
    plan = []
    for number in range(passes):
        chance = random.Random(f"{seed} {number}")  # noqa: S311
        rows = list(examples.items(WINDOWS[number], HARD[number], NEAR[number], chance))
        plan += batches(rows, chance)
    del plan[STEPS:]
    heads = [p for name, p in reader.named_parameters() if not name.startswith("layers.")]
    groups = [{"params": reader.layers.parameters(), "lr": RATE}, {"params": heads, "lr": HEADS_RATE}]
    optimizer = torch.optim.AdamW(groups, weight_decay=0.01)
    done = _restore(reader, optimizer, folder / "checkpoint.safetensors")
    warm = WARM * len(plan)

    def rate(step: int) -> float:
        return min((done + step + 1) / warm, (len(plan) - done - step) / (len(plan) - warm))

    schedule = torch.optim.lr_scheduler.LambdaLR(optimizer, rate)
    average = 0.0
    with tqdm(plan, "training", initial=done, unit=" steps") as bar:
        for step in range(done, len(plan)):
            value = loss(reader, examples.states, plan[step])
            torch.autograd.backward(value)
            nn.utils.clip_grad_norm_(reader.parameters(), 1.0)
            optimizer.step()
            schedule.step()
            optimizer.zero_grad()
            average = 0.98 * average + 0.02 * value.item() if average else value.item()
            bar.set_postfix(loss=f"{average:.3f}", refresh=False)
            bar.update()
            if (step + 1) % SAVED_EVERY == 0:
                _keep(reader, optimizer, step + 1, folder / "checkpoint.safetensors")
                with (folder / "log.jsonl").open("a", encoding="utf-8") as log:
                    log.write(json.dumps({"step": step + 1, "loss": round(average, 4)}) + "\n")
    save_reader(reader, folder / "reader.safetensors", {"seed": str(seed), "steps": str(len(plan))})


def _keep(reader: Reader, optimizer: torch.optim.Optimizer, step: int, path: Path) -> None:
    tensors = {f"weights.{name}": value.detach().clone() for name, value in reader.named_parameters()}
    for name, parameter in reader.named_parameters():
        tensors |= {f"{kind}.{name}": optimizer.state[parameter][kind].clone() for kind in ("exp_avg", "exp_avg_sq")}
    written = path.with_suffix(".new")
    save_file(tensors, str(written), {"step": str(step)})
    written.replace(path)


def _restore(reader: Reader, optimizer: torch.optim.Optimizer, path: Path) -> int:
    """Load a checkpoint, if there is one; the steps that were done."""
    if not path.exists():
        return 0
    with safe_open(str(path), framework="pt") as file:
        step = int(file.metadata()["step"])
    tensors = load_file(str(path))
    for name, parameter in reader.named_parameters():
        parameter.data.copy_(tensors[f"weights.{name}"])
        moments = {kind: tensors[f"{kind}.{name}"].clone() for kind in ("exp_avg", "exp_avg_sq")}
        optimizer.state[parameter] = {"step": torch.tensor(float(step)), **moments}
    return step


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("sets", nargs="+", type=Path, help="question sets in SQuAD format")
    parser.add_argument("--folder", type=Path, required=True, help="where checkpoints and the reader are written")
    parser.add_argument("--passes", type=int, default=len(WINDOWS), choices=range(1, len(WINDOWS) + 1))
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    torch.manual_seed(given.seed)
    given.folder.mkdir(parents=True, exist_ok=True)
    reader = Reader().train()
    read, texts = read_examples(given.sets, given.seed)
    examples = Examples(reader, [e for e in read if not is_held_out(texts[e.text])], texts)
    train(reader, examples, given.folder, given.seed, given.passes)


if __name__ == "__main__":
    main()
