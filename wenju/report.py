"""An Evaluation -> text for a terminal: the figures, a table per kind of question, the misses, what changed."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from dataclasses import fields

from wenju.figures import Evaluation, Figures, Outcome, figures

_SHOWN_CHARACTERS = 160  # of a text in a list of misses: two lines of a terminal

SETTINGS = {
    "corpus": "your corpus",
    "open": "every context pooled in one index",
    "given": "each question with its own context alone",
}
LABELS = {
    "questions": "questions",
    "answerable": "  answerable",
    "hit1": "evidence in passage 1   hit@1",
    "hit3": "  in the first 3        hit@3",
    "hit5": "  in the first 5        hit@5",
    "mrr": "  mean 1/rank           MRR@10",
    "answer": "answered right",
    "items": "  items of lists",
    "em": "span exact              EM",
    "f1": "  overlap               F1",
    "spans": "  found with a span",
    "refusal_precision": "refusals                precision",
    "refusal_recall": "                        recall",
    "false_refusals": "  false refusals",
    "auroc": "  by confidence         AUROC",
    "calibration_error": "calibration error",
    "ms_median": "ms a question           median",
    "ms_p95": "                        p95",
}


def to_text(evaluation: Evaluation, misses: int = 10) -> str:
    """The figures, the kinds of question, and the first `misses` misses."""
    columns = {"together": evaluation.together} if len(evaluation.sets) != 1 else {}
    without = f", {evaluation.left_out:.0%} of it left out (seed {evaluation.seed})" if evaluation.left_out else ""
    cores = f"{evaluation.cores} core" + ("s" if evaluation.cores != 1 else "")
    parts = [
        f"{SETTINGS[evaluation.setting]}{without} · {evaluation.model} · {cores}",
        figures_table({**evaluation.sets, **columns}),
        kinds_table(evaluation.kinds) if len(evaluation.kinds) > 1 else "",
        misses_list(evaluation.outcomes, misses),
        quotes_error(evaluation.outcomes),
    ]
    return "\n\n".join(filter(None, parts))


def figures_table(columns: dict[str, Figures]) -> str:
    """A row for each figure that any of the columns has."""
    rows = [["", *columns]]
    for field in fields(Figures):
        values = [getattr(column, field.name) for column in columns.values()]
        if any(value is not None for value in values):
            rows.append([LABELS[field.name], *(_written(field.name, value) for value in values)])
    return _aligned(rows)


def kinds_table(kinds: dict[str, Figures]) -> str:
    """A row for each kind of question; what is right is an answer, or a refusal where there is none."""
    names = ["hit1", "hit3", "mrr", "answer", "items", "em", "f1", "refusal_recall"]
    shown = [name for name in names if any(getattr(row, name) is not None for row in kinds.values())]
    titles = dict(zip(names, ["hit@1", "hit@3", "MRR@10", "answer", "items", "EM", "F1", "refused"], strict=True))
    rows = [["kind", "questions", *(titles[name] for name in shown)]]
    for kind, row in kinds.items():
        rows.append([kind or "–", str(row.questions), *(_written(name, getattr(row, name)) for name in shown)])
    return _aligned(rows)


def misses_list(outcomes: Sequence[Outcome], most: int) -> str:
    """What was not right: what was wanted, what was found instead, where the evidence stood."""
    missed = [outcome for outcome in outcomes if not outcome.right]
    shown = missed[:most]
    if not shown:
        return ""
    more = f", {len(shown)} of them here (--misses)" if len(missed) > len(shown) else ""
    return "\n".join([f"not right: {len(missed)}{more}", *map(_miss, shown)])


def changes(before: Sequence[Outcome], after: Sequence[Outcome]) -> str:
    """Question by question, what an earlier run had otherwise: fixed, broken, changed; and both runs' figures."""
    earlier = {(outcome.set, outcome.id): outcome for outcome in before}
    pairs = [(earlier[o.set, o.id], o) for o in after if (o.set, o.id) in earlier]
    if not pairs:
        return "The other run has none of these questions."
    kinds: dict[str, list[str]] = {"fixed": [], "broken": [], "changed": []}
    for old, new in pairs:
        if old.right != new.right:
            kinds["fixed" if new.right else "broken"].append(_change(old, new))
        elif (old.text, old.span, old.rank) != (new.text, new.span, new.rank):
            kinds["changed"].append(_change(old, new))
    columns = {"before": figures([old for old, _ in pairs]), "now": figures([new for _, new in pairs])}
    lists = ["\n".join([f"{name}: {len(entries)}", *entries]) for name, entries in kinds.items()]
    return "\n\n".join([f"questions that both runs have: {len(pairs)}", figures_table(columns), *lists])


def quotes_error(outcomes: Sequence[Outcome]) -> str:
    """One sentence about quotes that don't stand in their passages, "" where all do."""
    broken = [f"{outcome.set} {outcome.id}" for outcome in outcomes if not outcome.quotes_stand]
    if not broken:
        return ""
    return f"A quote doesn't stand in its passage at its offsets, which is a fault of wenju: {', '.join(broken[:10])}."


def _miss(outcome: Outcome) -> str:
    wanted = " | ".join(outcome.answers) or "not found"
    rank = {None: "", 0: "  evidence not in the first 10"}.get(outcome.rank, f"  evidence in passage {outcome.rank}")
    lines = [f"{outcome.id} {outcome.kind}".rstrip() + f"  {outcome.question}{rank}"]
    if outcome.asked != outcome.question.strip():
        lines.append(f"  asked   {outcome.asked}")
    lines += [f"  wanted  {_short(wanted)}", f"  got     {_got(outcome)}"]
    return "\n".join(lines)


def _change(old: Outcome, new: Outcome) -> str:
    ranks = f"  passage {old.rank} → {new.rank}" if old.rank != new.rank else ""
    head = f"  {new.id}  {new.question}{ranks}"
    return "\n".join([head, f"    before  {_got(old)}", f"    now     {_got(new)}"])


def _got(outcome: Outcome) -> str:
    if outcome.found:
        span = f"【{outcome.span}】 " if outcome.span else ""
        return f"{outcome.confidence:.2f} {span}{_short(outcome.text)}"
    return f"{outcome.confidence:.2f} not found; nearest: {_short(outcome.nearest)}"


def _short(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= _SHOWN_CHARACTERS else line[: _SHOWN_CHARACTERS - 1] + "…"


def _written(name: str, value: float | None) -> str:
    """0.927, 55, 143 ms; – for a figure over nothing."""
    if value is None:
        return "–"
    return str(value) if isinstance(value, int) else f"{value:.0f}" if name.startswith("ms_") else f"{value:.3f}"


def _aligned(rows: list[list[str]]) -> str:
    """Columns as wide as their widest entry, numbers to the right; a Chinese character takes two places."""
    widths = [max(map(_width, column)) for column in zip(*rows, strict=True)]
    lines = []
    for first, *rest in rows:
        cells = [first + " " * (widths[0] - _width(first))]
        cells += [" " * (width - _width(cell)) + cell for width, cell in zip(widths[1:], rest, strict=True)]
        lines.append("  ".join(cells).rstrip())
    return "\n".join(lines)


def _width(text: str) -> int:
    return sum(2 if unicodedata.east_asian_width(char) in "WF" else 1 for char in text)
