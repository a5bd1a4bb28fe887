"""Every example of the documentation is held: executed in the sandbox, or parsed by opsctl."""

from __future__ import annotations

import re
from pathlib import Path

import pages
import pytest
from pages import Block

from opsctl.targets import config_file

REQUIRED = 'account = "123456789012"\nregion = "eu-west-1"'
EXECUTED = {"README.md", "docs/tutorial.md"}
"""Their console blocks are played by tests/journeys/test_tutorial.py, and their output compared."""
SHELL = ("console", "bash", "sh", "fish")


def held(block: Block) -> str:
    """How a block is held."""
    if block.language == "console" and pages.name(block.page) in EXECUTED:
        return "executed"
    return "parsed" if block.commands else "no-opsctl-in-it"


BLOCKS = [
    it for page in pages.all_pages() for it in pages.blocks(page) if it.language in (*SHELL, "text")
]


@pytest.mark.parametrize("block", BLOCKS, ids=lambda it: f"{it}-{held(it)}")
def test_each_block_is_held(block: Block) -> None:
    for words in block.commands:
        wrong = pages.problem(words)
        assert not wrong, f"{block}: opsctl {' '.join(words)}\n{wrong}"
    if held(block) == "no-opsctl-in-it" and block.language in SHELL:
        spoken = [it for it in block.lines if "opsctl " in it and not it.lstrip().startswith("#")]
        assert not spoken, f"{block} is passed over"


@pytest.mark.parametrize("block", BLOCKS, ids=str)
def test_a_console_block_begins_with_what_is_typed(block: Block) -> None:
    if block.language == "console":
        assert block.lines[0].startswith("$ "), block


@pytest.mark.parametrize("page", pages.all_pages(), ids=pages.name)
def test_each_command_in_the_prose_is_one(page: Path) -> None:
    for words in pages.inline_commands(page):
        wrong = pages.problem(words)
        # Prose may name a command without all that it needs.
        if not wrong.startswith("Missing ") and not wrong.endswith("needs another word."):
            assert not wrong, f"{pages.name(page)}: opsctl {' '.join(words)}\n{wrong}"


TOML = [it for page in pages.all_pages() for it in pages.blocks(page) if it.language == "toml"]


@pytest.mark.parametrize("block", TOML, ids=str)
def test_each_example_of_opsctl_toml_is_read(block: Block) -> None:
    text = "\n".join(block.lines) + "\n"
    if "[env." not in text:
        pytest.skip("no environment in it")
    if "account =" not in text:
        # It shows what is added to an environment: put it where that has begun.
        text = re.sub(r"^\[env\.[^\].]+\]$", r"\g<0>\n" + REQUIRED, text, count=1, flags=re.M)
    assert config_file.check(text, Path("opsctl.toml")).environments


def test_what_is_wrong_would_be_found() -> None:
    assert "No such option" in pages.problem(["status", "--wat"])
    assert "No such command" in pages.problem(["stat"])
    assert "No such command" in pages.problem(["scale", "up"])
    assert "Missing argument" in pages.problem(["undo"])
    assert not pages.problem(["scale", "count", "3", "-e", "prod"])


def test_commands_are_found_wherever_they_stand() -> None:
    lines = (
        'eval "$(opsctl sandbox shell-env)"',
        "opsctl status -e prod | head -1   # opsctl is here, too",
        "if opsctl verify \\",
        '  -e prod; then echo "see: opsctl history -e prod"; fi',
        "cat ~/.local/state/opsctl/journal",
        "# opsctl wat",
    )
    block = Block(Path("x.md"), 1, "bash", lines)
    assert block.commands == [
        ["sandbox", "shell-env"],
        ["status", "-e", "prod"],
        ["verify", "-e", "prod"],
        ["history", "-e", "prod"],
    ]
