"""`opsctl watch`: keys, the thread that looks, and no screen where there is no terminal."""

from __future__ import annotations

import subprocess
import sys
import time
from typing import Any

import pytest
from samples import BEGAN
from status_samples import found, task

from opsctl.aws.log_events import LogEvent
from opsctl.cli import watch
from opsctl.cli.watch_screen import View
from opsctl.errors import Unreachable
from opsctl.reports.watch import Picture


class Watched:
    """A watcher of a service with three tasks; `looks` counts."""

    def __init__(self) -> None:
        self.looks = 0
        self.next_look = 0.0
        self.failure: Exception | None = None

    def picture(self) -> Picture:
        return Picture(BEGAN, found(task(1), task(2), task(3)))

    def look(self) -> Picture:
        self.looks += 1
        self.next_look = 60.0
        if self.failure:
            raise self.failure
        return self.picture()

    def hurry(self) -> None:
        self.next_look = 0.0

    def log_of(self, chosen: str, lines: int) -> tuple[LogEvent, ...]:
        return (LogEvent(0, chosen, "a line"),)


def looking(watched: Watched, view: View) -> Any:
    made = watch._Looking(watched, view)  # type: ignore[arg-type]
    made.picture = watched.picture()
    return made


def until(holds: Any) -> None:
    deadline = time.monotonic() + 10
    while not holds():
        assert time.monotonic() < deadline
        time.sleep(0.01)


def test_arrows_choose_a_task_and_stop_at_the_ends() -> None:
    view = View()
    it = looking(Watched(), view)
    seen = []
    for key in ("up", "down", "j", "down", "down", "k"):
        watch._pressed(key, view, it)
        seen.append(view.chosen)
    assert seen == [0, 1, 2, 2, 2, 1]


def test_enter_opens_the_log_of_the_chosen_task_and_escape_closes_it() -> None:
    view = View(chosen=1)
    it = looking(Watched(), view)
    watch._pressed("enter", view, it)
    assert view.log == task(2).id
    watch._pressed("down", view, it)
    watch._pressed("enter", view, it)
    assert view.log == task(2).id, "an open log stays the one it is"
    watch._pressed("escape", view, it)
    assert view.log == ""


def test_a_pause_stops_the_looks_and_r_looks_at_once() -> None:
    watched, view = Watched(), View()
    it = looking(watched, view)
    it.start()
    until(lambda: watched.looks == 1)
    watch._pressed("p", view, it)
    watch._pressed("r", view, it)
    for _ in range(2):  # when it was woken twice, it has gone round once
        until(lambda: not it._wake.is_set())
        it.wake()
    assert watched.looks == 1
    watch._pressed(" ", view, it)
    until(lambda: watched.looks == 2)
    view.log = "x"
    it.wake()
    until(lambda: [it.stream for it in view.lines] == ["x"])
    it.end()
    it.join(5)
    assert not it.is_alive()


def test_what_goes_wrong_in_the_background_is_not_lost() -> None:
    watched = Watched()
    watched.failure = Unreachable("gone")
    it = looking(watched, View())
    it.start()
    it.join(5)
    assert it.failure is watched.failure


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ((), "needs a terminal"),
        (("-o", "json"), "needs a terminal"),
        (("--every", "1s"), "too often"),
        (("--every", "soon"), "--every"),
    ],
)
def test_without_a_terminal_it_is_a_usage_error_that_names_the_way_out(
    words: tuple[str, ...], said: str
) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "opsctl", "watch", "-e", "local", *words],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 2
    assert said in done.stderr + done.stdout
    assert "\x1b" not in done.stdout + done.stderr
