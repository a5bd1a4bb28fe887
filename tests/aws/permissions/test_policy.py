"""A policy is the least one, reads well, and is the same text each time."""

from __future__ import annotations

import dataclasses
import json
import random
import re
from collections.abc import Iterator

from opsctl.aws import permissions
from opsctl.aws.permissions import policy
from opsctl.aws.permissions.needs import check, own_key, undo, work
from opsctl.aws.permissions.places import Given
from opsctl.targets import Target

NONE = Given()


def sids(made: policy.Policy) -> list[str]:
    return [it["Sid"] for it in made.document["Statement"]]


def test_what_changes_what_looks_what_undoes_and_what_checks_stand_apart(target: Target) -> None:
    needs = (
        *check("iam", "GetRole"),
        *undo("secretsmanager", "UpdateSecretVersionStage"),
        *work("ecs", "UpdateService DescribeServices"),
    )
    made = policy.of(needs, target, NONE)
    assert sids(made) == ["ChangeService", "LookService", "UndoSecret", "CheckRoles"]


def test_what_is_needed_is_not_told_again_as_a_check(target: Target) -> None:
    made = policy.of((*check("ecs", "ListTasks"), *work("ecs", "ListTasks")), target, NONE)
    assert sids(made) == ["LookAnywhereOfTheCluster"]
    (statement,) = made.document["Statement"]
    assert statement["Resource"] == ["*"]
    assert list(statement["Condition"]) == ["ArnEquals"]


def test_actions_on_the_same_places_are_one_statement(target: Target) -> None:
    made = policy.of(work("cognito-idp", "ListUsers AdminGetUser"), target, NONE)
    (statement,) = made.document["Statement"]
    assert statement["Action"] == ["cognito-idp:AdminGetUser", "cognito-idp:ListUsers"]


def test_a_resource_that_another_one_covers_is_left_away(target: Target) -> None:
    needs = (*work("ecs", "DescribeServices"), *work("ecs", "DescribeServices", "services"))
    (statement,) = policy.of(needs, target, NONE).document["Statement"]
    assert [arn.rpartition("/")[2] for arn in statement["Resource"]] == ["*"]


def test_reads_only_holds_no_change_and_no_undo(target: Target) -> None:
    needs = (*work("ecs", "UpdateService DescribeServices"), *undo("ecs", "DescribeServices"))
    made = policy.of(needs, target, NONE, reads_only=True)
    assert made.actions == {"ecs:DescribeServices"}


def test_a_key_of_ones_own_is_only_there_when_it_is_named(target: Target) -> None:
    needs = own_key("secretsmanager", "Decrypt")
    assert policy.of(needs, target, NONE).document["Statement"] == []
    (statement,) = policy.of(needs, target, Given(keys=("12ab",))).document["Statement"]
    assert statement["Action"] == ["kms:Decrypt"]
    assert "kms:ViaService" in statement["Condition"]["StringEquals"]


def test_what_is_not_configured_is_left_out_and_told(target: Target) -> None:
    made = policy.of(work("s3", "ListObjectVersions", "backup bucket"), target, NONE)
    assert made.document["Statement"] == []
    assert made.left_out == ("backup bucket",)


def test_the_order_of_commands_does_not_matter(target: Target) -> None:
    rows = list(permissions.table())
    made = json.dumps(permissions.policy_of(rows, target).document)
    random.Random(7).shuffle(rows)
    assert json.dumps(permissions.policy_of(rows, target).document) == made


def policy_faults(row: str, target: Target) -> Iterator[str]:
    """Why IAM would refuse the policy of a row."""
    made = permissions.policy_of([row], target, Given(keys=("12ab",)))
    if len(sids(made)) != len(set(sids(made))):
        yield f"{row}: two statements share a Sid: {sids(made)}"
    if row != "undo" and made.size > policy.MANAGED_POLICY_LIMIT:
        yield f"{row}: {made.size} characters"
    for it in made.document["Statement"]:
        if not re.fullmatch("[A-Za-z0-9]+", it["Sid"]):
            yield f"{row}: {it['Sid']} is no Sid"
        if not it["Action"] or not it["Resource"]:
            yield f"{row}: {it['Sid']} allows nothing"
        yield from (f"{row}: {each} is too wide" for each in it["Action"] if "*" in each)


def test_the_policy_of_every_row_is_one_that_iam_takes(target: Target) -> None:
    full = dataclasses.replace(target, backup_bucket="copies", state="s3://ops/opsctl")
    faults = [fault for row in permissions.table() for fault in policy_faults(row, full)]
    assert not faults, "\n".join(faults)
