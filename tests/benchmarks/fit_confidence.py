"""Fit the weights of wenju.reading.confidence and report how well they refuse, on contexts that were left out.

    python tests/benchmarks/fit_confidence.py --train cmrc2018_train.json drcd_dev.json … --test cmrc2018_dev.json …

From each file a sample of contexts is drawn: for fitting, of those that the reader's training left out. Half of them make the corpus; the questions of the others, and near
misses of the rest (the same question about another year, place, number or name), have no answer in it. An answer is right
if a quoted sentence holds a reference answer and comes from the question's own context.
"""

from __future__ import annotations

import argparse
import random
import tempfile
from dataclasses import replace
from pathlib import Path

import numpy as np
from tqdm import tqdm

from wenju.archive import LOOKED_AT, Archive, _reader
from wenju.chinese import simplified
from wenju.confidence import evidence, is_foreign
from wenju.examples import near_misses, subject_of
from wenju.metrics import auroc, calibration_error
from wenju.questions import Question, contexts_of, drawn, read_questions, write_corpus
from wenju.reading import hear, quoted
from wenju.retrieval import make_query, retrieve
from wenju.training import is_held_out


def sample(paths: list[Path], contexts: int, seed: int, held_out: bool) -> list[Question]:
    """The questions of `contexts` contexts of each set; with `held_out`, of those that the reader wasn't trained on."""
    questions = []
    for path in paths:
        asked = read_questions([path])
        if held_out:
            asked = [q for q in asked if q.context and is_held_out(simplified(q.context.text))]
        kept = drawn([c.name for c in contexts_of(asked)], contexts, seed)
        questions += [q for q in asked if q.context and q.context.name in kept]
        if '"question_en"' in path.read_text(encoding="utf-8"):
            english = read_questions([path], english=True)
            questions += [replace(q, set=q.set + " en") for q in english if q.context and q.context.name in kept]
    random.Random(seed).shuffle(questions)
    return questions


def missed(questions: list[Question], seed: int) -> list[Question]:
    """Each question about another year, place, number or phrase: what its text almost answers."""
    chance = random.Random(seed)
    phrases = [p for q in questions if q.context and (p := subject_of(q.text, q.context.text))]
    made = []
    for q in questions:
        text = q.context.text if q.context else ""
        found = near_misses(simplified(q.text), simplified(text), chance.sample(phrases, min(40, len(phrases))), chance)
        if found:
            made.append(replace(q, text=chance.choice(found), answers=(), kind="near"))
    return made


def examples(archive: Archive, questions: list[Question], kept: set[str]) -> tuple[np.ndarray, ...]:
    """(evidence [n, FEATURES], right [n], other language [n], answerable [n], near miss [n])."""
    store, encoder, reader = archive.refresh(), archive._encoder(), _reader()
    rows = []
    for q in tqdm(questions, unit=" questions"):
        query = make_query(q.text, store, encoder)
        heard, _ = hear(query, retrieve(store, query, LOOKED_AT), reader)
        own = q.context.name if q.context else ""
        quotes = quoted(query, heard)
        texts = [r.passage.text[r.start : r.end] for r in quotes if r.passage.article.name == own]
        right = q.kind != "near" and any(answer in text for answer in q.answers for text in texts)
        answerable = own in kept and q.kind != "near"
        other = is_foreign(query, heard[0])
        rows.append((*evidence(query, heard), right, other, answerable, q.kind == "near"))
    table = np.array(rows, float)
    return table[:, :-4], *(table[:, i].astype(bool) for i in range(-4, 0))


