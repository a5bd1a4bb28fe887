"""Every action of the table is one of AWS's, on a resource that AWS takes for it.

Compared with the Service Authorization Reference, as the package policy-sentry carries it.
"""

from __future__ import annotations

import dataclasses
import functools
import re
from collections.abc import Iterator
from fnmatch import fnmatchcase
from typing import Any

import botocore.session
import pytest
from policy_sentry.querying.actions import get_action_data
from samples import ACCOUNT

from opsctl.aws import permissions
from opsctl.aws.permissions import places
from opsctl.aws.permissions.actions import Grant
from opsctl.aws.permissions.conditions import condition
from opsctl.aws.permissions.grants import grants
from opsctl.aws.permissions.needs import own_key, work
from opsctl.aws.permissions.places import Given
from opsctl.targets import Target

NEEDS = sorted(
    {
        need
        for row in permissions.table().values()
        for need in (
            *row.needs,
            *permissions.records({"writes"}),
            *permissions.notices(("restart", "doctor")),
        )
    },
    key=lambda it: (it.name, it.at, it.serves),
)
GRANTS = sorted({grant for need in NEEDS for grant in grants(need)})
ACTIONS = sorted({it.action for it in GRANTS})
NOT_IN_THE_REFERENCE = {"ecs:ContinueServiceDeployment"}
"""Newer than the reference that the package carries."""
WIDER = {
    "logs:GetQueryResults": "an answer belongs to an id; older pages of AWS give it no resource",
    "cloudwatch:DescribeAlarms": "composite alarms are only shown to whom it is allowed anywhere",
    "cloudwatch:DescribeAlarmHistory": "a history is asked for without a name",
    "s3:ListJobs": "as the reference says",
}
"""Actions that are allowed anywhere although the reference knows a resource, and why."""


@functools.cache
def reference(action: str) -> list[dict[str, Any]]:
    service, _, name = action.partition(":")
    found = get_action_data(service, name)
    rows: list[dict[str, Any]] = found[service] if found else []
    return rows


@functools.cache
def operations(service: str) -> frozenset[str]:
    return frozenset(botocore.session.get_session().get_service_model(service).operation_names)


@pytest.fixture
def full(target: Target) -> Target:
    """A target in which everything is named."""
    return dataclasses.replace(
        target,
        backup_bucket="copies",
        backup_role=f"arn:aws:iam::{ACCOUNT}:role/copies",
        certificate_key="alias/erasure",
        notify=("slack:webhook", f"sns:arn:aws:sns:eu-west-1:{ACCOUNT}:changes"),
        smoke_secret="smoke",
        state="s3://ops/opsctl",
        user_pool="eu-west-1_abcdefghi",
    )


def test_every_operation_is_one_of_its_service() -> None:
    faults = [it.name for it in NEEDS if it.operation not in operations(it.service)]
    assert not faults, "\n".join(faults)


def test_every_action_is_one_of_aws() -> None:
    faults = [
        f"{action} is not in the reference"
        for action in ACTIONS
        if action not in NOT_IN_THE_REFERENCE and not reference(action)
    ]
    faults += [f"{it} is in it by now" for it in NOT_IN_THE_REFERENCE if reference(it)]
    assert not faults, "\n".join(faults)


def resource_faults(grant: Grant, target: Target) -> Iterator[str]:
    """What is wrong with the resources that an action is allowed on."""
    what = f"{grant.action} on {grant.place}"
    known = [str(it["resource_arn_format"]) for it in reference(grant.action)]
    if grant.place == places.ANYWHERE:
        if "*" not in known and grant.action not in WIDER:
            yield f"{what}: it can be limited to one of {known}"
        return
    forms = [re.sub(r"\$\{\w+\}", "*", each) for each in known if each != "*"]
    found = places.arns(grant.place, target, Given(keys=("1234",)))
    if not found:
        yield f"{what}: no resource"
    for arn in found:
        if not any(fnmatchcase(arn, form) for form in forms):
            yield f"{what}: {arn} is none of {known}"


def test_every_action_is_on_a_resource_that_it_takes(full: Target) -> None:
    faults = [
        fault
        for grant in GRANTS
        if grant.action not in NOT_IN_THE_REFERENCE
        for fault in resource_faults(grant, full)
    ]
    assert not faults, "\n".join(faults)


def test_every_condition_is_one_that_the_action_knows(full: Target) -> None:
    faults = []
    for grant in GRANTS:
        keys = {key for words in condition(grant.condition, full).values() for key in words}
        known = {str(key) for it in reference(grant.action) for key in it["condition_keys"]}
        faults += [f"{grant.action} on {grant.place}: {key}" for key in sorted(keys - known)]
    assert not faults, "\n".join(faults)


def test_what_everybody_may_needs_nothing() -> None:
    assert grants(work("sts", "GetCallerIdentity")[0]) == ()


def test_keys_of_ones_own_are_only_used_through_their_service() -> None:
    (need,) = own_key("secretsmanager", "Decrypt")
    assert grants(need) == (Grant("kms:Decrypt", "own keys", "via secretsmanager"),)


def test_another_thing_of_the_same_service_is_another_place() -> None:
    (need,) = work("secretsmanager", "GetSecretValue", "smoke secret")
    assert grants(need) == (Grant("secretsmanager:GetSecretValue", "smoke secret"),)
