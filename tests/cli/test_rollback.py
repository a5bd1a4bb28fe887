"""`opsctl rollback`: words into a request, and the list of releases."""

from __future__ import annotations

import pytest
from asked import Asked

from opsctl.aws import Aws
from opsctl.cli.rollback import _listed
from opsctl.plan import Danger
from opsctl.procedures.rollback import Request
from opsctl.reports import releases
from opsctl.terminal import layout


@pytest.mark.parametrize(("words", "to"), [((), ""), (("--to", "12"), "12")])
def test_a_revision_may_be_named(asked: Asked, words: tuple[str, ...], to: str) -> None:
    assert asked("rollback", *words, "-e", "local") == 0
    assert asked.last == ("rollback", Request("local", to, 1200.0), Danger.MODERATE)


def test_the_list_is_a_report_and_runs_nothing(asked: Asked) -> None:
    assert asked("rollback", "--list", "-e", "local") == 0
    assert asked.requests == []
    assert asked.reports == ["rollback"]


def test_a_list_and_a_revision_exclude_each_other(asked: Asked) -> None:
    assert asked("rollback", "--list", "--to", "12", "-e", "local") == 2


def test_an_empty_revision_is_none_and_not_the_last_one(asked: Asked) -> None:
    """`--to "$REVISION"` with a variable that is not set."""
    assert asked("rollback", "--to", "", "-e", "local") == 2
    assert asked("rollback", "--to", " ", "-e", "local") == 2
    assert asked.requests == []


def test_the_list_marks_the_live_release_and_where_a_rollback_goes(local: Aws) -> None:
    lines = list(layout.lines(_listed(releases.gather(local)), colour=False))
    assert "image-caption-gen:1.2.0" in lines[1]
    assert "live" in lines[1]
    assert "rollback goes here" in lines[2]


def test_a_service_without_history_says_so(local: Aws) -> None:
    assert "no deployment" in str(_listed(()))
