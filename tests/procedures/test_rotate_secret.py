"""Rotate a secret: facts in, plan out."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest
from rotations import ARN, rotation_facts

from opsctl.aws import Aws
from opsctl.aws.provider import Verdict
from opsctl.plan import Danger, Do, Wait, to_json, undo_steps
from opsctl.procedures import rotate_secret
from opsctl.procedures.rotate_secret import Facts, Request
from opsctl.sandbox.emulator import Emulator

REQUEST = Request("prod", "hf", "hf_api_key", version="v-2")


def facts(**changes: Any) -> Facts:
    return replace(Facts(rotation_facts(), is_there=False), **changes)


def calls(steps: Any) -> list[str]:
    return [it.call.method if isinstance(it, Do) else it.check.method for it in steps]


def test_a_new_value_is_written_tasks_restart_and_every_one_is_new() -> None:
    plan = rotate_secret.plan(REQUEST, facts())
    assert calls(plan.steps) == ["replace", "restart", "deployment", "renewed"]
    assert plan.danger is Danger.MODERATE
    assert plan.steps[0].call.arguments == {  # type: ignore[union-attr]
        "secret": ARN,
        "key": "hf_api_key",
        "version": "v-2",
        "replacing": "v-1",
    }
    assert plan.checks


def test_a_failure_puts_the_former_version_back_and_restarts_with_the_same_checks() -> None:
    plan = rotate_secret.plan(REQUEST, facts())
    back = plan.on_failure
    assert calls(back[:4]) == ["make_current", "restart", "deployment", "renewed"]
    assert back[4:] == plan.checks
    assert isinstance(back[0], Do)
    assert back[0].call.arguments == {"secret": ARN, "version": "v-1", "leaving": "v-2"}
    assert isinstance(back[0].undo[0], Do)
    assert isinstance(plan.steps[0], Do)
    assert back[0].undo[0].call == plan.steps[0].call


def test_the_undo_restores_the_former_version_and_restarts() -> None:
    plan = rotate_secret.plan(REQUEST, facts())
    assert calls(undo_steps(plan.steps)) == ["make_current", "restart", "deployment", "renewed"]


def test_a_value_that_is_there_and_serves_is_nothing_to_do() -> None:
    plan = rotate_secret.plan(REQUEST, facts(is_there=True))
    assert plan.steps == ()
    assert not plan.refusals


def test_a_value_that_is_there_but_not_served_yet_needs_only_the_restart() -> None:
    plan = rotate_secret.plan(REQUEST, facts(is_there=True, stale=2))
    assert calls(plan.steps) == ["restart", "deployment", "renewed"]
    assert plan.on_failure == ()
    assert any("2 tasks are older" in note for note in plan.notes)


@pytest.mark.parametrize(
    ("verdict", "note"),
    [
        (None, "--check"),
        (Verdict(None, "it does not answer"), "could not be asked"),
        (Verdict(True, "team"), "knows the new value (of team)"),
    ],
)
def test_what_the_provider_says_is_told(verdict: Verdict | None, note: str) -> None:
    plan = rotate_secret.plan(REQUEST, facts(verdict=verdict))
    assert any(note in it for it in plan.notes)
    assert not plan.refusals


def test_a_value_that_the_provider_does_not_know_is_refused() -> None:
    plan = rotate_secret.plan(REQUEST, facts(verdict=Verdict(False, "answered 401")))
    assert "does not accept" in plan.refusals[0].reason


def test_each_request_names_a_version_of_its_own() -> None:
    one, two = (Request("prod", "hf", "hf_api_key").version for _ in range(2))
    assert one != two
    assert 32 <= len(one) <= 64


def test_the_facts_of_the_sandbox_hold_no_value(local: Aws, emulator: Emulator) -> None:
    emulator.advance(5)
    local.secret_versions.offer("canary-value-1")
    request = Request("local", "hf", "hf_api_key")
    found = rotate_secret.gather(request, local)
    assert not found.is_there
    plan = rotate_secret.plan(request, found)
    assert not plan.refusals
    text = repr(found) + json.dumps([to_json(it) for it in (*plan.steps, *plan.on_failure)])
    assert "canary" not in text
    assert "hf_sandbox" not in text
    local.secret_versions.offer("hf_sandbox_0001")
    assert rotate_secret.gather(request, local).is_there
    assert isinstance(plan.steps[-1], Wait)
