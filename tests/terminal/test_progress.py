"""Progress as lines: only what changed, with its time, and nothing a file should not hold."""

from __future__ import annotations

import io
from datetime import UTC, datetime, timedelta

import pytest

from opsctl.plan import Plan, Progress
from opsctl.terminal.progress import LineDisplay, label
from opsctl.terminal.screen import Screen


class Clock:
    """A clock that is pushed by hand."""

    def __init__(self) -> None:
        self.seconds = 0.0

    def now(self) -> datetime:
        return datetime(2026, 11, 23, 19, 0, 0, tzinfo=UTC) + timedelta(seconds=self.seconds)

    def monotonic(self) -> float:
        return self.seconds


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def paper() -> io.StringIO:
    return io.StringIO()


@pytest.fixture
def display(clock: Clock, paper: io.StringIO) -> LineDisplay:
    screen = Screen(stdout=io.StringIO(), stderr=paper, environ={})
    return LineDisplay(screen.err, now=clock.now, clock=clock.monotonic)


def test_only_changes_get_a_line(
    display: LineDisplay, clock: Clock, paper: io.StringIO, plan: Plan
) -> None:
    display.began(2, 4, plan.steps[2])
    for seconds, summary in [(1, "1 of 3 new tasks"), (2, "1 of 3 new tasks"), (3, "3 of 3")]:
        clock.seconds = seconds
        display.progress(Progress(False, summary, lines=("task a started",)))
    clock.seconds = 75
    display.ended(plan.steps[2], "done", "")
    assert paper.getvalue().splitlines() == [
        "19:00:00Z 3/4 Wait for the deployment",
        "19:00:01Z 3/4   task a started",
        "19:00:01Z 3/4   1 of 3 new tasks",
        "19:00:03Z 3/4   3 of 3",
        "19:01:15Z 3/4 done after 1 min 15 s",
    ]


def test_a_count_gets_a_line_for_each_tenth(
    display: LineDisplay, paper: io.StringIO, plan: Plan
) -> None:
    display.began(0, 1, plan.steps[0])
    for done in range(1, 1001):
        progress = Progress(done == 1000, f"{done} of 1000", counted=(done, 1000))
        display.progress(progress)
    assert len(paper.getvalue().splitlines()) == 1 + 11
    assert "1000 of 1000" in paper.getvalue()


def test_a_failed_step_says_why(display: LineDisplay, paper: io.StringIO, plan: Plan) -> None:
    display.began(0, 1, plan.steps[0])
    display.ended(plan.steps[0], "failed", "access denied")
    assert paper.getvalue().splitlines()[-1].endswith("1/1 failed after 0.0 s: access denied")


def test_lines_hold_no_escape_byte_no_carriage_return_and_are_not_cut(
    display: LineDisplay, paper: io.StringIO, plan: Plan
) -> None:
    arn = "arn:aws:ecs:us-east-1:123456789012:task/" + "f" * 120
    display.began(0, 1, plan.steps[0])
    display.progress(Progress(False, f"\x1b[2K{arn}\r", lines=(f"{arn}\x07",)))
    display.say(arn)
    written = paper.getvalue()
    assert written.count(arn) == 3
    assert not set(written) & set("\x1b\r\x07")


def test_a_new_step_forgets_what_the_last_one_showed(
    display: LineDisplay, paper: io.StringIO, plan: Plan
) -> None:
    for index in range(2):
        display.began(index, 2, plan.steps[index])
        display.progress(Progress(False, "working"))
    assert paper.getvalue().count("working") == 2


def test_a_check_after_the_last_step_is_called_a_check() -> None:
    assert [label(0, 3), label(2, 3), label(3, 3)] == ["1/3", "3/3", "check"]
