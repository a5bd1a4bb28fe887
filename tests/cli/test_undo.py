"""`opsctl undo`: the words, and a run taken back through the runner and the journal."""

from __future__ import annotations

import subprocess
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest

from opsctl import runner
from opsctl.aws import Aws
from opsctl.aws.sts import Caller
from opsctl.banner import Banner
from opsctl.cli.undo import request_for
from opsctl.errors import FactsChanged
from opsctl.journal import Journal
from opsctl.lock import Lock
from opsctl.outcome import Outcome
from opsctl.plan import Call, Danger, Do, Json, Manual, Plan, Progress, Step
from opsctl.procedure import Procedure
from opsctl.procedures import undo
from opsctl.state import LocalStore
from opsctl.targets import Target, default_names

Program = Callable[..., subprocess.CompletedProcess[str]]
ACCOUNT = "123456789012"


class Counter:
    """A gateway with one number, that changes it only from the number that is expected."""

    def __init__(self) -> None:
        self.value = 2

    def set(self, value: int, replacing: int) -> Json:
        if self.value != replacing:
            raise FactsChanged(f"it is {self.value}, not {replacing}")
        self.value = value
        return None


class CounterAws(Aws):
    """An AWS that only holds that number."""

    def __init__(self) -> None:
        super().__init__(target())
        self.counter = Counter()

    def _gateway(self, name: str) -> Any:
        if name != "ecs":
            raise AttributeError(name)
        return self.counter

    def check_account(self) -> Caller:
        return Caller(ACCOUNT, "arn:aws:iam::123456789012:user/ana", "AIDA")


class Silent:
    """An operator who agrees to everything; keeps what was said and noted."""

    def __init__(self) -> None:
        self.said: list[str] = []

    def check_can_confirm(self, danger: Danger, **words: Any) -> None: ...
    def show(self, banner: Banner, plan: Plan) -> None:
        self.said += plan.notes

    def confirm(self, plan: Plan, banner: Banner) -> None: ...
    def step_began(self, index: int, total: int, step: Step) -> None: ...
    def progress(self, progress: Progress) -> None: ...
    def step_ended(self, index: int, step: Step, status: str, note: str = "") -> None: ...
    def say(self, text: str) -> None:
        self.said.append(text)

    def manual(self, step: Manual) -> bool:
        return True


def target() -> Target:
    return Target(env="prod", account=ACCOUNT, region="eu-west-1", **default_names("prod", ACCOUNT))


@dataclass(frozen=True)
class Set:
    """A request and facts at once."""

    value: int
    former: int = 0


def set_plan(request: Set, facts: Set) -> Plan:
    back = Do("Back", Call("ecs", "set", {"value": facts.value, "replacing": request.value}))
    there = Call("ecs", "set", {"value": request.value, "replacing": facts.value})
    return Plan("set it", (Do("There", there, undo=(back,)),), Danger.MILD)


SET = Procedure(
    "set",
    "Set",
    lambda request, aws: Set(aws.counter.value),
    set_plan,  # type: ignore[attr-defined]
)


class Desk:
    """Commands against the number, journaled."""

    def __init__(self, folder: Path) -> None:
        self.aws = CounterAws()
        self.journal = Journal(LocalStore(folder), "prod")
        self.operator = Silent()
        lock = Lock(LocalStore(folder), "prod", account=ACCOUNT, environ={})
        self.context = runner.Context(
            command="set",
            target=target(),
            aws=self.aws,
            operator=self.operator,
            journal=self.journal,
            lock=lock,
        )

    def set(self, value: int) -> str:
        outcome = runner.run(SET, Set(value), self.context)
        assert outcome.status == "done", outcome.error
        return outcome.run

    def undo(self, run: str, **words: Any) -> Outcome:
        record = self.journal.run(run)
        request = request_for(record, self.journal.later_than(record), **words)
        return runner.run(undo.PROCEDURE, request, replace(self.context, command="undo"))


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(tmp_path / "opsctl")


def test_an_undo_brings_back_what_was_there_before(desk: Desk) -> None:
    run = desk.set(5)
    assert desk.aws.counter.value == 5
    outcome = desk.undo(run)
    assert (outcome.status, outcome.exit_code) == ("done", 0)
    assert desk.aws.counter.value == 2
    assert desk.journal.run(run).undone_by == outcome.run
    assert desk.journal.run(outcome.run).undoes == run


def test_a_second_undo_finds_nothing_to_do(desk: Desk) -> None:
    run = desk.set(5)
    desk.undo(run)
    outcome = desk.undo(run)
    assert (outcome.status, outcome.exit_code) == ("nothing_to_do", 0)


