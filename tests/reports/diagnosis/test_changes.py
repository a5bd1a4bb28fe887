"""A finding is told with the change that it began after, where that change can be the reason."""

from __future__ import annotations

from dataclasses import replace

import pytest
from ill import ago, well

from opsctl.reports.diagnosis.changes import Change, correlated
from opsctl.reports.diagnosis.finding import Finding, Rule

FOUND = Finding("critical", "errors", (), "", "opsctl logs search ERROR", onset=ago(10))
RULE = Rule("errors", 1, lambda _: FOUND, blames=frozenset({"deployment", "secret"}))
RELEASE = Change(ago(12), "deployment", "the deployment of revision 7", "opsctl rollback")


def test_the_deployment_before_it_is_named_with_what_takes_it_back() -> None:
    found = correlated(FOUND, RULE, [RELEASE], well())
    assert found.after == "began 2 min after the deployment of revision 7 (02:48:00 UTC)"
    assert found.next_command == "opsctl rollback"


def test_the_last_change_before_it_counts() -> None:
    secret = Change(ago(10.5), "secret", "a new value of s", "opsctl secrets list")
    found = correlated(FOUND, RULE, [RELEASE, secret], well())
    assert found.after.startswith("began 30 s after a new value")
    assert found.next_command == "opsctl secrets list"


def test_a_change_within_the_same_minute_came_with_it() -> None:
    found = correlated(FOUND, RULE, [replace(RELEASE, at=ago(9.5))], well())
    assert found.after.startswith("began with the deployment")


@pytest.mark.parametrize(
    "change",
    [
        replace(RELEASE, at=ago(26)),
        replace(RELEASE, at=ago(8)),
        replace(RELEASE, kind="scaling"),
    ],
)
def test_a_change_too_early_too_late_or_of_another_kind_is_not_blamed(change: Change) -> None:
    assert correlated(FOUND, RULE, [change], well()) == FOUND


def test_what_has_no_beginning_comes_after_nothing() -> None:
    timeless = replace(FOUND, onset=None)
    assert correlated(timeless, RULE, [RELEASE], well()) == timeless


def test_a_change_that_nothing_takes_back_leaves_the_command() -> None:
    found = correlated(FOUND, RULE, [replace(RELEASE, mend="")], well())
    assert found.after
    assert found.next_command == FOUND.next_command


def test_what_is_over_needs_nothing_taken_back() -> None:
    found = correlated(replace(FOUND, severity="notice"), RULE, [RELEASE], well())
    assert found.after
    assert found.next_command == FOUND.next_command
