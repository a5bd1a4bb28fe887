"""`opsctl scale`: words into requests."""

from __future__ import annotations

import pytest
from asked import Asked

from opsctl.aws import Aws
from opsctl.cli.scale import _shown
from opsctl.plan import Danger
from opsctl.procedures import cpu_target, scale_bounds, scale_count
from opsctl.reports import scaling
from opsctl.terminal import layout


@pytest.mark.parametrize(("count", "danger"), [("4", Danger.MILD), ("0", Danger.SEVERE)])
def test_a_count_is_mild_at_least_and_zero_is_known_to_be_severe(
    asked: Asked, count: str, danger: Danger
) -> None:
    assert asked("scale", "count", count, "--move-bounds", "-e", "local") == 0
    request = scale_count.Request("local", int(count), True, 1200.0)
    assert asked.last == ("scale count", request, danger)


@pytest.mark.parametrize("count", ["-1", "many", "1.5", ""])
def test_what_is_no_count_is_a_usage_error(asked: Asked, count: str) -> None:
    assert asked("scale", "count", count, "-e", "local") == 2


def test_either_bound_may_be_left_as_it_is(asked: Asked) -> None:
    assert asked("scale", "bounds", "--max", "8", "-e", "local") == 0
    request = scale_bounds.Request("local", None, 8, 1200.0)
    assert asked.last == ("scale bounds", request, Danger.MILD)


def test_no_bound_at_all_is_a_usage_error(asked: Asked) -> None:
    assert asked("scale", "bounds", "-e", "local") == 2


def test_a_maximum_of_zero_is_known_to_be_severe(asked: Asked) -> None:
    assert asked("scale", "bounds", "--min", "0", "--max", "0", "-e", "local") == 0
    assert asked.last[2] is Danger.SEVERE


def test_a_cpu_target_is_a_percentage(asked: Asked) -> None:
    assert asked("scale", "cpu-target", "62.5", "-e", "local") == 0
    assert asked.last == ("scale cpu-target", cpu_target.Request("local", 62.5), Danger.MILD)
    assert asked("scale", "cpu-target", "busy", "-e", "local") == 2


def test_alone_it_shows_its_help(asked: Asked, capsys: pytest.CaptureFixture[str]) -> None:
    asked("scale")
    said = capsys.readouterr()
    assert "cpu-target" in said.out + said.err


def test_the_screen_shows_count_bounds_and_policy(local: Aws) -> None:
    text = "\n".join(layout.lines(_shown(scaling.gather(local)), colour=False))
    assert "2 of 2 running" in text
    assert "2–6" in text
    assert "70 % CPU" in text
