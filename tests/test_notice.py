"""Notices: what they say of a change, and what they never do."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from opsctl import errors, notice
from opsctl.notice import Change
from opsctl.outcome import StepStatus
from opsctl.plan import Call, Danger, Do, Manual, Plan

STEP = Do("Set 5", Call("ecs", "set_desired_count"))
PLAN = Plan("Scale the service from 2 to 5 tasks", (STEP,), Danger.MODERATE)
CHANGE = Change(
    env="prod",
    command="scale count",
    section="Scale the service",
    plan=PLAN,
    caller="arn:aws:sts::123456789012:assumed-role/Operator/ana@example.com",
    reason="sale day",
    run="20261126T192000Z-b9c5",
)
KEPT_OUT = Plan(
    "Disable alice and end every session",
    (Do("Disable alice", Call("cognito_users", "disable", {"sub": "alice"})),),
    Danger.MODERATE,
)


def test_before_it_says_what_where_who_and_why() -> None:
    it = notice.began(CHANGE)
    assert it.text.split("\n") == [
        "prod: Scale the service from 2 to 5 tasks: begins",
        "opsctl scale count (moderate) by ana",
        "reason: sale day",
        "opsctl history show 20261126T192000Z-b9c5 --env prod",
    ]
    assert it.subject == "[opsctl] prod: scale count: begins"
    assert it.attributes == {
        "env": "prod",
        "command": "scale count",
        "danger": "moderate",
        "status": "begins",
        "emergency": "false",
    }


@pytest.mark.parametrize(
    ("error", "status", "words"),
    [
        (None, "done", "done"),
        (errors.StepFailed("x"), "failed", "failed (exit 20)"),
        (errors.NotVerified("x"), "not_verified", "what must hold afterwards does not (exit 21)"),
        (errors.Interrupted("x"), "interrupted", "interrupted (exit 22)"),
        (errors.RolledBack("x"), "rolled_back", "the former release serves again (exit 23)"),
        (errors.TimedOut("x"), "timed_out", "AWS goes on with it (exit 24)"),
        (errors.NoAccess("x"), "refused", "before anything was changed (exit 11)"),
        (KeyboardInterrupt(), "cancelled", "before anything was changed"),
        (RuntimeError("alice"), "failed", "failed (exit 1)"),
    ],
)
def test_afterwards_it_says_how_it_ended(
    error: BaseException | None, status: str, words: str
) -> None:
    it = notice.ended(CHANGE, error, [])
    assert it.attributes["status"] == status
    assert words in it.text.split("\n")[0]


def test_what_was_taken_back_is_said() -> None:
    steps = [StepStatus("Set 5", "taken back")]
    it = notice.ended(CHANGE, errors.NotVerified("x"), steps)
    assert it.attributes["status"] == "taken_back"


def test_an_emergency_is_said() -> None:
    it = notice.began(replace(CHANGE, plan=replace(PLAN, emergency="in a freeze")))
    assert "EMERGENCY, in a freeze" in it.text
    assert it.attributes["emergency"] == "true"


def test_an_error_is_told_by_its_kind_and_not_by_its_words() -> None:
    it = notice.ended(CHANGE, errors.StepFailed("images/alice/1.jpg is held"), [])
    assert "alice" not in it.text


@pytest.mark.parametrize(
    ("gateway", "plain"),
    [
        ("ecs", True),
        ("secret_versions", True),
        ("cognito_users", False),
        ("erasure", False),
        ("waf", False),
        ("block_expiries", False),
        ("access_keys", False),
        ("object_restores", False),
        ("made_tomorrow", False),
    ],
)
def test_a_plan_about_a_person_or_an_address_is_told_by_its_section_only(
    gateway: str, plain: bool
) -> None:
    plan = replace(KEPT_OUT, steps=(STEP, Do("Disable alice", Call(gateway, "x"))))
    assert notice.is_plain(plan) is plain
    change = replace(CHANGE, plan=plan, section="Disable a user", reason="alice lost a laptop")
    it = notice.began(change)
    assert ("alice" in it.text + it.subject) is plain
    assert plain or "prod: Disable a user: begins" in it.text


def test_a_plan_of_words_for_a_human_is_told_by_its_section() -> None:
    assert not notice.is_plain(replace(PLAN, steps=(Manual("Call alice", "by telephone"),)))


def test_ctrl_c_after_a_step_is_an_interruption() -> None:
    it = notice.ended(CHANGE, KeyboardInterrupt(), [StepStatus("Set 5", "done")])
    assert it.attributes["status"] == "interrupted"


def test_a_pseudonym_and_what_follows_a_failure_make_a_plan_personal_too() -> None:
    assert not notice.is_plain(replace(PLAN, pseudonym="user-3fa9"))
    assert not notice.is_plain(replace(PLAN, on_failure=KEPT_OUT.steps))


@pytest.mark.parametrize(
    "address",
    ["203.0.113.7", "203.0.113.0/24", "2001:db8::1", "2001:db8::/32", "::1", "ana@example.com"],
)
def test_addresses_in_a_reason_are_taken_out(address: str) -> None:
    assert notice.cut(f"blocked ({address}) again").startswith("blocked")
    assert address not in notice.cut(f"because of {address}, again")
    assert notice.cut(f"because of {address} again") == "because of [address] again"


@pytest.mark.parametrize("text", ["release 1.2.3", "at 12:30", "note: a: b", "v10.2"])
def test_what_is_no_address_stays(text: str) -> None:
    assert notice.cut(text) == text


def test_a_long_reason_is_cut_and_is_one_line() -> None:
    assert notice.cut("a\n  b\tc") == "a b c"
    assert len(notice.cut("word " * 500)) == notice.LONGEST


@given(st.text(), st.text())
def test_no_reason_breaks_a_line_or_the_subject(reason: str, summary: str) -> None:
    it = notice.began(replace(CHANGE, reason=reason, plan=replace(PLAN, summary=summary)))
    assert len(it.text.splitlines()) <= 4
    assert it.subject.isascii()
    assert len(it.subject) <= 100


@pytest.mark.parametrize(
    ("caller", "name"),
    [
        ("arn:aws:iam::1:user/team/kim", "by kim"),
        ("arn:aws:iam::1:root", "by arn:aws:iam::1:root"),
        ("", "by somebody"),
    ],
)
def test_the_caller_is_told_by_name(caller: str, name: str) -> None:
    assert name in notice.began(replace(CHANGE, caller=caller)).text
