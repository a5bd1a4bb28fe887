"""The pager: only for what is long, only at a terminal, and whichever the operator wants."""

from __future__ import annotations

import io
from pathlib import Path

import pytest

from opsctl.terminal import pager
from opsctl.terminal.screen import Stream

LONG = "line\n" * 500


class Terminal(io.StringIO):
    """A file that says that it is a terminal."""

    def isatty(self) -> bool:
        return True


@pytest.fixture
def script(tmp_path: Path) -> Path:
    """A pager that writes down what it gets, and its settings."""
    path = tmp_path / "pager"
    path.write_text(f"#!/bin/sh\necho LESS=$LESS > {tmp_path}/seen\ncat >> {tmp_path}/seen\n")
    path.chmod(0o755)
    return path


def shown(text: str, environ: dict[str, str], *, wanted: bool = True, is_live: bool = True) -> str:
    file = Terminal() if is_live else io.StringIO()
    stream = Stream(file, {"TERM": "xterm"}, no_color=True)
    pager.show(stream, text, {"PATH": "/usr/bin:/bin", **environ}, wanted=wanted)
    return file.getvalue()


@pytest.mark.process
def test_what_is_long_goes_through_the_pager(script: Path) -> None:
    assert shown(LONG, {"PAGER": f"{script} -x"}) == ""
    seen = (script.parent / "seen").read_text()
    assert seen == f"LESS=FRX\n{LONG}"


@pytest.mark.process
def test_the_operators_own_settings_of_less_count(script: Path) -> None:
    shown(LONG, {"PAGER": str(script), "LESS": "iM"})
    assert (script.parent / "seen").read_text().startswith("LESS=iM\n")


def test_what_is_short_does_not(script: Path) -> None:
    assert shown("one line\n", {"PAGER": str(script)}) == "one line\n"
    assert not (script.parent / "seen").exists()


def test_off_a_terminal_or_unwanted_there_is_none(script: Path) -> None:
    environ = {"PAGER": str(script)}
    assert shown(LONG, environ, is_live=False) == LONG
    assert shown(LONG, environ, wanted=False) == LONG
    assert not (script.parent / "seen").exists()


@pytest.mark.parametrize("named", ["", "cat", "no-such-pager", "half 'a quote", "/etc/passwd"])
def test_where_there_is_no_pager_the_text_is_written(named: str) -> None:
    assert shown(LONG, {"PAGER": named}) == LONG


@pytest.mark.process
def test_a_pager_that_is_left_early_is_no_error(tmp_path: Path) -> None:
    path = tmp_path / "quits"
    path.write_text("#!/bin/sh\nexit 0\n")
    path.chmod(0o755)
    assert shown(LONG * 1000, {"PAGER": str(path)}) == ""
