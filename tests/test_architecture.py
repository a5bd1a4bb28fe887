"""The shape of the tree: each file says what it is, and the top level holds what it should.

What may import what is checked by import-linter, which the CI runs.
"""

from __future__ import annotations

import ast
import subprocess
from collections.abc import Iterator
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parent.parent
SOURCES = sorted((ROOT / "opsctl").rglob("*.py"))
VAGUE = {"utils", "helpers", "common", "base", "manager", "core", "misc"}
LONGEST_FUNCTION = 45
"""What fits on a screen."""
TOP_LEVEL = {"opsctl", "tests", "docs", "pyproject.toml", "RUNBOOK.md", "README.md", "LICENSE"}


def name(path: Path) -> str:
    return str(path.relative_to(ROOT))


@cache
def tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


def test_the_files_are_found() -> None:
    """The tests below would hold of no file at all."""
    assert {"opsctl/__main__.py", "opsctl/aws/ecs.py"} <= set(map(name, SOURCES))


def test_every_file_says_in_its_first_line_what_it_is() -> None:
    faults = [
        f"{name(path)} has no docstring"
        for path in SOURCES
        if path.read_text(encoding="utf-8").strip() and not ast.get_docstring(tree(path))
    ]
    assert not faults, "\n".join(faults)


def test_no_file_has_a_vague_name() -> None:
    faults = [name(path) for path in SOURCES if path.stem in VAGUE]
    assert not faults, "\n".join(faults)


def long_functions(path: Path) -> Iterator[str]:
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            length = (node.end_lineno or node.lineno) - node.lineno
            if length > LONGEST_FUNCTION:
                yield f"{name(path)}:{node.lineno} {node.name}: {length} lines"


def test_every_function_fits_on_a_screen() -> None:
    faults = [fault for path in SOURCES for fault in long_functions(path)]
    assert not faults, "\n".join(faults)


def test_the_top_level_holds_what_it_should() -> None:
    listed = subprocess.run(
        ["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    found = {line.split("/")[0] for line in listed.stdout.splitlines() if not line.startswith(".")}
    assert found - TOP_LEVEL == set()