def test_an_undo_of_the_undo_does_it_again(desk: Desk) -> None:
    run = desk.set(5)
    back = desk.undo(run).run
    assert desk.undo(back).status == "done"
    assert desk.aws.counter.value == 5
    assert desk.undo(run).status == "done"
    assert desk.aws.counter.value == 2


def test_runs_are_taken_back_in_order(desk: Desk) -> None:
    first, second = desk.set(5), desk.set(7)
    refused = desk.undo(first)
    assert (refused.status, refused.exit_code) == ("refused", 13)
    assert second in str(refused.error)
    assert desk.undo(second).status == "done"
    assert desk.undo(first).status == "done"
    assert desk.aws.counter.value == 2


def test_what_somebody_else_changed_since_is_left_alone(desk: Desk) -> None:
    run = desk.set(5)
    desk.aws.counter.value = 9
    outcome = desk.undo(run)
    assert (outcome.status, outcome.exit_code) == ("refused", 17)
    assert desk.aws.counter.value == 9


def test_a_step_that_was_cut_off_is_offered_with_a_note_and_the_run_is_told_of(desk: Desk) -> None:
    step = set_plan(Set(5), Set(2)).steps[0]
    cut = desk.journal.begin(
        command="set",
        caller="arn",
        plan=Plan("set it", (step,), Danger.MILD),
        reason="",
        account=ACCOUNT,
        region="eu-west-1",
    )
    cut.step_began(0, step)
    desk.aws.counter.value = 5
    # As if the machine had been switched off: this boot never saw that process.
    file = desk.journal._store.directory / "journal/prod.jsonl"  # type: ignore[attr-defined]
    file.write_text(file.read_text().replace('"started": "', '"started": "former'))
    assert desk.journal.run(cut.id).status == "unknown"
    outcome = desk.undo(cut.id)
    assert outcome.status == "done", outcome.error
    assert desk.aws.counter.value == 2
    assert any("cut off" in said for said in desk.operator.said)
    assert any(cut.id in said for said in desk.operator.said)
    assert desk.journal.run(cut.id).examined_by == outcome.run
    assert desk.journal.unfinished() == []


def test_an_unknown_run_is_not_found(program: Program) -> None:
    ran = program("undo", "20260101T000000Z-abcd", "--yes")
    assert ran.returncode == 12
    assert "holds no run" in ran.stderr


def test_without_a_terminal_it_names_the_flag_before_anything_is_asked(
    program: Program, home: Path
) -> None:
    run = journaled(home, ACCOUNT)
    ran = program("undo", run, XDG_STATE_HOME=str(home / "state"))
    assert ran.returncode == 15
    assert "--yes" in ran.stderr


def test_a_run_of_another_account_is_not_taken_back(program: Program, home: Path) -> None:
    run = journaled(home, "999999999999")
    ran = program("undo", run, "--yes", XDG_STATE_HOME=str(home / "state"))
    assert ran.returncode == 13
    assert "999999999999" in ran.stderr


def journaled(home: Path, account: str, step: Step | None = None) -> str:
    """A run of `local` with one change, in the journal of the program's home."""
    plan = Plan("set it", (step or set_plan(Set(5), Set(2)).steps[0],), Danger.MILD)
    run = Journal(LocalStore(home / "state/opsctl"), "local").begin(
        command="scale count",
        caller="arn",
        plan=plan,
        reason="",
        account=account,
        region="us-east-1",
    )
    run.step_began(0, plan.steps[0])
    run.step_ended(0, status="done")
    run.ended(status="done", exit_code=0)
    return run.id


def test_changes_are_numbered_as_in_the_history_and_what_was_cut_off_is_uncertain(
    tmp_path: Path,
) -> None:
    journal = Journal(LocalStore(tmp_path), "prod")
    plan = Plan("set it", (*set_plan(Set(5), Set(2)).steps, *set_plan(Set(7), Set(5)).steps))
    run = journal.begin(
        command="set", caller="arn", plan=plan, reason="", account=ACCOUNT, region="eu-west-1"
    )
    for index, status in enumerate(("done", "interrupted")):
        run.step_began(index, plan.steps[index])
        run.step_ended(index, status=status)
    run.ended(status="interrupted", exit_code=22)
    request = request_for(journal.run(run.id), [])
    assert [(it.number, it.certain) for it in request.changes] == [(1, True), (2, False)]


def test_yes_does_not_confirm_a_severe_undo(program: Program, home: Path) -> None:
    (step,) = set_plan(Set(5), Set(0)).steps
    assert isinstance(step, Do)
    (back,) = step.undo
    assert isinstance(back, Do)
    severe = replace(step, undo=(replace(back, danger=Danger.SEVERE),))
    run = journaled(home, ACCOUNT, severe)
    ran = program("undo", run, "--yes", XDG_STATE_HOME=str(home / "state"))
    assert ran.returncode == 15
    assert "--confirm" in ran.stderr
