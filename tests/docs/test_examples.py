"""Every example of the documentation is held: executed in the sandbox, or parsed by opsctl."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pages
from pages import Block

from opsctl.errors import OpsctlError
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


def test_the_blocks_are_found() -> None:
    """The tests below would hold of no block at all."""
    assert {held(it) for it in BLOCKS} == {"executed", "parsed", "no-opsctl-in-it"}


def block_faults(block: Block) -> Iterator[str]:
    """What opsctl would refuse in a block, and whether a block with opsctl in it is passed over."""
    for words in block.commands:
        if wrong := pages.problem(words):
            yield f"{block}: opsctl {' '.join(words)}: {wrong}"
    if held(block) == "no-opsctl-in-it" and block.language in SHELL:
        spoken = [it for it in block.lines if "opsctl " in it and not it.lstrip().startswith("#")]
        yield from (f"{block} is passed over: {it}" for it in spoken)


def test_every_block_is_held() -> None:
    faults = [fault for block in BLOCKS for fault in block_faults(block)]
    assert not faults, "\n".join(faults)


def test_every_console_block_begins_with_what_is_typed() -> None:
    faults = [
        str(block)
        for block in BLOCKS
        if block.language == "console" and not block.lines[0].startswith("$ ")
    ]
    assert not faults, "\n".join(faults)


def test_every_command_in_the_prose_is_one() -> None:
    faults = []
    for page in pages.all_pages():
        for words in pages.inline_commands(page):
            wrong = pages.problem(words)
            # Prose may name a command without all that it needs.
            lacking = wrong.startswith("Missing ") or wrong.endswith("needs another word.")
            if wrong and not lacking:
                faults.append(f"{pages.name(page)}: opsctl {' '.join(words)}: {wrong}")
    assert not faults, "\n".join(faults)


def toml_fault(block: Block) -> str:
    """Why an example of opsctl.toml cannot be read; empty for a good one."""
    text = "\n".join(block.lines) + "\n"
    if "account =" not in text:
        # It shows what is added to an environment: put it where that has begun.
        text = re.sub(r"^\[env\.[^\].]+\]$", r"\g<0>\n" + REQUIRED, text, count=1, flags=re.M)
    try:
        environments = config_file.check(text, Path("opsctl.toml")).environments
    except OpsctlError as error:
        return f"{block}: {error}"
    return "" if environments else f"{block}: no environment"


def test_every_example_of_opsctl_toml_is_read() -> None:
    examples = [
        block
        for page in pages.all_pages()
        for block in pages.blocks(page)
        if block.language == "toml" and any("[env." in it for it in block.lines)
    ]
    assert examples
    faults = [fault for block in examples if (fault := toml_fault(block))]
    assert not faults, "\n".join(faults)


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
