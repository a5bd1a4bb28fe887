"""The browser: only where somebody sits before it, and never in the terminal."""

from __future__ import annotations

import webbrowser
from io import StringIO

import pytest

from opsctl.terminal import browser
from opsctl.terminal.screen import Screen


class Terminal(StringIO):
    def isatty(self) -> bool:
        return True


def screen(out: StringIO) -> Screen:
    return Screen(stdin=StringIO(), stdout=out, stderr=StringIO(), environ={})


@pytest.mark.parametrize(
    ("environ", "there"),
    [
        ({"DISPLAY": ":0"}, True),
        ({"WAYLAND_DISPLAY": "wayland-0"}, True),
        ({"BROWSER": "firefox"}, True),
        ({"DISPLAY": ":10", "SSH_CONNECTION": "x"}, False),
    ],
)
def test_there_is_one_at_a_terminal_of_a_desktop(environ: dict[str, str], there: bool) -> None:
    assert browser.is_there(screen(Terminal()), environ) is there
    assert browser.is_there(screen(StringIO()), environ) is False


def test_without_a_desktop_there_is_none(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(browser.sys, "platform", "linux")
    assert browser.is_there(screen(Terminal()), {}) is False
    monkeypatch.setattr(browser.sys, "platform", "darwin")
    assert browser.is_there(screen(Terminal()), {}) is True


def test_one_of_the_terminal_is_not_started(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("BROWSER", raising=False)
    monkeypatch.setattr(webbrowser, "get", lambda: webbrowser.GenericBrowser("false"))
    assert browser.show("https://example.com") is False


@pytest.mark.parametrize("error", [webbrowser.Error("none"), OSError("gone")])
def test_where_none_can_be_started_it_is_said_and_not_raised(
    monkeypatch: pytest.MonkeyPatch, error: Exception
) -> None:
    def none() -> None:
        raise error

    monkeypatch.setattr(webbrowser, "get", none)
    assert browser.show("https://example.com") is False
