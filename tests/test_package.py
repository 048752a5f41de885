"""The package as a whole: what it exports, what importing it costs, and that imports follow the data."""

from __future__ import annotations

import ast
import re
import subprocess
import sys

import pytest
from support import PROJECT

import wenju
from wenju import errors

PACKAGE = PROJECT / "wenju"
HEAVY = {
    "torch": {"reader", "training"},  # which an answer loads, and nothing else
    "sentence_transformers": {"encoder"},
    "transformers": set(),
    "faiss": {"vectors"},
    "gradio": {"chat"},
}


def imports_of(module: str) -> set[str]:
    names: set[str] = set()
    for node in ast.walk(ast.parse((PACKAGE / f"{module}.py").read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            names |= {node.module} | {f"{node.module}.{alias.name}" for alias in node.names}
    return names


MODULES = {path.stem: imports_of(path.stem) for path in PACKAGE.glob("*.py") if not path.stem.startswith("__")}


def test_all_is_sorted_and_true() -> None:
    assert wenju.__all__ == sorted(wenju.__all__)
    assert all(hasattr(wenju, name) for name in wenju.__all__)


def test_the_errors_are_the_tree_in_the_docstring() -> None:
    drawn = re.findall(r"[├└]── (\w+)", errors.__doc__ or "")
    family = [value for value in vars(errors).values() if isinstance(value, type)]
    assert sorted(drawn) == sorted(cls.__name__ for cls in family if cls is not errors.WenjuError)
    assert all(issubclass(cls, errors.WenjuError) for cls in family)


def test_importing_wenju_is_cheap() -> None:
    code = f"import sys, wenju; print(sorted(set(sys.modules) & {set(HEAVY)!r}))"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True).stdout == "[]\n"


@pytest.mark.parametrize(("package", "modules"), HEAVY.items())
def test_heavy_imports_stay_behind_one_module(package: str, modules: set[str]) -> None:
    assert {m for m, names in MODULES.items() if any(n.split(".")[0] == package for n in names)} <= modules


def test_a_module_imports_only_from_those_before_it_in_the_readme() -> None:
    """The README's file map is in the order that data flows; `followup*` stands for its parts too."""
    table = (PROJECT / "README.md").read_text(encoding="utf-8").split("## How it works")[1].split("## How well")[0]
    order: list[str] = []
    for row in table.splitlines():
        names = re.findall(r"`(?:wenju/)?(\w+\*?)\.py`", row) if row.startswith("| `wenju/") else []
        for name in names:
            stem = name.rstrip("*")
            order += sorted((m for m in MODULES if m.startswith(stem)), reverse=True) if "*" in name else [stem]
    assert sorted(order) == sorted(MODULES), "the README's file map lists every module once"
    for module, names in MODULES.items():
        used = {n.split(".")[1] for n in names if n.startswith("wenju.") and n.split(".")[1] in MODULES}
        later = {name for name in used if order.index(name) >= order.index(module)}
        assert not later, f"{module} imports {later}, which the README lists after it"


def test_modules_are_small() -> None:
    lengths = {path.name: len(path.read_text(encoding="utf-8").splitlines()) for path in PACKAGE.glob("*.py")}
    assert {name: length for name, length in lengths.items() if length > 300} == {}
