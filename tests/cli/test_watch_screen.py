"""The live screen: just what fits, the verdict first, nothing that acts on a terminal."""

from __future__ import annotations

from dataclasses import replace

import pytest
from samples import BEGAN
from status_samples import found, task

from opsctl.aws.log_events import LogEvent
from opsctl.aws.metrics import Point, Series
from opsctl.cli import watch_screen
from opsctl.cli.watch_screen import View
from opsctl.reports.watch import Picture
from opsctl.terminal import layout

ONE, TWO = task(1), task(2)
AT = int(BEGAN.timestamp() * 1000)


def picture(**parts: object) -> Picture:
    known: dict[str, object] = {"at": BEGAN, "status": found(ONE, TWO), "calls": 17, "every": 5.0}
    return Picture(**{**known, **parts})  # type: ignore[arg-type]


def lines(it: Picture, view: View | None = None, size: tuple[int, int] = (80, 24)) -> list[str]:
    return watch_screen.screen(it, view or View(), size, colour=False)


@pytest.mark.parametrize("size", [(80, 24), (200, 50), (40, 8), (20, 1)])
def test_there_are_just_as_many_lines_as_the_terminal_has(size: tuple[int, int]) -> None:
    for it in (picture(), picture(status=None), picture(errors=events(300))):
        assert len(lines(it, size=size)) == size[1]
        assert len(lines(it, View(log="x", lines=events(99)), size)) == size[1]


def events(count: int) -> tuple[LogEvent, ...]:
    return tuple(LogEvent(AT + n, "app/app/1", f"ERROR number {n}", str(n)) for n in range(count))


def test_the_verdict_comes_first_and_the_cost_last() -> None:
    shown = lines(picture())
    assert "HEALTHY" in shown[0]
    assert "12:00:00 UTC" in shown[0]
    assert "17 AWS calls/min" in shown[-1]
    assert "every 5 s" in shown[-1]
    assert max(map(layout.width, shown)) <= 80


def test_what_is_wrong_stands_below_the_verdict() -> None:
    sick = replace(found(ONE), verdict="unhealthy", problems=tuple(f"p{n}" for n in range(9)))
    shown = lines(picture(status=sick, problem="AWS throttles", unknown=("alarms: no",)))
    assert "AWS throttles" in shown[1]
    assert [line.strip() for line in shown[2:6]] == [f"✗ p{n}" for n in range(4)]
    assert "and 5 more" in shown[6]
    assert "not looked at: alarms: no" in shown[7]


def test_before_the_first_look_it_says_so() -> None:
    assert lines(picture(status=None))[0] == "Looking …"
    assert lines(picture(status=None, problem="not there"))[0] == "not there"


def test_what_may_not_be_read_at_all_is_told_instead_of_looking_for_ever() -> None:
    shown = lines(picture(status=None, unknown=("service: not allowed", "tasks: no")))
    assert shown[0].strip() == "? not looked at: service: not allowed"
    assert shown[1].strip() == "? not looked at: tasks: no"
    assert "Looking" not in "".join(shown)


def test_the_newest_errors_fill_what_is_left() -> None:
    shown = lines(picture(errors=events(300)))
    assert "ERROR number 299" in shown[-2]
    assert "ERROR number 0" not in "".join(shown)


def test_hostile_lines_are_text() -> None:
    bad = (LogEvent(AT, "s", "[/b] \x1b]0;pwn\x07\x1b[2J\r\nnext", "1"),)
    shown = "\n".join(lines(picture(errors=bad)))
    assert "\x1b" not in shown
    assert "\x07" not in shown
    assert "[/b]" in shown


def test_the_chosen_task_is_marked_and_stays_in_sight() -> None:
    crowd = picture(status=found(*(task(n) for n in range(1, 31))))
    for chosen in (0, 3, 29, 99):
        view = View(chosen=chosen)
        (marked,) = [line for line in lines(crowd, view) if line.startswith("▸")]
        assert watch_screen.chosen_task(crowd, view) in marked
    assert watch_screen.chosen_task(picture(status=None), View()) == ""


def test_numbers_are_drawn_and_no_data_is_not_zero() -> None:
    points = tuple(Point(BEGAN, value) for value in (1.0, 2.0, 4.0))
    shown = lines(picture(series=(Series("p99", "s", points), Series("5xx", ""))))
    (p99,) = [line for line in shown if "p99" in line]
    assert "▃▅█  4 s" in p99
    assert any("5xx  no data" in line for line in shown)


def test_the_log_of_a_task_shows_its_newest_lines_and_how_to_go_back() -> None:
    line = '{"level": "ERROR", "message": "no bucket", "request_id": "r1"}'
    view = View(log=ONE.id, lines=(*events(99), LogEvent(AT, f"app/app/{ONE.id}", line)))
    shown = lines(picture(), view)
    assert ONE.id in shown[0]
    assert "12:00:00.000" in shown[-2]
    assert "ERROR" in shown[-2]
    assert "no bucket" in shown[-2]
    assert "esc back" in shown[-1]
    assert lines(picture(), View(log=ONE.id))[2] == "No lines yet."


def test_a_pause_is_told() -> None:
    assert lines(picture(), View(paused=True))[-1].startswith("PAUSED")
