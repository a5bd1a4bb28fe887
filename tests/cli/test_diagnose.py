"""`opsctl diagnose`: reports, and every command that a finding names can be typed."""

from __future__ import annotations

import shlex
from typing import Any

import pytest
from asked import Asked
from ill import well
from illnesses import ILL
from typer.exceptions import TyperException

from opsctl.cli.app import load
from opsctl.reports import diagnosis
from opsctl.reports.diagnosis import RULES


@pytest.mark.parametrize("kind", ["errors", "latency", "auth", "throttling", "all"])
def test_each_kind_is_a_report(kind: str, asked: Asked) -> None:
    assert asked("diagnose", kind, "-e", "local") == 0
    assert asked.reports == [f"diagnose {kind}"]
    assert asked("diagnose", kind, "-e", "local", "--yes") == 2


@pytest.mark.parametrize(
    "words",
    [("--since", "soon"), ("--since", "2999-01-01"), ("alice",), ("--since", "")],
)
def test_what_makes_no_sense_is_refused(words: tuple[str, ...], asked: Asked) -> None:
    assert asked("diagnose", "errors", "-e", "local", *words) == 2
    assert asked.reports == []


def test_a_user_is_only_for_auth(asked: Asked) -> None:
    assert asked("diagnose", "auth", "alice@example.com", "-e", "local") == 0
    assert asked("diagnose", "auth", " ", "-e", "local") == 2


def parse(line: str) -> None:
    """Parses a command line to the end without running it; raises where it cannot be typed."""
    program, name, *words = shlex.split(line)
    assert program == "opsctl"
    command: Any = load(name)
    while hasattr(command, "commands"):
        command = command.commands[words.pop(0)]
    command.make_context(name, words)


def test_the_next_command_of_every_finding_can_be_typed() -> None:
    rules = {rule.name: rule for rule in RULES}
    faults = []
    for name, evidence, *_ in ILL:
        found = rules[name].find(evidence)
        assert found, name
        try:
            parse(f"{found.next_command} --env prod")
        except (AssertionError, LookupError, TyperException) as error:
            faults.append(f"{name}: {found.next_command}: {error!r}")
    assert not faults, "\n".join(faults)


def test_what_takes_a_change_back_can_be_typed() -> None:
    from ill import ago
    from samples import deployment

    evidence = well(deployments=(deployment(7, created=ago(11)),), written=(ago(5),))
    made = [*diagnosis._deployments(evidence), *diagnosis._written(evidence, "s")]
    assert [it.kind for it in made] == ["deployment", "secret"]
    for it in made:
        parse(it.mend)
