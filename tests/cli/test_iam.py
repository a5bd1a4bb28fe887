"""`opsctl iam policy`: words in, a document out that `aws iam create-policy` takes as it is."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from opsctl.aws import permissions
from opsctl.aws.permissions.needs import WRITES
from opsctl.cli.app import load
from opsctl.cli.registry import COMMANDS

Program = Callable[..., subprocess.CompletedProcess[str]]
FILE = """\
[env.prod]
account = "123456789012"
region = "eu-west-1"
user_pool = "eu-west-1_abcdefghi"
"""


@pytest.fixture
def policy(program: Program, home: Path) -> Program:
    """Runs `opsctl iam policy … -e prod`, with a configuration and without any credentials."""
    (home / "opsctl.toml").write_text(FILE)
    return lambda *words: program("iam", "policy", *words, "-e", "prod", AWS_ACCESS_KEY_ID="")


def actions(text: str) -> set[str]:
    return {each for it in json.loads(text)["Statement"] for each in it["Action"]}


def test_standard_output_is_the_document_and_nothing_else(policy: Program) -> None:
    ran = policy("scale count")
    assert (ran.returncode, ran.stderr) == (0, "")
    document = json.loads(ran.stdout)
    assert set(document) == {"Version", "Statement"}
    assert "ecs:UpdateService" in actions(ran.stdout)
    assert all(it["Effect"] == "Allow" for it in document["Statement"])


def test_commands_are_taken_with_quotes_and_without_and_together(policy: Program) -> None:
    one, other = policy("scale", "count", "alarms", "list"), policy("alarms list", "scale count")
    assert one.stdout == other.stdout
    assert {"ecs:UpdateService", "cloudwatch:DescribeAlarms"} <= actions(one.stdout)


def test_as_json_the_policy_is_the_result(policy: Program) -> None:
    plain, ran = policy("status"), policy("status", "-o", "json")
    assert json.loads(ran.stdout)["result"] == json.loads(plain.stdout)
    assert json.loads(ran.stdout)["status"] == "done"


def test_a_group_is_all_that_is_in_it(policy: Program) -> None:
    ran = policy("logs")
    assert {"logs:StartQuery", "logs:FilterLogEvents", "logs:StartLiveTail"} <= actions(ran.stdout)


def test_reads_only_changes_nothing(policy: Program) -> None:
    found = actions(policy("deploy", "user purge", "--reads-only").stdout)
    assert "ecs:DescribeServices" in found
    assert not {it for it in found if it.partition(":")[2].startswith(("Update", "Del", "Put"))}
    assert "iam:PassRole" not in found


def test_a_command_that_needs_nothing_says_so(policy: Program) -> None:
    ran = policy("history", "whoami")
    assert ran.returncode == 0
    assert json.loads(ran.stdout)["Statement"] == []
    assert "history, whoami need nothing that a policy could allow." in ran.stderr


def test_an_unknown_word_is_told_with_the_nearest(policy: Program) -> None:
    ran = policy("rolback")
    assert ran.returncode == 2
    assert "no command called rolback" in ran.stderr
    assert "rollback" in ran.stderr
    assert ran.stdout == ""


@pytest.mark.parametrize("words", [(), ("status", "--all")])
def test_without_a_choice_it_asks_for_one(policy: Program, words: tuple[str, ...]) -> None:
    ran = policy(*words)
    assert ran.returncode == 2
    assert "--all" in ran.stderr


def test_what_is_wider_than_need_be_or_too_long_is_said(policy: Program) -> None:
    ran = policy("--all")
    assert "a managed policy may have 6144" in ran.stderr
    assert "name those of the tasks with --role" in ran.stderr
    assert "Left out, since prod of opsctl.toml does not name it: backup bucket" in ran.stderr
    named = policy("deploy", "--role", "task", "--role", "execution")
    assert named.stderr == ""
    assert "arn:aws:iam::123456789012:role/execution" in named.stdout


@pytest.mark.parametrize(
    "words", [("--role", "*"), ("--user", 'a"b'), ("--kms-key", "alias/all"), ("--role", "")]
)
def test_a_name_that_is_none_is_refused(policy: Program, words: tuple[str, ...]) -> None:
    ran = policy("deploy", *words)
    assert ran.returncode == 2
    assert f"{words[0]}: {words[1]!r} is not" in ran.stderr


def leaves(words: str, command: Any) -> list[tuple[str, Any]]:
    """The commands below one, and itself where it runs without a word more."""
    inner = getattr(command, "commands", {})
    below = [it for name, each in inner.items() for it in leaves(f"{words} {name}", each)]
    alone = not inner or (command.invoke_without_command and words != "iam")
    return [*below, *([(words, command)] if alone else [])]


LEAVES = [it for name in COMMANDS for it in leaves(name, load(name))]


def rows(words: str) -> list[str]:
    """The rows of a command: its own, and those of its variants."""
    return [it for it in permissions.table() if f"{it} ".startswith(f"{words} ")]


def test_every_command_has_a_row() -> None:
    faults = [words for words, _ in LEAVES if not rows(words)]
    assert not faults, "\n".join(faults)


def test_every_row_is_a_command() -> None:
    commands = {row for words, _ in LEAVES for row in rows(words)}
    faults = [row for row in permissions.table() if row not in commands]
    assert not faults, "\n".join(faults)


def test_whatever_changes_something_may_write_its_records() -> None:
    faults = []
    for words, command in LEAVES:
        changes = any(it.name == "dry_run" for it in command.params)
        writes = any(permissions.table()[row].keeps == WRITES for row in rows(words))
        # A report of an incident notes what it wrote, so that an edit of it is noticed; a
        # checklist keeps what was answered.
        if writes != changes and words not in ("incident report", "checklist deploy"):
            faults.append(f"{words}: changes something: {changes}, writes records: {writes}")
    assert not faults, "\n".join(faults)


@pytest.mark.parametrize(
    ("words", "spelled"),
    [
        (("deploy", "1.3.0", "--silence"), "deploy --silence"),
        (("deploy", "1.3.0", "--terraform", "--silence"), "deploy --terraform --silence"),
        (("rollback", "--list"), "rollback --list"),
        (("restart",), "restart"),
        (("secrets", "rotate", "hf"), "secrets rotate hf"),
        (("secrets", "rotate", "cognito"), "secrets rotate cognito"),
        (("secrets", "rotate", "access-key", "ci"), "secrets rotate access-key"),
        (("backup", "create", "s3", "--engine", "s3-batch"), "backup create s3 --engine s3-batch"),
        (("backup", "create", "dynamodb"), "backup create dynamodb"),
        (("logs", "tail", "--live"), "logs tail --live"),
        (("scale", "task-size", "--cpu", "512", "--terraform"), "scale task-size --terraform"),
    ],
)
def test_a_command_is_spelled_as_its_row_is_called(
    monkeypatch: pytest.MonkeyPatch, words: tuple[str, ...], spelled: str
) -> None:
    from opsctl.cli import app
    from opsctl.cli.wiring import Session

    seen = []

    class Seen(Exception):
        pass

    def looked(session: Session) -> None:
        seen.append(session.spelled)
        raise Seen

    for part in ("run", "report", "store", "aws"):
        monkeypatch.setattr(Session, part, property(looked))
    app.run([*words, "-e", "local"])
    assert seen[-1] == spelled
    assert set(permissions.of_session(spelled)) <= set(permissions.table())
