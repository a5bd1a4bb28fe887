"""What a saved plan would do: actions, what is lost, what is interrupted, and never a value."""

from __future__ import annotations

from typing import Any

import pytest

from opsctl.aws import terraform_plans
from opsctl.aws.terraform_plans import Planned


def entry(kind: str, *actions: str, before: Any = None, after: Any = None) -> dict[str, Any]:
    return {
        "address": f"{kind}.it",
        "mode": "managed",
        "type": kind,
        "name": "it",
        "change": {"actions": [*actions], "before": before, "after": after},
    }


def planned(*entries: dict[str, Any]) -> Planned:
    return Planned("d", terraform_plans.changes({"resource_changes": [*entries]}))


def test_reads_and_what_stays_are_no_changes() -> None:
    data = {**entry("aws_caller_identity", "read"), "mode": "data"}
    assert planned(entry("aws_lb", "no-op"), data, entry("aws_lb", "read")).changes == ()


def test_each_action_is_counted() -> None:
    it = planned(
        entry("aws_ecs_task_definition", "create", "delete"),
        entry("aws_ecs_service", "update"),
        entry("aws_cloudwatch_dashboard", "create"),
        entry("aws_cloudwatch_metric_alarm", "delete"),
    )
    assert it.summary == "1 to create, 1 to change, 1 to replace, 1 to destroy"
    assert [each.address for each in it.severe] == ["aws_cloudwatch_metric_alarm.it"]


@pytest.mark.parametrize(
    "kind",
    [
        "aws_s3_bucket",
        "aws_dynamodb_table",
        "aws_cognito_user_pool",
        "aws_cognito_user_pool_client",
        "aws_secretsmanager_secret",
        "aws_secretsmanager_secret_version",
        "aws_kms_key",
        "aws_ecr_repository",
    ],
)
def test_what_holds_data_is_lost_when_it_is_made_anew(kind: str) -> None:
    assert planned(entry(kind, "delete", "create")).severe
    assert planned(entry(kind, "delete", "create")).changes[0].loses
    assert not planned(entry(kind, "update")).severe


def test_settings_of_a_bucket_are_made_anew_without_loss() -> None:
    assert not planned(entry("aws_s3_bucket_lifecycle_configuration", "delete", "create")).severe


@pytest.mark.parametrize("kind", ["aws_ecs_service", "aws_lb", "aws_ecs_cluster", "aws_vpc"])
def test_what_serves_is_gone_while_it_is_made_anew(kind: str) -> None:
    (it,) = planned(entry(kind, "delete", "create")).severe
    assert it.interrupts
    assert not it.loses


def test_a_stand_in_counts_as_what_it_is_called() -> None:
    stand_in = {**entry("terraform_data", "delete"), "name": "aws_dynamodb_table"}
    (it,) = planned(stand_in).changes
    assert (it.kind, it.loses, it.releases) == ("aws_dynamodb_table", True, False)


def test_names_of_attributes_are_told_and_no_value() -> None:
    before = {"secret_string": "hunter1", "same": 1, "image": "a"}
    after = {"secret_string": "hunter2", "same": 1, "image": "b"}
    it = planned(entry("aws_ecs_service", "update", before=before, after=after))
    assert it.changes[0].attributes == ("image", "secret_string")
    assert "hunter" not in repr(it)


def test_drift_is_what_changed_outside() -> None:
    document = {
        "resource_drift": [
            entry("aws_ecs_service", "update", before={"tags": 1}, after={"tags": 2}),
            entry("aws_lb", "no-op"),
        ]
    }
    (it,) = terraform_plans.drifted(document)
    assert (it.address, it.attributes) == ("aws_ecs_service.it", ("tags",))
