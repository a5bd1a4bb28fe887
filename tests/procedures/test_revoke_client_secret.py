"""Revoke the old Cognito client secret: facts in, plan out."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from rotations import ARN, app_client, client_secret

from opsctl.plan import Danger, Do
from opsctl.procedures.revoke_client_secret import Facts, Request, plan

REQUEST = Request("prod", "cognito_client_secret")
TWO = app_client(secrets=(client_secret(1), client_secret(2)))


def facts(**changes: Any) -> Facts:
    made = Facts("pool", TWO, ARN, "v-2", ("web",), (), tasks=2)
    return replace(made, **changes)


def test_the_older_one_goes_after_a_sign_in_with_what_is_stored() -> None:
    made = plan(REQUEST, facts())
    assert [it.call.method for it in made.steps if isinstance(it, Do)] == ["accepts", "delete"]
    last = made.steps[-1]
    assert isinstance(last, Do)
    assert last.call.arguments["secret_id"] == "client--1"
    assert last.call.arguments["leaving"] == "client--2"
    assert (made.danger, made.subject) == (Danger.SEVERE, "image-caption-gen-prod")
    assert not made.refusals


def test_one_secret_is_nothing_to_do() -> None:
    assert plan(REQUEST, facts(client=app_client())).steps == ()


def test_a_task_that_may_run_with_the_old_one_is_a_reason_not_to() -> None:
    (it,) = plan(REQUEST, facts(old_tasks=("t-1",))).refusals
    assert "t-1" in it.reason
    assert "opsctl restart" in it.hint


def test_a_newer_one_that_is_not_what_is_stored_is_a_reason_not_to() -> None:
    (it,) = plan(REQUEST, facts(stored="", old_tasks=("t-1",))).refusals
    assert "cannot be shown" in it.reason


def test_a_pinned_version_is_a_reason_not_to() -> None:
    (it,) = plan(REQUEST, facts(pinned=("web:3",))).refusals
    assert "web:3 pins" in it.reason
