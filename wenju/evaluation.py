"""Question sets -> figures: every question is asked as a user asks it, what comes back is scored.

    evaluate(read_questions([Path("questions.jsonl")]), archive).together.answer     ->    0.87

Questions that bring contexts (SQuAD format) are asked of a temporary corpus of those contexts, an article each: all
of them pooled ("open"), or only the one that answers ("given").
"""

from __future__ import annotations

import os
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from dataclasses import replace
from itertools import groupby
from pathlib import Path
from typing import Protocol

from tqdm import tqdm

from wenju import metrics
from wenju.answering import Answer
from wenju.archive import Archive
from wenju.errors import QuestionError, QuestionSetError
from wenju.figures import Evaluation, Outcome, figures, figures_by
from wenju.questions import Context, Question, contexts_of, drawn, write_corpus
from wenju.retrieval import Passage
from wenju.settings import BUNDLED_MODEL

RANKED = 10  # passages that MRR looks at
LEFT_OUT = "left out"  # the kind of a question whose context was left out of the pool


class Asked(Protocol):
    """What an Archive is to an evaluation."""

    def ask(self, question: str, history: Sequence[Answer] = ()) -> Answer: ...

    def search(self, question: str, limit: int = 10) -> list[Passage]: ...


def evaluate(
    questions: Sequence[Question], archive: Archive | None = None, *, model: str = BUNDLED_MODEL, given: bool = False,
    leave_out: float = 0.0, seed: int = 0, limit: int | None = None, keep: Path | None = None,
) -> Evaluation:  # fmt: skip
    """Ask every question, or `limit` of them drawn by `seed`, and score the answers.

    `archive` is asked what brings no context. For what does, `model` indexes the contexts; `leave_out` of them are
    left out of the pool, drawn by `seed`, and their questions should be "not found"; `keep` names a folder where the
    pool stays for the next run. Raises a WenjuError.
    """
    _check(questions, archive, given, leave_out)
    contexts = contexts_of(questions)
    left_out = drawn((context.name for context in contexts), round(leave_out * len(contexts)), seed)
    asked = _asked(questions, left_out, limit, seed)
    with ExitStack() as stack:
        if given:
            pairs: Iterator[tuple[Question, Asked]] = _each_in_its_context(asked, model)
        else:
            home = keep or Path(stack.enter_context(tempfile.TemporaryDirectory()))
            pool = archive or _pool([context for context in contexts if context.name not in left_out], home, model)
            pool.warm()
            pairs = ((question, pool) for question in asked)
        bar = tqdm(pairs, "wenju: asking", len(asked), leave=False, file=sys.stderr, unit=" questions", delay=1.0)
        outcomes = tuple(ask(question, where, ranked=not given) for question, where in bar)
    return Evaluation(
        model=archive.settings.model if archive else model,
        cores=len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1,
        setting="corpus" if archive else "given" if given else "open",
        left_out=leave_out,
        seed=seed,
        together=figures(outcomes),
        sets=figures_by(outcomes, lambda outcome: outcome.set),
        kinds=figures_by(outcomes, lambda outcome: outcome.kind),
        outcomes=outcomes,
    )


def ask(question: Question, archive: Asked, ranked: bool = True) -> Outcome:
    """Ask the earlier questions of the conversation, then the question itself; only that one is timed.

    Unless `ranked`, the place of the evidence isn't looked for: where a context stands alone it is always the first.
    """
    history: list[Answer] = []
    try:
        for earlier in question.history:
            history.append(archive.ask(earlier, history))
        started = time.perf_counter()
        answer = archive.ask(question.text, history)
        milliseconds = 1000 * (time.perf_counter() - started)
    except QuestionError as error:
        raise QuestionSetError(f"{question.set}, question {question.id}: {error}") from error
    text = metrics.without_marks(answer.text, len(answer.citations)) if answer.found else ""
    shown = metrics.answers_shown(text, question.answers)
    exact, f1 = metrics.em_f1(answer.span, question.answers)
    scored = question.context is not None and bool(question.answers)
    return Outcome(
        set=question.set,
        id=question.id,
        kind=question.kind,
        question=question.text,
        answers=question.answers,
        asked=answer.asked,
        found=bool(answer.found),
        text=answer.text,
        span=answer.span,
        confidence=float(answer.confidence),
        rank=_rank(question, answer.asked, archive) if ranked else None,
        right=metrics.is_right(text, question.answers) if question.answers else not answer.found,
        items=sum(shown) / len(shown) if shown else 0.0,
        exact=exact if scored else None,
        f1=f1 if scored else None,
        milliseconds=milliseconds,
        quotes_stand=all(c.passage.text[c.start : c.end] == c.quote for c in answer.citations),
        nearest=answer.nearest[0].text if answer.nearest else "",
    )


def _rank(question: Question, asked: str, archive: Asked) -> int | None:
    """Where the evidence stands among the first ten passages; a context counts by its article."""
    if not question.answers or not (question.evidence or question.context):
        return None
    passages = archive.search(asked, RANKED)
    if question.context:
        name = question.context.name
        return metrics.hit_rank(passage.article.name == name for passage in passages)
    evidence = metrics.squeezed(question.evidence or "")
    return metrics.hit_rank(evidence in metrics.squeezed(passage.text) for passage in passages)


def _check(questions: Sequence[Question], archive: Archive | None, given: bool, leave_out: float) -> None:
    if not questions:
        raise QuestionSetError("There is no question to ask: name a file that holds one.")
    if archive and questions[0].context:
        raise QuestionSetError("These questions bring their own contexts: leave the archive out.")
    if not archive and not questions[0].context:
        raise QuestionSetError("These questions bring no contexts: name the archive to ask.")
    if archive and (given or leave_out):
        raise QuestionSetError("These questions bring no contexts: leave out --given and --leave-out.")
    if given and leave_out:
        raise QuestionSetError("A context given alone can't be left out: use either --given or --leave-out.")


def _asked(questions: Sequence[Question], left_out: set[str], limit: int | None, seed: int) -> list[Question]:
    """The questions drawn; those whose context was left out have no answer any more."""
    names = [f"{question.set} {question.id}" for question in questions]
    chosen = drawn(names, len(names) if limit is None else limit, seed)
    return [
        replace(q, answers=(), kind=LEFT_OUT) if q.context and q.context.name in left_out else q
        for q, name in zip(questions, names, strict=True)
        if name in chosen
    ]


def _pool(contexts: Sequence[Context], home: Path, model: str) -> Archive:
    """An archive of all these contexts in the folder `home`."""
    write_corpus(contexts, home / "corpus")
    return Archive.build(home / "corpus", home / "index", model=model)


def _each_in_its_context(questions: Sequence[Question], model: str) -> Iterator[tuple[Question, Asked]]:
    """Each question with an archive that holds its context alone."""
    for context, group in groupby(questions, key=lambda question: question.context):
        with tempfile.TemporaryDirectory() as home:
            archive = _pool([context] if context else [], Path(home), model)
            yield from ((question, archive) for question in group)
