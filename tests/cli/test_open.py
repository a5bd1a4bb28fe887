"""`opsctl open`: the address, and a browser only where somebody sits before one."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

Program = Callable[..., subprocess.CompletedProcess[str]]
FILE = '[env.prod]\naccount = "123456789012"\nregion = "eu-west-1"\n'
DASHBOARD = (
    "https://eu-west-1.console.aws.amazon.com/cloudwatch/home?region=eu-west-1"
    "#dashboards/dashboard/image-caption-gen-prod"
)


def browser(home: Path) -> dict[str, str]:
    """A desktop whose browser writes down what it is to show."""
    script = home / "browser"
    script.write_text(f'#!/bin/sh\necho "$1" >> {home}/shown\n')
    script.chmod(0o755)
    return {"DISPLAY": ":0", "BROWSER": f"{script} %s", "SSH_CONNECTION": ""}


def test_off_a_terminal_it_prints_the_address_and_nothing_else(
    program: Program, home: Path
) -> None:
    (home / "opsctl.toml").write_text(FILE)
    ran = program("open", "dashboard", "-e", "prod", **browser(home))
    assert (ran.returncode, ran.stdout, ran.stderr) == (0, f"{DASHBOARD}\n", "")
    assert not (home / "shown").exists()
    document = json.loads(program("open", "dashboard", "-e", "prod", "-o", "json").stdout)
    assert document["result"] == {"url": DASHBOARD, "opened": False}


def test_at_a_terminal_of_a_desktop_it_opens_the_browser(
    terminal: Any, home: Path, monkeypatch: Any
) -> None:
    (home / "opsctl.toml").write_text(FILE)
    for name, value in browser(home).items():
        monkeypatch.setenv(name, value)
    played = terminal(["open", "dashboard", "-e", "prod"], [])
    assert played.code == 0, played
    assert DASHBOARD in played.screen
    assert "Sign in to account 123456789012" in played.screen
    assert (home / "shown").read_text() == f"{DASHBOARD}\n"


def test_a_browser_that_cannot_be_started_is_no_failure(
    terminal: Any, home: Path, monkeypatch: Any
) -> None:
    (home / "opsctl.toml").write_text(FILE)
    for name, value in {**browser(home), "BROWSER": "/no/such/browser %s"}.items():
        monkeypatch.setenv(name, value)
    played = terminal(["open", "dashboard", "-e", "prod"], [])
    assert played.code == 0, played
    assert DASHBOARD in played.screen


def test_another_word_is_a_usage_error_that_names_those_there_are(program: Program) -> None:
    ran = program("open", "runbook", "-e", "local")
    assert ran.returncode == 2
    assert "'dashboard', 'app', 'logs', 'service'" in ran.stderr
