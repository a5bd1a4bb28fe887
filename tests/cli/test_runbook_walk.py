"""A walk: each step is run or asked, written down, and gone on with where it stopped."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from opsctl import runbook
from opsctl.cli.runbook_walk import Ended, Walker
from opsctl.errors import Cancelled
from opsctl.journal.walks import Walks
from opsctl.runbook import steps
from opsctl.runbook.steps import Step
from opsctl.state import LocalStore

SECTION = runbook.parse(
    "## Feed the cat\n\n**When** it is hungry.\n\n**Command** see *Steps*\n\n**Steps**\n\n"
    "1. Call it.\n2. `opsctl deploy TAG`\n"
    "3. `opsctl status`, or `opsctl rollback --to REVISION`\n4. `opsctl undo RUN --env prod`\n",
    "",
).sections[0]
STEPS = steps.of(SECTION)


@dataclass
class Scripted:
    """An operator whose answers are known; a missing one is Ctrl-C."""

    answers: list[str]
    asked: list[str] = field(default_factory=list)
    shown: list[str] = field(default_factory=list)

    def show(self, title: str, step: Step) -> None:
        self.shown.append(title)

    def choose(self, question: str, answers: Sequence[str]) -> str:
        said = self.line(question)
        assert said in answers, (question, said, answers)
        return said

    def line(self, question: str) -> str:
        self.asked.append(question)
        if not self.answers:
            raise KeyboardInterrupt
        return self.answers.pop(0)

    def say(self, text: str) -> None:
        self.shown.append(text)


@dataclass
class Program:
    """Runs nothing: keeps the words, and answers these codes."""

    codes: list[int] = field(default_factory=list)
    ran: list[list[str]] = field(default_factory=list)

    def __call__(self, words: list[str]) -> int:
        self.ran.append(words)
        return self.codes.pop(0) if self.codes else 0


@dataclass
class Stage:
    """One operator after another on one walk."""

    walks: Walks
    operator: Scripted = field(default_factory=lambda: Scripted([]))
    program: Program = field(default_factory=Program)

    def go(
        self,
        *answers: str,
        codes: tuple[int, ...] = (),
        values: dict[str, str] | None = None,
        newest_run: Callable[[], str] = lambda: "",
        named: bool = True,
    ) -> Ended:
        self.operator, self.program = Scripted(list(answers)), Program(list(codes))
        walk = self.walks.latest(SECTION.slug)
        if walk is None or not walk.is_open:
            walk = self.walks.start(SECTION.title, SECTION.slug, SECTION.digest, len(STEPS))
        walker = Walker(
            SECTION,
            STEPS,
            self.walks,
            self.operator,
            self.program,
            "stage",
            dict(values or {}),
            newest_run,
            named,
        )
        return walker.go(walk)


@pytest.fixture
def stage(tmp_path: Path) -> Stage:
    return Stage(Walks(LocalStore(tmp_path), "stage"))


def how(ended: Ended) -> list[str]:
    return [it.how for it in ended.walk.steps]


def test_a_whole_walk_runs_asks_and_ends_with_0(stage: Stage) -> None:
    ended = stage.go("yes", "done", "it came", "run", "1.3.0", "2", "7", "run", "r-1")
    assert (ended.code, ended.walk.is_open) == (0, False)
    assert how(ended) == ["done"] * 5
    assert stage.program.ran == [
        ["deploy", "1.3.0", "--env", "stage"],
        ["rollback", "--to", "7", "--env", "stage"],
        ["undo", "r-1", "--env", "stage"],
    ]
    assert ended.walk.steps[1].note == "it came"
    assert "$ opsctl deploy 1.3.0 --env stage" in stage.operator.shown


def test_an_environment_that_nobody_named_is_not_named_to_the_commands(stage: Stage) -> None:
    stage.go("yes", "done", "", "run", "1.3.0", "stop", named=False)
    assert stage.program.ran == [["deploy", "1.3.0"]]


def test_what_was_given_is_not_asked(stage: Stage) -> None:
    stage.go("yes", "skip", "", "run", "1", "run", values={"TAG": "1.3.0", "RUN": "last"})
    assert [words[1] for words in stage.program.ran] == ["1.3.0", "--env", "last"]
    assert not {"TAG:", "RUN:"} & set(stage.operator.asked)


def test_what_was_typed_is_not_written_down(stage: Stage, tmp_path: Path) -> None:
    stage.go("yes", "skip", "", "run", "alice@example.com", "skip", "", "skip", "")
    kept = (tmp_path / "walks" / "stage.feed-the-cat.jsonl").read_text()
    assert "opsctl deploy TAG" in kept
    assert "alice" not in kept


def test_when_it_is_not_so_nothing_is_done(stage: Stage) -> None:
    ended = stage.go("no")
    assert (ended.code, how(ended), ended.walk.next) == (Cancelled.code, [], 1)


@pytest.mark.parametrize("last", ["stop", None])
def test_a_walk_that_was_stopped_goes_on_there(last: str | None, stage: Stage) -> None:
    ended = stage.go("yes", "done", "", *([last] if last else []))
    assert (ended.code, ended.walk.next) == (16, 3)
    assert stage.program.ran == []
    ended = stage.go("run", "1.3.0", "1", "skip", "not needed")
    assert ended.code == 0
    assert stage.operator.shown[0] == "Step 3 of 5: Feed the cat, stage"
    assert how(ended) == ["done", "done", "done", "done", "skipped"]
    assert ended.walk.steps[4].note == "not needed"


@pytest.mark.parametrize("code", [1, 2, 12, 16, 20, 22, 23, 130])
def test_a_command_that_fails_ends_the_walk_with_its_code_and_comes_again(
    code: int, stage: Stage
) -> None:
    ended = stage.go("yes", "done", "", "run", "1.3.0", codes=(code,))
    assert (ended.code, ended.walk.next, how(ended)[-1]) == (code, 3, "failed")
    assert ended.walk.steps[-1].exit_code == code
    assert f"ended with code {code}" in ended.why
    ended = stage.go("run", "1.3.1", "stop")
    assert stage.program.ran == [["deploy", "1.3.1", "--env", "stage"]]
    assert how(ended) == ["done", "done", "done"]


def test_a_bad_answer_is_no_failure_it_is_asked(stage: Stage) -> None:
    ended = stage.go("yes", "done", "", "run", "a", "1", "again", "on", codes=(0, 30, 30))
    assert [words[0] for words in stage.program.ran] == ["deploy", "status", "status"]
    assert how(ended)[3] == "done"
    assert ended.walk.steps[3].exit_code == 30


def test_a_bad_answer_that_stops_the_walk_is_its_exit_code(stage: Stage) -> None:
    ended = stage.go("yes", "done", "", "run", "a", "1", "stop", codes=(0, 30))
    assert (ended.code, ended.walk.next) == (30, 4)


def test_ctrl_c_in_a_report_is_asked_because_it_is_how_a_stream_ends(stage: Stage) -> None:
    ended = stage.go("yes", "done", "", "run", "a", "1", "on", "stop", codes=(0, 130))
    assert (ended.code, ended.walk.next) == (16, 5)


def test_a_value_that_would_be_an_option_is_not_taken(stage: Stage) -> None:
    stage.go("yes", "done", "", "run", "--yes", "", "1.3.0", "stop")
    assert stage.program.ran == [["deploy", "1.3.0", "--env", "stage"]]
    assert any("cannot begin with a hyphen" in it for it in stage.operator.shown)


def test_the_run_that_a_step_made_is_kept(stage: Stage) -> None:
    runs = iter(["r-1", "r-2", "r-2", "r-2"])
    ended = stage.go(
        "yes", "done", "", "run", "a", "1", "run", "last", newest_run=lambda: next(runs)
    )
    assert [it.run for it in ended.walk.steps] == ["", "", "r-2", "", ""]


def test_killed_in_the_middle_the_step_is_told_as_cut_off(stage: Stage) -> None:
    def killed(words: list[str]) -> int:
        raise SystemExit(137)

    walk = stage.walks.start(SECTION.title, SECTION.slug, SECTION.digest, len(STEPS))
    walker = Walker(
        SECTION, STEPS, stage.walks, Scripted(["yes", "done", "", "run", "a"]), killed, "stage", {}
    )
    with pytest.raises(SystemExit):
        walker.go(walk)
    found = stage.walks.latest(SECTION.slug)
    assert found is not None
    assert found.cut_off is not None
    assert (found.cut_off.line, found.next) == ("opsctl deploy TAG", 3)


def test_a_note_that_is_too_long_is_asked_again(stage: Stage) -> None:
    ended = stage.go("yes", "done", "x" * 3000, "short")
    assert ended.walk.steps[1].note == "short"


def test_what_a_word_in_capitals_stands_for_is_told_before_the_step_is_agreed_to(
    stage: Stage,
) -> None:
    stage.go("yes", "done", "", "run", "1", "stop", values={"TAG": "1.3.0"})
    asked = stage.operator.shown
    assert asked.index("TAG is 1.3.0") < asked.index("$ opsctl deploy 1.3.0 --env stage")
    assert not [it for it in asked if it.startswith("REVISION is")]
