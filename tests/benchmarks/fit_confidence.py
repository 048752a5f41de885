"""Fit the weights of wenju.reading.confidence and report how well they refuse, on contexts that were left out.

    python tests/benchmarks/fit_confidence.py --train cmrc2018_train.json drcd_dev.json … --test cmrc2018_dev.json …

From each file a sample of contexts is drawn. Half of them make the corpus; the questions of the others, and near
misses of the rest (the same question about another year or another name), have no answer in it. An answer is right
if a quoted sentence holds a reference answer and comes from the question's own context.
"""

from __future__ import annotations

import argparse
import random
import re
import tempfile
from dataclasses import replace
from difflib import SequenceMatcher
from pathlib import Path

import numpy as np
from tqdm import tqdm

from wenju import reading
from wenju.archive import Archive
from wenju.metrics import auroc, calibration_error
from wenju.questions import Question, contexts_of, drawn, read_questions, write_corpus
from wenju.retrieval import make_query, retrieve
from wenju.textfiles import language_of


def sample(paths: list[Path], contexts: int, seed: int) -> list[Question]:
    questions = []
    for path in paths:
        asked = read_questions([path])
        kept = drawn([c.name for c in contexts_of(asked)], contexts, seed)
        questions += [q for q in asked if q.context and q.context.name in kept]
        if '"question_en"' in path.read_text(encoding="utf-8"):
            english = read_questions([path], english=True)
            questions += [replace(q, set=q.set + " en") for q in english if q.context and q.context.name in kept]
    random.Random(seed).shuffle(questions)
    return questions


def near_misses(questions: list[Question], seed: int) -> list[Question]:
    """Each question about another year or, where it shares a phrase with its context, about another phrase."""
    chance = random.Random(seed)
    phrases = {q: phrase for q in questions if language_of(q.text) == "zh" and (phrase := subject(q))}
    pool = list(phrases.items())
    made = []
    for q in questions:
        text, context = "", q.context.text if q.context else ""
        year = re.search(r"(?:1[89]|20)\d\d", q.text)
        if year:
            other = str(int(year[0]) + chance.choice([-3, -2, -1, 1, 2]))
            text = q.text.replace(year[0], other) if other not in context else ""
        elif q in phrases:
            old = phrases[q]
            for other_question, new in chance.sample(pool, min(40, len(pool))):
                alike = new[0] in "《“" if old[0] in "《“" else new[0] not in "《“" and new.isascii() == old.isascii()
                if alike and other_question.set == q.set and new not in context and abs(len(new) - len(old)) <= 2:
                    text = q.text.replace(old, new)
                    break
        if text:
            made.append(replace(q, text=text, answers=(), kind="near"))
    return made


def subject(q: Question) -> str:
    """A title, a quoted term, a name in Latin letters, or the longest phrase that question and context share."""
    marked = re.findall(r"《[^》]+》|“[^”]+”|[A-Za-z][A-Za-z0-9 -]{2,}", q.text)
    if not marked and q.context:
        shared = SequenceMatcher(None, q.text, q.context.text, autojunk=False).find_longest_match()
        marked = re.split(r"[的是了在和与有什么多少哪谁几年]", q.text[shared.a : shared.a + shared.size])
    best = max(marked, key=len, default="")
    return best if 2 <= len(best) <= 12 and best != q.text else ""


def examples(archive: Archive, questions: list[Question], kept: set[str]) -> tuple[np.ndarray, ...]:
    """(evidence [n, 3], right [n], other language [n], answerable [n], near miss [n])."""
    store, encoder = archive.refresh(), archive._encoder()
    rows = []
    for q in tqdm(questions, unit=" questions"):
        query = make_query(q.text, store, encoder)
        candidates = retrieve(store, query, 5)
        ranked = sorted(reading._sentences(query, candidates, reading.asked_for(q.text)), key=lambda s: -s.score)
        quoted = [s for s in ranked[:2] if ranked[0].score - s.score <= reading.ALMOST]
        own = q.context.name if q.context else ""
        right = any(s.passage.article.name == own and any(a in s.text for a in q.answers) for s in quoted)
        other = " " in q.text and language_of(q.text) != quoted[0].passage.article.language
        answerable = own in kept and q.kind != "near"
        rows.append((*reading.evidence(query, quoted[0]), right, other, answerable, q.kind == "near"))
    table = np.array(rows, float)
    return table[:, :3], *(table[:, i].astype(bool) for i in range(3, 7))


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
        asked = sample(paths, given.contexts, given.seed)
        with tempfile.TemporaryDirectory() as folder:
            archive, kept = corpus_of(asked, Path(folder), given.seed)
            answerable = [q for q in asked if q.context and q.context.name in kept]
            left_out = [q for q in asked if q.context and q.context.name not in kept]
            half = len(answerable) // 2  # half of the questions have an answer, a quarter each are of the other kinds
            asked = answerable + left_out[:half] + near_misses(answerable, given.seed)[:half]
            x, right, other, can, near = examples(archive, asked, kept)
        p = np.zeros(len(x))
        for name, rows in (("SAME_LANGUAGE", ~other), ("OTHER_LANGUAGE", other)):
            columns = x * [1, name == "SAME_LANGUAGE", 1]  # coverage says nothing across languages
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
