"""The shape of the tree: the floors hold, and each file has its test and a name that says much."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
SOURCES = sorted((ROOT / "opsctl").rglob("*.py"))
VAGUE = {"utils", "helpers", "common", "base", "manager", "core", "misc"}


def name(path: Path) -> str:
    return str(path.relative_to(ROOT))


def test_the_floors_hold() -> None:
    code = "import sys; from importlinter.cli import lint_imports; sys.exit(lint_imports())"
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize("path", SOURCES, ids=name)
def test_a_file_says_in_its_first_line_what_it_is(path: Path) -> None:
    text = path.read_text()
    if text.strip():
        docstring = ast.get_docstring(ast.parse(text)) or ""
        assert docstring.splitlines()[:1], f"{name(path)} has no docstring"
    assert path.stem not in VAGUE


@pytest.mark.parametrize("path", SOURCES, ids=name)
def test_a_file_holds_one_thing(path: Path) -> None:
    lines = len(path.read_text().splitlines())
    assert lines <= 262, f"{name(path)} has {lines} lines"


@pytest.mark.parametrize("path", SOURCES, ids=name)
def test_a_function_fits_on_a_screen(path: Path) -> None:
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            length = (node.end_lineno or node.lineno) - node.lineno
            assert length <= 45, f"{name(path)}:{node.lineno} {node.name}: {length} lines"


def holds_code(path: Path) -> bool:
    """Whether a file defines something: most `__init__.py` and `__main__.py` only say a line."""
    kinds = ast.FunctionDef | ast.ClassDef
    return any(isinstance(node, kinds) for node in ast.parse(path.read_text()).body)


@pytest.mark.parametrize("path", [path for path in SOURCES if holds_code(path)], ids=name)
def test_a_file_has_its_test(path: Path) -> None:
    mirrored = path.relative_to(ROOT / "opsctl")
    stem = mirrored.parent.name if path.stem == "__init__" else path.stem
    test = ROOT / "tests" / mirrored.parent / f"test_{stem}.py"
    assert test.exists(), f"{name(path)} has no {test.relative_to(ROOT)}"


def test_the_top_level_holds_what_it_should() -> None:
    listed = subprocess.run(
        ["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    found = {line.split("/")[0] for line in listed.stdout.splitlines() if not line.startswith(".")}
    assert found <= {
        "opsctl",
        "tests",
        "docs",
        "pyproject.toml",
        "RUNBOOK.md",
        "README.md",
        "LICENSE",
    }
