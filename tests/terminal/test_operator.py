"""The human at the terminal: asked by the tier, on standard error, and never by surprise."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

PROGRAM = """
from dataclasses import replace
from opsctl import errors
from opsctl.banner import Banner
from opsctl.plan import Call, Danger, Do, Manual, Plan, Progress
from opsctl.terminal.consent import Answers
from opsctl.terminal.operator import TerminalOperator
from opsctl.terminal.screen import Screen

def operator(*, explicit=True, **flags):
    dry_run = flags.pop("dry_run", False)
    return TerminalOperator(
        Screen(), Answers(**flags), env="prod", explicit=explicit, dry_run=dry_run
    )

banner = Banner("purge", "prod", "123456789012", "us-east-1", "arn:aws:iam::1:user/alice", True)
plan = Plan("purge one user", steps=(Do("Purge", Call("s3", "purge"), no_undo="it is gone"),),
            danger=Danger.{danger}, subject="user-42")
try:
    {act}
    print("agreed")
except errors.OpsctlError as error:
    print(type(error).__name__, error, "|", error.hint)
except KeyboardInterrupt:
    print("interrupted")
"""
CONFIRM = "operator({flags}).show(banner, plan); operator({flags}).confirm(plan, banner)"


def program(danger: str = "MODERATE", flags: str = "", act: str = CONFIRM) -> str:
    return PROGRAM.replace("{act}", act).replace("{danger}", danger).replace("{flags}", flags)


Terminal = Callable[..., Any]


@pytest.mark.parametrize(
    ("danger", "asked", "typed", "ends"),
    [
        ("MILD", "[y/N]", b"y\r", "agreed"),
        ("MILD", "[y/N]", b"\r", "Cancelled"),
        ("MILD", "[y/N]", b"n\r", "Cancelled"),
        ("MODERATE", "Type prod", b"prod\r", "agreed"),
        ("MODERATE", "Type prod", b"y\r", "Cancelled"),
        ("MODERATE", "Type prod", b"\r", "Cancelled"),
        ("SEVERE", "Type user-42", b"user-42\r", "agreed"),
        ("SEVERE", "Type user-42", b"prod\r", "Cancelled"),
        ("SEVERE", "Type user-42", b"yes\r", "Cancelled"),
        ("SEVERE", "Type user-42", b"\r", "Cancelled"),
        ("SEVERE", "Type user-42", b"\x03", "interrupted"),
        ("SEVERE", "Type user-42", b"\x04", "Cancelled"),
    ],
)
def test_the_tier_decides_what_must_be_typed(
    terminal: Terminal, danger: str, asked: str, typed: bytes, ends: str
) -> None:
    played = terminal(program(danger), [(asked, typed)])
    assert played.out.split()[0] == ends


def test_account_region_and_caller_stand_right_above_the_question(terminal: Terminal) -> None:
    played = terminal(program(), [("Type prod", b"\x03")])
    above = played.screen.partition("Type prod")[0].split("Where")[-1]
    for word in ("123456789012", "us-east-1", "arn:aws:iam::1:user/alice", "prod (protected)"):
        assert word in above


def test_nothing_of_the_question_reaches_standard_output(terminal: Terminal) -> None:
    played = terminal(program(), [("Type prod", b"prod\r")])
    assert played.out == "agreed\n"


def test_a_flag_that_settles_it_asks_nothing(terminal: Terminal) -> None:
    assert terminal(program(flags="confirm='prod'")).out == "agreed\n"
    assert terminal(program("SEVERE", flags="confirm='user-42'")).out == "agreed\n"


def test_yes_is_too_weak_for_what_is_severe_even_at_a_terminal(terminal: Terminal) -> None:
    played = terminal(program("SEVERE", flags="yes=True"))
    assert played.out.startswith("NeedsAnswer --yes is not enough")


def no_terminal(source: str, **streams: Any) -> str:
    made = subprocess.run(
        [sys.executable, "-c", source],
        stdout=subprocess.PIPE,
        text=True,
        timeout=20,
        env={**os.environ, "TERM": "xterm"},
        check=True,
        **streams,
    )
    return made.stdout


def test_a_piped_yes_is_not_a_human(terminal: Terminal) -> None:
    out = no_terminal(program("MILD"), input="y\n", stderr=subprocess.DEVNULL)
    assert out.startswith("NeedsAnswer")
    assert "Add --yes" in out


def test_no_input_at_all_is_refused(terminal: Terminal) -> None:
    out = no_terminal(program(), stdin=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    assert "Add --confirm prod" in out


def test_a_closed_standard_input_is_refused(tmp_path: Path) -> None:
    script = tmp_path / "script.py"
    script.write_text(program())
    made = subprocess.run(
        ["sh", "-c", f"exec {sys.executable} {script} <&- 2>/dev/null"],
        stdout=subprocess.PIPE,
        text=True,
        timeout=20,
        check=True,
    )
    assert "Add --confirm prod" in made.stdout


def test_who_could_never_confirm_is_refused_before_there_is_a_plan() -> None:
    act = (
        "operator(explicit={explicit}).check_can_confirm(Danger.{danger}, protected=True,"
        " explicit={explicit})"
    )
    nothing = {"stdin": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    out = no_terminal(program("SEVERE", act=act.replace("{explicit}", "True")), **nothing)
    assert "Add --confirm NAME" in out
    out = no_terminal(program("SEVERE", act=act.replace("{explicit}", "False")), **nothing)
    assert "--env prod" in out
    out = no_terminal(program("NONE", act=act.replace("{explicit}", "False")), **nothing)
    assert out == "agreed\n"


def test_a_dry_run_puts_the_plan_on_standard_output() -> None:
    act = "operator(dry_run=True).show(banner, plan)"
    made = no_terminal(program(act=act), stdin=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    assert "1. Purge" in made
    assert "\x1b" not in made


MANUAL = "print(operator({flags}).manual(Manual('Tell the users', 'Write to them')))"


def test_a_manual_step_is_shown_and_asked(terminal: Terminal) -> None:
    played = terminal(program(act=MANUAL), [("Is it done?", b"y\r")])
    assert "Write to them" in played.screen
    assert played.out.startswith("True")
    assert terminal(program(act=MANUAL), [("Is it done?", b"\r")]).out.startswith("False")


def test_no_flag_answers_for_the_human_in_a_manual_step() -> None:
    out = no_terminal(program(act=MANUAL, flags="yes=True"), stdin=subprocess.DEVNULL)
    assert out.startswith("NeedsAnswer")


def test_an_mfa_code_is_asked_unseen_or_not_at_all(terminal: Terminal) -> None:
    act = "print(operator().ask_mfa('arn:aws:iam::1:mfa/alice'))"
    played = terminal(program(act=act), [("mfa/alice", b"123456\r")])
    assert played.out.startswith("123456")
    assert "123456" not in played.screen.split("mfa/alice")[1]
    assert no_terminal(program(act=act), stdin=subprocess.DEVNULL).startswith("NeedsAnswer")


HIDDEN = (
    "plan = replace(plan, pseudonym='user-3fa9', whom=('also alice@example.com',));"
    "operator({flags}).show(banner, plan); operator({flags}).confirm(plan, banner)"
)


@pytest.mark.parametrize(
    ("typed", "ends"), [(b"user-42\r", "agreed"), (b"user-3fa9\r", "agreed"), (b"\r", "Cancelled")]
)
def test_a_subject_with_a_pseudonym_is_typed_as_either_and_shown_whose_it_is(
    terminal: Terminal, typed: bytes, ends: str
) -> None:
    played = terminal(program("SEVERE", act=HIDDEN.replace("{flags}", "")), [("Type", typed)])
    assert played.out.split()[0] == ends
    assert "also alice@example.com" in played.screen
    assert "user-42" not in played.out


def test_beside_a_json_document_nobody_is_named() -> None:
    act = (
        "plan = replace(plan, pseudonym='user-3fa9', whom=('also alice@example.com',));"
        "TerminalOperator(Screen(), Answers(), env='prod', explicit=True, as_json={json})"
        ".show(banner, plan)"
    )
    shown = {
        said: no_terminal(program(act=act.replace("{json}", said)), stderr=subprocess.STDOUT)
        for said in ("True", "False")
    }
    assert "alice@example.com" in shown["False"]
    assert "alice@example.com" not in shown["True"]