def fit(x: np.ndarray, right: np.ndarray) -> np.ndarray:
    """Logistic regression by Newton's method, ridge 1 on standardised weights: [constant, weights…]."""
    mean, scale = x.mean(0), x.std(0) + 1e-9
    z = np.c_[np.ones(len(x)), (x - mean) / scale]
    w = np.zeros(z.shape[1])
    ridge = np.diag([0.0] + [1.0] * x.shape[1])
    for _ in range(50):
        p = 1 / (1 + np.exp(-z @ w))
        hessian = (z * (p * (1 - p))[:, None]).T @ z + ridge
        w += np.linalg.solve(hessian, z.T @ (right - p) - ridge @ w)
    weights = w[1:] / scale
    return np.r_[w[0] - weights @ mean, weights]


def corpus_of(questions: list[Question], folder: Path, seed: int) -> tuple[Archive, set[str]]:
    contexts = contexts_of(questions)
    kept = drawn([c.name for c in contexts], len(contexts) // 2, seed + 1)  # not by the seed that drew the sample
    write_corpus([c for c in contexts if c.name in kept], folder / "corpus")
    return Archive.build(folder / "corpus", folder / "index"), kept


def best_threshold(p: np.ndarray, answerable: np.ndarray) -> float:
    """Where the share of refused unanswerable questions is furthest above that of refused answerable ones (Youden)."""
    points = np.round(np.arange(0.05, 0.95, 0.01), 2)
    return float(max(points, key=lambda t: (p[~answerable] < t).mean() - (p[answerable] < t).mean()))


def report(
    title: str, p: np.ndarray, right: np.ndarray, answerable: np.ndarray, near: np.ndarray, threshold: float
) -> None:
    found = p >= threshold
    refused = ~answerable & ~found
    print(
        f"{title}: {len(p)} questions, {answerable.mean():.0%} answerable; AUROC {auroc(list(p[answerable]), list(p[~answerable])):.3f}, "
        f"near misses alone {auroc(list(p[answerable]), list(p[near])):.3f}; refusal precision "
        f"{refused.sum() / max(1, (~found).sum()):.3f}, recall {refused.sum() / max(1, (~answerable).sum()):.3f} "
        f"(left out {(~found)[~answerable & ~near].mean():.3f}, near misses {(~found)[near].mean():.3f}); "
        f"false refusals {(~found)[answerable].mean():.3f}; right of answered {right[found].mean():.3f}; "
        f"calibration error {calibration_error(list(p), list(right)):.3f}"
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--train", nargs="+", type=Path, required=True)
    parser.add_argument("--test", nargs="+", type=Path, required=True)
    parser.add_argument("--contexts", type=int, default=300, help="sample of each file")
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    weights: dict[str, np.ndarray] = {}
    threshold = 0.0
    for part, paths in (("train", given.train), ("test", given.test)):
        asked = sample(paths, given.contexts, given.seed, part == "train")
        with tempfile.TemporaryDirectory() as folder:
            archive, kept = corpus_of(asked, Path(folder), given.seed)
            answerable = [q for q in asked if q.context and q.context.name in kept]
            left_out = [q for q in asked if q.context and q.context.name not in kept]
            half = len(answerable) // 2  # half of the questions have an answer, a quarter each are of the other kinds
            asked = answerable + left_out[:half] + missed(answerable, given.seed)[:half]
            x, right, other, can, near = examples(archive, asked, kept)
        p = np.zeros(len(x))
        for name, rows in (("SAME_LANGUAGE", ~other), ("OTHER_LANGUAGE", other)):
            # Across languages neither terms nor names say anything.
            columns = x if name == "SAME_LANGUAGE" else x * [1, 1, 1, 0, 1, 0]
            if part == "train":
                weights[name] = fit(columns[rows], right[rows])
                print(name, "=", tuple(round(float(w), 2) for w in weights[name]))
            p[rows] = 1 / (1 + np.exp(-(weights[name][0] + columns[rows] @ weights[name][1:])))
        if part == "train":
            threshold = best_threshold(p, can)
            print("THRESHOLD =", threshold)
        for name, rows in (("same language", ~other), ("other language", other)):
            if rows.any():
                report(f"{part}, {name}", p[rows], right[rows], can[rows], near[rows], threshold)


if __name__ == "__main__":
    main()
