"""The human at the terminal: asked by the tier, on standard error, and never by surprise."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import paper_terminal
import pytest
from paper_terminal import Played

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


CASES = [
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
]


def many(*programs: str) -> str:
    """One program after the other, each of which says on the screen that it begins."""
    said = "import sys; print('case', {number}, 'begins', file=sys.stderr)\n{program}"
    return "\n".join(said.format(number=n, program=it) for n, it in enumerate(programs))


def in_turn(*keys: tuple[str, bytes]) -> list[tuple[str, bytes]]:
    """The keys for `many`: each is for the program that has just begun."""
    return [it for n, key in enumerate(keys) for it in ((f"case {n} begins", b""), key)]


@pytest.fixture(scope="module")
def tiers(tmp_path_factory: pytest.TempPathFactory) -> Played:
    """Every tier, and what may be typed."""
    out = tmp_path_factory.mktemp("tiers") / "stdout.txt"
    programs = [program(danger) for danger, *_ in CASES]
    keys = in_turn(*((asked, typed) for _, asked, typed, _ in CASES))
    return paper_terminal.play(out, many(*programs), keys)


def test_the_tier_decides_what_must_be_typed(tiers: Played) -> None:
    ends = [line.split()[0] for line in tiers.out.splitlines()]
    assert list(zip(CASES, ends, strict=True)) == [(case, case[-1]) for case in CASES]


def test_account_region_and_caller_stand_right_above_the_question(tiers: Played) -> None:
    moderate = tiers.screen.partition("case 3 begins")[2].partition("case 4 begins")[0]
    above = moderate.partition("Type prod")[0].split("Where")[-1]
    for word in ("123456789012", "us-east-1", "arn:aws:iam::1:user/alice", "prod (protected)"):
        assert word in above


def test_nothing_of_the_question_reaches_standard_output(tiers: Played) -> None:
    assert tiers.out.splitlines()[3] == "agreed"


def test_a_flag_that_settles_it_asks_nothing_and_yes_is_too_weak_for_what_is_severe(
    terminal: Terminal,
) -> None:
    moderate = program(flags="confirm='prod'")
    severe = program("SEVERE", flags="confirm='user-42'")
    too_weak = program("SEVERE", flags="yes=True")
    lines = terminal(many(moderate, severe, too_weak)).out.splitlines()
    assert lines[:2] == ["agreed", "agreed"]
    assert lines[2].startswith("NeedsAnswer --yes is not enough")


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
    keys = in_turn(("Is it done?", b"y\r"), ("Is it done?", b"\r"))
    played = terminal(many(program(act=MANUAL), program(act=MANUAL)), keys)
    assert "Write to them" in played.screen
    assert played.out.split() == ["True", "agreed", "False", "agreed"]


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


def test_a_subject_with_a_pseudonym_is_typed_as_either_and_shown_whose_it_is(
    terminal: Terminal,
) -> None:
    hidden = program("SEVERE", act=HIDDEN.replace("{flags}", ""))
    keys = in_turn(("Type", b"user-42\r"), ("Type", b"user-3fa9\r"), ("Type", b"\r"))
    played = terminal(many(hidden, hidden, hidden), keys)
    assert [line.split()[0] for line in played.out.splitlines()] == [
        "agreed",
        "agreed",
        "Cancelled",
    ]
    shown = played.screen.split(" begins")[1:]
    assert ["also alice@example.com" in it for it in shown] == [True, True, True]
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
