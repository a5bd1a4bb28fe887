"""The demo plays its scenes in order, and stops where one ends otherwise than it should."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from opsctl.cli import sandbox_demo
from opsctl.cli.registry import COMMANDS
from opsctl.errors import NotVerified
from opsctl.sandbox import control
from opsctl.terminal import layout


@pytest.fixture(autouse=True)
def up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(control, "up", lambda report: report("up"))


def play(codes: dict[str, int]) -> tuple[list[str], list[str]]:
    """(what was run, what was said), each command ending with its code."""
    ran: list[str] = []
    said: list[str] = []

    def execute(command: Sequence[str]) -> int:
        ran.append(" ".join(command[:2]))
        return codes.get(ran[-1], 0)

    sandbox_demo.run(said.append, as_json=False, execute=execute)
    return ran, said


def test_a_broken_release_is_expected_to_end_with_23() -> None:
    ran, said = play({"deploy 1.4.0-crash": 23})
    assert ran == [
        "status -e",
        "deploy 1.3.0",
        "deploy 1.4.0-crash",
        "rollback -e",
        "scale count",
        "history -e",
    ]
    assert any("Exit code 23, as expected" in line for line in said)


def test_a_command_that_ends_otherwise_stops_the_demo() -> None:
    with pytest.raises(NotVerified, match="exit code 0, not 23"):
        play({})
    with pytest.raises(NotVerified, match=r"`opsctl deploy 1.3.0 .* exit code 20, not 0"):
        play({"deploy 1.3.0": 20})


def test_every_scene_is_a_command_that_there_is_on_the_sandbox() -> None:
    for scene in sandbox_demo.SCENES:
        assert scene.command[0] in COMMANDS
        assert scene.command[scene.command.index("-e") :][:2] == ("-e", "local")
        assert scene.words.endswith(":")


def test_the_farewell_says_how_to_end_it() -> None:
    shown = "\n".join(layout.lines(sandbox_demo.farewell({}), colour=False))
    assert "opsctl sandbox down" in shown
