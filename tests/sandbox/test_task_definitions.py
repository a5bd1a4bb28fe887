"""Task definitions are found as ECS finds them."""

from __future__ import annotations

from typing import Any

import pytest

from opsctl.sandbox.refusals import Refused


def test_a_family_means_its_latest_active_revision(account: Any) -> None:
    first, second = account.definition("1.0.0"), account.definition("1.1.0")
    definitions = account.world.fleet.definitions
    family = first["family"]
    assert definitions.find(family) is second
    definitions.deregister(second["taskDefinitionArn"])
    assert definitions.find(family) is first
    assert definitions.find(f"{family}:2") is second


def test_a_revision_must_be_named_to_be_deregistered(account: Any) -> None:
    account.definition("1.0.0")
    with pytest.raises(Refused, match="Revision is missing"):
        account.world.fleet.definitions.deregister(account.world.names.family)


def test_what_was_registered_cannot_be_changed_from_outside(account: Any) -> None:
    request = account.request("1.0.0")
    made = account.world.fleet.definitions.register(request)
    request["containerDefinitions"][0]["name"] = "another"
    assert made["containerDefinitions"][0]["name"] == "app"


def test_fargate_needs_a_size(account: Any) -> None:
    request = account.request("1.0.0")
    del request["memory"]
    with pytest.raises(Refused, match="task-level CPU and memory"):
        account.world.fleet.definitions.register(request)


def test_only_an_active_revision_runs(account: Any) -> None:
    made = account.definition("1.0.0")
    definitions = account.world.fleet.definitions
    definitions.deregister(made["taskDefinitionArn"])
    with pytest.raises(Refused, match="TaskDefinition is inactive"):
        definitions.runnable(made["taskDefinitionArn"])
    with pytest.raises(Refused, match="TaskDefinition not found"):
        definitions.runnable("nobody:1")
