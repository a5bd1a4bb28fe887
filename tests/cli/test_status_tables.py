"""The tables of the status screen: each task with its target, and more where there is room."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from samples import BEGAN, service
from status_samples import found, task

from opsctl.aws.autoscaling import Activity
from opsctl.aws.ecs import Event
from opsctl.aws.stop_reasons import Cause
from opsctl.aws.tasks import Task
from opsctl.cli import status_tables
from opsctl.reports.status import Status
from opsctl.terminal import layout


def lines(status: Status, *, roomy: bool = False) -> list[str]:
    return list(layout.lines(status_tables.blocks(status, roomy=roomy), colour=False))


def line_of(shown: list[str], task: Task) -> str:
    (line,) = [it for it in shown if task.id in it]
    return line


def test_each_task_shows_the_health_of_its_own_target() -> None:
    one, two, three = task(1), task(2), task(3)
    shown = lines(found(one, two, three))
    assert " healthy" in line_of(shown, one)
    assert "unhealthy" in line_of(shown, two)
    assert line_of(shown, three).split()[3] == "-"


def test_the_state_of_a_task_is_its_health_once_it_runs() -> None:
    starting, plain, sick = task(1, status="PENDING"), task(2, health="UNKNOWN"), task(3)
    sick = replace(sick, health="UNHEALTHY")
    shown = lines(found(starting, plain, sick))
    states = [line_of(shown, it).split()[2] for it in (starting, plain, sick)]
    assert states == ["PENDING", "RUNNING", "UNHEALTHY"]
    assert max(len(it) for it in shown) <= 80


def test_scaling_and_events_are_told_where_there_is_room() -> None:
    event = Event("1", BEGAN, "has reached a steady state")
    activity = Activity(BEGAN, "Successful", "Setting desired count to 4", "alarm")
    status = found(it=service(events=(event,)), activities=(activity,))
    assert not any("steady state" in it or "desired count" in it for it in lines(status))
    roomy = lines(status, roomy=True)
    assert any("steady state" in it for it in roomy)
    assert any("Setting desired count to 4" in it for it in roomy)


def test_more_than_one_stopped_task_is_told_where_there_is_room() -> None:
    stopped = tuple(
        Cause("exited", f"code {number}", "Look at its log.", False, task=f"t{number}")
        for number in range(7)
    )
    assert sum("exited" in it for it in lines(found(stopped=stopped))) == 1
    assert sum("exited" in it for it in lines(found(stopped=stopped), roomy=True)) == 5


def test_a_wider_window_has_more_columns() -> None:
    one = task(1)
    narrow, wide = (
        lines(found(one)),
        list(layout.lines(status_tables.blocks(found(one), roomy=False, wide=True), colour=False)),
    )
    assert one.address not in line_of(narrow, one)
    assert line_of(wide, one).split()[-2:] == [one.address, one.started_by]
    assert any("WHY" in it for it in wide)


def test_many_tasks_are_counted() -> None:
    crowd = found(*(task(number) for number in range(1, 31)))
    assert any("and 24 more" in it for it in lines(crowd))
    assert any("and 6 more" in it for it in lines(crowd, roomy=True))


def test_a_deployment_has_a_bar_of_its_running_tasks() -> None:
    (line,) = [it for it in lines(found()) if "2/2" in it]
    assert "████████████" in line
    assert f"{BEGAN + timedelta(0):%Y-%m-%d}" in line
