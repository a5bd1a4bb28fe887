"""docs/cli.md is the help of every command, word for word; OPSCTL_WRITE_DOCS=1 writes it anew."""

from __future__ import annotations

import os
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

from typer.testing import CliRunner

from opsctl.cli.app import app, load
from opsctl.cli.registry import COMMANDS

DOCUMENT = Path(__file__).parents[2] / "docs" / "cli.md"
HEAD = """\
# The command line

<!-- Made from the commands' own help by tests/docs/test_cli.py: do not edit. -->

`-h` shows the same text, at every width. `opsctl` alone is a menu of these commands at a terminal,
and this help elsewhere. Standard output is the answer, standard error the conversation; see
[exit codes](exit-codes.md), [JSON](json.md) and [configuration](configuration.md).

`opsctl --install-completion` makes bash, zsh and fish complete commands, options, environments, and
[what there is](how-to/set-up-a-team.md#6-complete-words-with-tab): tags, revisions, alarms, runs.

## Who has to agree to what

| danger | for example | at a terminal | without one |
|---|---|---|---|
| none | every report | nothing | nothing |
| mild: small, can be undone | `restart`, scaling up | y/N | `--yes` |
| moderate: can be undone, users notice | `deploy`, `rollback`, scaling down | y/N; in a protected \
environment its name | `--yes`; protected: `--confirm ENV` |
| severe: cannot be undone, or empties | scaling to 0 | the name of what is lost, and `--env` \
| `--confirm NAME` and `--env` |

Enter is no. A question is asked only where standard input and standard error are both a terminal;
elsewhere the command ends before AWS is asked anything, and names the flag it needs. `--yes` never
agrees to what is severe, and nothing in a file or in the environment lowers a danger.
"""


@cache
def generated() -> str:
    """The whole document."""
    return HEAD + "".join(f"\n## `{words}`\n\n```text\n{_help(words)}```\n" for words in _all())


def _all() -> Iterator[str]:
    yield "opsctl"
    for name in COMMANDS:
        yield from _below(f"opsctl {name}", load(name))


def _below(words: str, command: Any) -> Iterator[str]:
    yield words
    for name, inner in getattr(command, "commands", {}).items():
        yield from _below(f"{words} {name}", inner)


def _help(words: str) -> str:
    answer = CliRunner().invoke(app, [*words.split()[1:], "-h"], prog_name="opsctl")
    assert answer.exit_code == 0, words
    return answer.output


def test_the_document_is_what_the_commands_say() -> None:
    if os.environ.get("OPSCTL_WRITE_DOCS"):
        DOCUMENT.write_text(generated(), encoding="utf-8")
    assert DOCUMENT.read_text(encoding="utf-8") == generated(), (
        "stale: OPSCTL_WRITE_DOCS=1 pytest tests/docs"
    )


def test_every_command_has_its_section() -> None:
    page = generated()
    for name in COMMANDS:
        assert f"\n## `opsctl {name}`\n" in page
