"""Every section of RUNBOOK.md can be done by hand, and a test types it."""

from __future__ import annotations

import ast
import re
import subprocess

import by_hand
import pytest

TITLES = [it for it in by_hand.runbook() if it]
PLACEHOLDER = re.compile(
    r"(?<![\w$\"{'])(?<!for )(ARN|NAME|OLD_ID|NEW_ID|FULL_ARN|FOLDER|REVISION|USER_ID)\b(?!=)"
)


def test_every_section_is_typed_by_a_test_or_says_why_not() -> None:
    assert sorted([*by_hand.SECTIONS, *by_hand.WORDS_ONLY]) == sorted(TITLES)


@pytest.mark.parametrize("test", sorted(set(by_hand.SECTIONS.values())))
def test_the_test_is_there(test: str) -> None:
    path, _, name = test.partition("::")
    tree = ast.parse((by_hand.RUNBOOK.parent / path).read_text())
    assert name in {it.name for it in tree.body if isinstance(it, ast.FunctionDef)}


@pytest.mark.parametrize("title", sorted(by_hand.SECTIONS))
def test_a_section_with_a_test_has_something_to_type(title: str) -> None:
    assert by_hand.blocks(title)


@pytest.mark.parametrize("title", sorted(by_hand.WORDS_ONLY))
def test_a_section_of_words_has_nothing_to_type(title: str) -> None:
    assert not by_hand.blocks(title)
    assert "`aws " not in by_hand.words(title)


@pytest.mark.parametrize("title", ["", *TITLES])
def test_blocks_are_bash(title: str) -> None:
    for block in by_hand.blocks(title):
        ran = subprocess.run(
            ["bash", "-n"], input=block, text=True, capture_output=True, check=False
        )
        assert ran.returncode == 0, ran.stderr


@pytest.mark.parametrize("title", ["", *TITLES])
def test_what_has_to_be_filled_in_is_assigned(title: str) -> None:
    """No bare placeholder: each stands behind `=`, where it says what it is."""
    for block in by_hand.blocks(title):
        assert not PLACEHOLDER.search(re.sub(r"#.*|'[^']*'|\$\{[^}]*}", "", block)), block


@pytest.mark.parametrize("title", TITLES)
def test_a_mistake_does_not_go_on_to_the_next_change(title: str) -> None:
    """A block of several steps that changes something ends at the first that fails, in brackets:
    `exit` must not close the operator's shell."""
    for block in by_hand.blocks(title):
        calls = re.findall(r"^\s*aws \S+ (\S+)|\$\(aws \S+ (\S+)", block, re.MULTILINE)
        verbs = {(one or other).partition("-")[0] for one, other in calls}
        reading = {
            "describe",
            "get",
            "list",
            "lookup",
            "filter",
            "admin",
            "start",
            "tail",
            "scan",
            "ls",
        }
        if len(calls) > 1 and verbs - reading - {"register", "enable"}:
            assert block.startswith("( "), block
        if re.search(r"\bexit\b|set -e", block):
            assert block.startswith("( "), block


def test_a_value_is_filled_in_only_where_it_is_assigned() -> None:
    assert by_hand.filled("TAG=1.3.0\nA=$TAG", {"TAG": "a b"}) == "TAG='a b'\nA=$TAG"
    assert by_hand.filled("  A=1 B='x y'  # c", {"B": "2"}) == "  A=1 B=2  # c"
    with pytest.raises(LookupError):
        by_hand.filled("echo $TAG", {"TAG": "1"})
    with pytest.raises(LookupError):
        by_hand.spoilt("echo", {"aws": ""})


def test_a_comparison_that_notices_nothing_fails() -> None:
    place = {"it": 0}

    def put(value: int) -> None:
        place["it"] = value

    def compared(by_opsctl: int, typed: int, mistaken: int) -> None:
        place["it"] = 0
        by_hand.compare(
            lambda: dict(place),
            lambda: put(by_opsctl),
            lambda: put(0),
            lambda: put(typed),
            lambda: put(mistaken),
        )

    compared(1, 1, 2)
    with pytest.raises(AssertionError):
        compared(1, 2, 3)
    with pytest.raises(AssertionError):
        compared(0, 0, 1)
    with pytest.raises(ValueError, match="not noticed"):
        compared(1, 1, 1)
