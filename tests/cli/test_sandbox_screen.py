"""What the sandbox commands show."""

from __future__ import annotations

from opsctl.cli import sandbox_screen
from opsctl.terminal import layout

FOUND = {
    "running": True,
    "uptime": 3725.4,
    "app_url": "http://127.0.0.1:2",
    "endpoint": "http://127.0.0.1:1",
    "account": "123456789012",
    "region": "us-east-1",
    "pid": 7,
    "log": "/state/sandbox.log",
    "made": {"users": "alice, bob", "password": "Sandbox-only-1"},
    "broken": {},
}


def text(screenful: object) -> str:
    return "\n".join(layout.lines(screenful, colour=False))  # type: ignore[arg-type]


def test_after_up_the_next_command_is_named() -> None:
    shown = text(sandbox_screen.up(FOUND))
    assert "http://127.0.0.1:1" in shown
    assert "opsctl status -e local" in shown


def test_status_says_since_when_and_what_is_broken() -> None:
    shown = text(sandbox_screen.status({**FOUND, "broken": {"slow": 12.0}}))
    assert "since 1 h 2 m 5 s" in shown
    assert "Broken on purpose: slow, for 12 s more" in shown


def test_status_says_who_can_sign_in() -> None:
    assert "alice, bob; password Sandbox-only-1" in text(sandbox_screen.status(FOUND))


def test_status_of_a_sandbox_that_is_down_says_how_to_start_it() -> None:
    assert "opsctl sandbox up" in text(sandbox_screen.status({"running": False}))


def test_what_was_broken_says_how_to_take_it_back() -> None:
    shown = text(sandbox_screen.broken({"kind": "throttle", "broken": {"throttle": 30.0}}))
    assert "to the tasks. For 30 s." in shown
    assert "opsctl sandbox heal" in shown


def test_filled_tells_how_much_there_is_more() -> None:
    shown = text(sandbox_screen.filled({"versions": 60_000, "items": 5}))
    assert "60,000" in shown
