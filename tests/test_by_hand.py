"""Every section of RUNBOOK.md can be done by hand, and a test types it."""

from __future__ import annotations

import re
import subprocess

import by_hand
import pytest

TITLES = [it for it in by_hand.runbook() if it]
BLOCKS = [
    (f"{title or 'the names'}, block {number}", block)
    for title in by_hand.runbook()
    for number, block in enumerate(by_hand.blocks(title), 1)
]
READING = {
    *("describe", "get", "list", "lookup", "filter", "admin", "start", "tail", "scan", "ls"),
}
"""The verbs of commands that change nothing."""
PLACEHOLDER = re.compile(
    r"(?<![\w$\"{'])(?<!for )(ARN|NAME|OLD_ID|NEW_ID|FULL_ARN|FOLDER|REVISION|USER_ID)\b(?!=)"
)


def test_every_section_is_typed_by_a_test_or_says_why_not() -> None:
    assert sorted([*by_hand.SECTIONS, *by_hand.WORDS_ONLY]) == sorted(TITLES)


def test_every_section_with_a_test_has_something_to_type() -> None:
    faults = [it for it in by_hand.SECTIONS if not by_hand.blocks(it)]
    assert not faults, "\n".join(faults)


def test_no_section_of_words_has_something_to_type() -> None:
    commands = {it: [*by_hand.blocks(it)] for it in by_hand.WORDS_ONLY}
    faults = [it for it, found in commands.items() if found or "`aws " in by_hand.words(it)]
    assert not faults, "\n".join(faults)


def test_every_block_is_bash() -> None:
    faults = []
    for name, block in BLOCKS:
        words = ["bash", "-n"]
        ran = subprocess.run(words, input=block, text=True, capture_output=True, check=False)
        if ran.returncode:
            faults.append(f"{name}: {ran.stderr}")
    assert not faults, "\n".join(faults)


def test_whatever_has_to_be_filled_in_is_assigned() -> None:
    """No bare placeholder: each stands behind `=`, where it says what it is."""
    faults = []
    for name, block in BLOCKS:
        bare = re.sub(r"#.*|'[^']*'|\$\{[^}]*}", "", block)
        faults += [f"{name}: {it[0]}" for it in PLACEHOLDER.finditer(bare)]
    assert not faults, "\n".join(faults)


def needs_brackets(block: str) -> bool:
    """Whether a block must end at the first step that fails, without the operator's shell."""
    calls = re.findall(r"^\s*aws \S+ (\S+)|\$\(aws \S+ (\S+)", block, re.MULTILINE)
    verbs = {(one or other).partition("-")[0] for one, other in calls}
    changes = len(calls) > 1 and verbs - READING - {"register", "enable"}
    return bool(changes or re.search(r"\bexit\b|set -e", block))


def test_no_mistake_goes_on_to_the_next_change() -> None:
    """A block of several steps that changes something ends at the first that fails, in brackets:
    `exit` must not close the operator's shell."""
    faults = [name for name, it in BLOCKS if needs_brackets(it) and not it.startswith("( ")]
    assert not faults, "\n".join(faults)


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
