"""Rotate an access key: one stage for what there is."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

from rotations import WRITTEN

from opsctl.aws.access_keys import AccessKey
from opsctl.plan import Danger, Do, undo_steps
from opsctl.procedures.rotate_access_key import ROLES, Facts, Request, plan

REQUEST = Request("prod", "ci", to="key.ini")
OLD = AccessKey("AKIAOLD", True, WRITTEN, used=WRITTEN + timedelta(days=1), service="s3")
NEW = AccessKey(
    "AKIANEW",
    True,
    WRITTEN + timedelta(days=2),
    used=WRITTEN + timedelta(days=3),
    service="s3",
)


def calls(made: Any) -> list[str]:
    return [it.call.method for it in made.steps if isinstance(it, Do)]


def test_one_key_gets_a_second_and_the_undo_deletes_just_that() -> None:
    made = plan(REQUEST, Facts((OLD,)))
    assert calls(made) == ["create"]
    (back,) = undo_steps(made.steps)
    assert isinstance(back, Do)
    assert back.call.arguments == {"user": "ci", "keep": ["AKIAOLD"]}
    assert ROLES in made.notes
    assert not made.refusals


def test_a_key_that_nobody_would_see_is_not_made() -> None:
    (it,) = plan(replace(REQUEST, to=""), Facts((OLD,))).refusals
    assert it.override == "--to FILE"
    assert not plan(replace(REQUEST, to="", can_show=True), Facts((OLD,))).refusals


def test_a_second_key_in_use_switches_the_first_off_which_can_be_undone() -> None:
    made = plan(REQUEST, Facts((OLD, NEW)))
    assert calls(made) == ["set_status"]
    assert made.danger is Danger.MODERATE
    assert not made.refusals
    (back,) = undo_steps(made.steps)
    assert isinstance(back, Do)
    assert back.call.arguments["status"] == "Active"


def test_a_second_key_that_was_never_used_keeps_the_first_on() -> None:
    (it,) = plan(REQUEST, Facts((OLD, replace(NEW, used=None)))).refusals
    assert "never used" in it.reason


def test_a_first_key_used_after_the_second_stays_on_unless_told() -> None:
    busy = replace(OLD, used=WRITTEN + timedelta(days=9))
    (it,) = plan(REQUEST, Facts((busy, NEW))).refusals
    assert it.override == "--although-used"
    assert not plan(replace(REQUEST, although_used=True), Facts((busy, NEW))).refusals


def test_a_first_key_that_is_off_is_deleted_by_its_name() -> None:
    made = plan(REQUEST, Facts((replace(OLD, active=False), NEW)))
    assert calls(made) == ["delete_inactive"]
    assert (made.danger, made.subject) == (Danger.SEVERE, "AKIAOLD")


def test_the_only_active_key_is_never_taken_away() -> None:
    off = replace(NEW, active=False)
    assert plan(REQUEST, Facts((OLD, off))).refusals
    assert plan(REQUEST, Facts((replace(OLD, active=False), off))).refusals


def test_a_user_without_a_key_is_nothing_to_do() -> None:
    assert plan(REQUEST, Facts(())).steps == ()
