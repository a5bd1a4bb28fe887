"""The end of a command: an exit code for every error, and one document for `-o json`."""

from __future__ import annotations

import io
import json
import os
from dataclasses import dataclass, field

import pytest

from opsctl import errors
from opsctl.outcome import Outcome
from opsctl.plan import Plan
from opsctl.terminal.ending import finish, outcome_of
from opsctl.terminal.screen import Screen


@dataclass
class Paper:
    """Both streams, as what was written to them."""

    out: io.StringIO = field(default_factory=io.StringIO)
    err: io.StringIO = field(default_factory=io.StringIO)

    @property
    def screen(self) -> Screen:
        return Screen(stdout=self.out, stderr=self.err, environ={})


@pytest.fixture
def paper() -> Paper:
    return Paper()


@pytest.mark.parametrize("kind", errors.documented())
def test_every_error_ends_with_its_own_code(kind: type[errors.OpsctlError], paper: Paper) -> None:
    outcome = outcome_of(kind("it happened"), "restart")
    code = finish(outcome, screen=paper.screen, target=None, output="text")
    assert code == kind.code
    assert "Error: it happened" in paper.err.getvalue()
    assert paper.out.getvalue() == ""


def test_something_unforeseen_is_called_a_bug_and_ends_with_1(paper: Paper) -> None:
    outcome = outcome_of(KeyError("cluster"), "restart")
    assert finish(outcome, screen=paper.screen, target=None, output="text") == 1
    said = paper.err.getvalue()
    assert "a bug in opsctl: KeyError: 'cluster'" in said
    assert "--debug" in said
    assert "Traceback" not in said


def test_ctrl_c_before_anything_ends_with_130(paper: Paper) -> None:
    outcome = outcome_of(KeyboardInterrupt(), "restart")
    assert finish(outcome, screen=paper.screen, target=None, output="text") == 130
    assert "nothing was changed" in paper.err.getvalue()


@pytest.mark.parametrize("error", [errors.NoAccess("no"), KeyError("x"), KeyboardInterrupt()])
def test_json_is_one_document_on_failure_too(error: BaseException, paper: Paper) -> None:
    outcome = outcome_of(error, "restart")
    code = finish(outcome, screen=paper.screen, target=None, output="json")
    made = json.loads(paper.out.getvalue())
    assert made["exit_code"] == code
    assert made["error"]["message"]
    assert "Error: " in paper.err.getvalue()


def test_json_of_a_success_says_nothing_on_standard_error(paper: Paper) -> None:
    finish(Outcome("status", "done"), screen=paper.screen, target=None, output="json")
    assert json.loads(paper.out.getvalue())["status"] == "done"
    assert paper.err.getvalue() == ""


def test_the_answer_of_a_report_goes_to_standard_output(paper: Paper) -> None:
    outcome = Outcome("status", "unhealthy", 30)
    code = finish(
        outcome, screen=paper.screen, target=None, output="text", answer=["2 of 3 tasks run"]
    )
    assert (code, paper.out.getvalue()) == (30, "2 of 3 tasks run\n")


def test_a_reader_that_has_gone_keeps_the_exit_code_and_gets_no_complaint(paper: Paper) -> None:
    reading, writing = os.pipe()
    os.close(reading)
    with os.fdopen(writing, "w") as pipe:
        screen = Screen(stdout=pipe, stderr=paper.err, environ={})
        outcome = Outcome("scale", "nothing_to_do", plan=Plan("3 run already"))
        assert finish(outcome, screen=screen, target=None, output="text") == 0
    assert paper.err.getvalue() == ""


@pytest.mark.parametrize(("code", "ends"), [(0, 1), (30, 30)])
@pytest.mark.parametrize("output", ["text", "json"])
def test_an_answer_that_cannot_be_written_says_so_and_is_no_success(
    paper: Paper, output: str, code: int, ends: int
) -> None:
    # Open for reading only, as a full disk is to be had everywhere.
    with os.fdopen(os.open(os.devnull, os.O_RDONLY), "w") as unwritable:
        screen = Screen(stdout=unwritable, stderr=paper.err, environ={})
        outcome = Outcome("status", "done", code)
        made = finish(outcome, screen=screen, target=None, output=output, answer=["fine"])
    assert made == ends
    assert "The answer could not be written: Bad file descriptor." in paper.err.getvalue()


def test_a_stream_ends_with_its_failure_on_one_line(paper: Paper) -> None:
    outcome = outcome_of(errors.NoAccess("not allowed"), "security events")
    code = finish(outcome, screen=paper.screen, target=None, output="lines")
    (line,) = paper.out.getvalue().splitlines()
    assert json.loads(line)["error"]["message"] == "not allowed"
    assert code == errors.NoAccess.code
