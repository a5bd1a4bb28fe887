"""Rotate the Cognito client secret: facts in, plan out."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from rotations import ARN, app_client, client_secret, rotation_facts

from opsctl.aws import Aws
from opsctl.errors import BadConfig
from opsctl.plan import Do, undo_steps
from opsctl.procedures import rotate_client_secret
from opsctl.procedures.rotate_client_secret import Facts, Request, plan
from opsctl.targets import Target

REQUEST = Request("prod", "cognito_client_secret")


def facts(**changes: Any) -> Facts:
    found = replace(rotation_facts(), key="cognito_client_secret")
    return replace(Facts("pool", app_client(), found), **changes)


def calls(steps: Any) -> list[str]:
    return [it.call.method if isinstance(it, Do) else it.check.method for it in steps]


def test_the_second_secret_is_added_and_stored_in_one_step_and_proven_by_a_sign_in() -> None:
    made = plan(REQUEST, facts())
    assert calls(made.steps) == ["add_and_store", "restart", "deployment", "renewed", "accepts"]
    assert any("two secrets live" in note for note in made.notes)
    assert any("revoke-old" in it for it in made.next_commands)


def test_undo_and_failure_put_the_old_one_back_before_the_new_one_is_deleted() -> None:
    made = plan(REQUEST, facts())
    back = calls(undo_steps(made.steps))
    assert back == ["put_back", "restart", "deployment", "renewed", "keep_only"]
    assert calls(made.on_failure)[0] == "put_back"
    assert calls(made.on_failure)[-1] == "keep_only"
    first = made.on_failure[0]
    assert isinstance(first, Do)
    assert first.call.arguments["keep"] == "client--1"
    assert first.call.arguments["secret"] == ARN


def test_two_secrets_already_say_what_to_do() -> None:
    two = app_client(secrets=(client_secret(1), client_secret(2)))
    (it,) = plan(REQUEST, facts(client=two)).refusals
    assert "client--1" in it.reason
    assert "revoke-old cognito" in it.hint


def test_a_public_client_is_refused() -> None:
    (it,) = plan(REQUEST, facts(client=app_client(confidential=False, secrets=()))).refusals
    assert "public client" in it.reason


def test_no_step_rewrites_the_settings_of_the_client() -> None:
    made = plan(REQUEST, facts())
    assert not [it for it in calls((*made.steps, *made.on_failure)) if "update" in it]


def test_a_target_without_a_client_is_a_matter_of_configuration(target: Target) -> None:
    with pytest.raises(BadConfig, match="user_pool_client"):
        try:
            rotate_client_secret.pool_and_client(Aws(target))
        except BadConfig as error:
            raise BadConfig(error.hint) from error
