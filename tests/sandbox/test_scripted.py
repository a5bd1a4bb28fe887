"""Scripted processes do what their image would."""

from __future__ import annotations

import signal

import pytest

from opsctl.sandbox.process import Launch
from opsctl.sandbox.registry import Image
from opsctl.sandbox.scripted import ScriptedProcess, ScriptedRunner


def started(fault: str = "") -> ScriptedProcess:
    return ScriptedRunner().start(Launch("task", Image("1.0.0", fault=fault), {}))


@pytest.mark.parametrize(
    ("fault", "code"), [("", None), ("crash", 1), ("oom", 137), ("sick", None)]
)
def test_a_broken_image_ends_as_it_would(fault: str, code: int | None) -> None:
    assert started(fault).exit_code() == code


def test_a_sick_image_answers_500() -> None:
    assert started("sick").check().code == 500
    assert started().check().code == 200


def test_a_signal_makes_it_sick_and_well_again() -> None:
    process = started()
    process.signal(signal.SIGUSR1)
    assert process.check().code == 500
    process.signal(signal.SIGUSR1)
    assert process.check().code == 200


def test_it_ends_when_it_is_asked_and_when_it_is_killed() -> None:
    asked, killed = started(), started()
    asked.terminate()
    killed.kill()
    assert (asked.exit_code(), killed.exit_code()) == (0, 137)


def test_a_line_is_read_once() -> None:
    process = started("crash")
    assert process.lines()[-1].startswith("RuntimeError")
    assert process.lines() == []
