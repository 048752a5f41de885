"""Outcomes of single questions -> Figures, and what `wenju eval --json` printed -> outcomes again."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from wenju import metrics
from wenju.errors import QuestionSetError


@dataclass(frozen=True)
class Outcome:
    """What became of one question; `set`, `id`, `kind`, `question` and `answers` are the question's.

    Attributes:
        asked: the question as it was searched.
        found, text, span, confidence: the Answer's.
        rank: place of the first passage with the evidence, from 1; 0 where it isn't among the first ten; None where
            the question doesn't say what its evidence is.
        right: shows one of the answers in at most three sentences; without answers, was not found.
        items: share of the answers that are shown, in [0, 1].
        exact, f1: of the span, in [0, 1]; None for questions that bring no context.
        milliseconds: how long `ask` took.
        quotes_stand: whether each citation's quote stands in its passage at its offsets.
        nearest: the first passage looked at.
    """

    set: str
    id: str
    kind: str
    question: str
    answers: tuple[str, ...]
    asked: str
    found: bool
    text: str
    span: str | None
    confidence: float
    rank: int | None
    right: bool
    items: float
    exact: float | None
    f1: float | None
    milliseconds: float
    quotes_stand: bool
    nearest: str


@dataclass(frozen=True)
class Figures:
    """Averages over some outcomes, in [0, 1] but for counts and times; None where there is nothing to average.

    Attributes:
        questions, answerable: how many, and how many of them have answers.
        hit1, hit3, hit5: share with the evidence in the first 1, 3, 5 passages; mrr: mean of 1/rank, first ten.
        answer: share of the answerable that were answered right; items: mean share of items, kind "list".
        em, f1: exact match and F1 of the spans (CMRC 2018); spans: share of the answers found that have a span.
        refusal_precision: share of the "not found" that the corpus indeed doesn't answer.
        refusal_recall: share of what the corpus doesn't answer that was "not found".
        false_refusals: share of the answerable that were "not found".
        auroc: chance that an answerable question's confidence is above an unanswerable one's.
        calibration_error: of the confidence of what was found in its being right, ten bins of equal count.
        ms_median, ms_p95: milliseconds a question.
    """

    questions: int
    answerable: int
    hit1: float | None
    hit3: float | None
    hit5: float | None
    mrr: float | None
    answer: float | None
    items: float | None
    em: float | None
    f1: float | None
    spans: float | None
    refusal_precision: float | None
    refusal_recall: float | None
    false_refusals: float | None
    auroc: float | None
    calibration_error: float | None
    ms_median: float | None
    ms_p95: float | None


@dataclass(frozen=True)
class Evaluation:
    """The figures of one run: of everything together, of each set and of each kind of question.

    `setting` is "corpus" (your own), "open" or "given"; `left_out` the share of contexts left out; `cores` those
    that this process may use.
    """

    model: str
    cores: int
    setting: str
    left_out: float
    seed: int
    together: Figures
    sets: dict[str, Figures]
    kinds: dict[str, Figures]
    outcomes: tuple[Outcome, ...]


def figures(outcomes: Sequence[Outcome]) -> Figures:
    """The averages over some outcomes."""
    answerable = [o for o in outcomes if o.answers]
    unanswerable = [o for o in outcomes if not o.answers]
    found = [o for o in outcomes if o.found]
    ranks = [o.rank for o in answerable if o.rank is not None]
    scored = [o for o in answerable if o.f1 is not None]
    times = [o.milliseconds for o in outcomes]
    return Figures(
        questions=len(outcomes),
        answerable=len(answerable),
        hit1=metrics.mean(rank == 1 for rank in ranks),
        hit3=metrics.mean(1 <= rank <= 3 for rank in ranks),
        hit5=metrics.mean(1 <= rank <= 5 for rank in ranks),
        mrr=metrics.mean(1 / rank if rank else 0.0 for rank in ranks),
        answer=metrics.mean(o.right for o in answerable),
        items=metrics.mean(o.items for o in answerable if o.kind == "list"),
        em=metrics.mean(o.exact or 0.0 for o in scored),
        f1=metrics.mean(o.f1 or 0.0 for o in scored),
        spans=metrics.mean(o.span is not None for o in found),
        refusal_precision=metrics.mean(not o.answers for o in outcomes if not o.found) if unanswerable else None,
        refusal_recall=metrics.mean(not o.found for o in unanswerable),
        false_refusals=metrics.mean(not o.found for o in answerable),
        auroc=metrics.auroc([o.confidence for o in answerable], [o.confidence for o in unanswerable]),
        calibration_error=metrics.calibration_error([o.confidence for o in found], [o.right for o in found]),
        ms_median=metrics.percentile(times, 50),
        ms_p95=metrics.percentile(times, 95),
    )


def figures_by(outcomes: Sequence[Outcome], key: Callable[[Outcome], str]) -> dict[str, Figures]:
    names = dict.fromkeys(map(key, outcomes))
    return {name: figures([o for o in outcomes if key(o) == name]) for name in names}


def read_outcomes(path: Path) -> list[Outcome]:
    """The outcomes of an earlier run, from what `wenju eval --json` printed. Raises QuestionSetError."""
    try:
        outcomes = json.loads(path.read_text(encoding="utf-8"))["outcomes"]
        return [Outcome(**{**outcome, "answers": tuple(outcome["answers"])}) for outcome in outcomes]
    except OSError as error:
        raise QuestionSetError(f"{path} can't be read ({error.strerror}): check its name.") from error
    except (ValueError, KeyError, TypeError) as error:
        raise QuestionSetError(
            f"{path} is not what this wenju's `wenju eval --json` prints: make it again with --json."
        ) from error
