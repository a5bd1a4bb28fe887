"""Every action of the table is one of AWS's, on a resource that AWS takes for it.

Compared with the Service Authorization Reference, as the package policy-sentry carries it.
"""

from __future__ import annotations

import dataclasses
import functools
import re
from fnmatch import fnmatchcase

import botocore.session
import pytest
from policy_sentry.querying.actions import get_action_data
from samples import ACCOUNT

from opsctl.aws import permissions
from opsctl.aws.permissions import places
from opsctl.aws.permissions.actions import Grant
from opsctl.aws.permissions.grants import grants
from opsctl.aws.permissions.needs import Need, own_key, work
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
NOT_IN_THE_REFERENCE = {"ecs:ContinueServiceDeployment"}
"""Newer than the reference that the package carries."""
WIDER = {
    "logs:GetQueryResults": "an answer belongs to an id; older pages of AWS give it no resource",
    "cloudwatch:DescribeAlarms": "composite alarms are only shown to whom it is allowed anywhere",
    "cloudwatch:DescribeAlarmHistory": "a history is asked for without a name",
    "s3:ListJobs": "as the reference says",
}
"""Actions that are allowed anywhere although the reference knows a resource, and why."""


def reference(action: str) -> list[dict[str, object]]:
    service, _, name = action.partition(":")
    found = get_action_data(service, name)
    rows: list[dict[str, object]] = found[service] if found else []
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


@pytest.mark.parametrize("need", NEEDS, ids=lambda it: f"{it.name} {it.at} {it.serves}")
def test_an_operation_is_one_of_the_service(need: Need) -> None:
    assert need.operation in operations(need.service)


@pytest.mark.parametrize("grant", GRANTS, ids=lambda it: f"{it.action} {it.place}")
def test_an_action_is_one_of_aws(grant: Grant) -> None:
    if grant.action in NOT_IN_THE_REFERENCE:
        assert not reference(grant.action), "the reference knows it by now"
        return
    assert reference(grant.action)


@pytest.mark.parametrize("grant", GRANTS, ids=lambda it: f"{it.action} {it.place}")
def test_an_action_is_on_a_resource_that_it_takes(full: Target, grant: Grant) -> None:
    known = [str(it["resource_arn_format"]) for it in reference(grant.action)]
    if grant.action in NOT_IN_THE_REFERENCE:
        return
    if grant.place == places.ANYWHERE:
        assert "*" in known or grant.action in WIDER
        return
    forms = [re.sub(r"\$\{\w+\}", "*", each) for each in known if each != "*"]
    found = places.arns(grant.place, full, Given(keys=("1234",)))
    assert found
    for arn in found:
        assert any(fnmatchcase(arn, form) for form in forms), f"{arn} is none of {known}"


@pytest.mark.parametrize("grant", GRANTS, ids=lambda it: f"{it.action} {it.place}")
def test_a_condition_is_one_that_the_action_knows(full: Target, grant: Grant) -> None:
    from opsctl.aws.permissions.conditions import condition

    keys = {key for words in condition(grant.condition, full).values() for key in words}
    known = {str(key) for it in reference(grant.action) for key in it["condition_keys"]}  # type: ignore[attr-defined]
    assert keys <= known


def test_what_everybody_may_needs_nothing() -> None:
    assert grants(work("sts", "GetCallerIdentity")[0]) == ()


def test_keys_of_ones_own_are_only_used_through_their_service() -> None:
    (need,) = own_key("secretsmanager", "Decrypt")
    assert grants(need) == (Grant("kms:Decrypt", "own keys", "via secretsmanager"),)


def test_another_thing_of_the_same_service_is_another_place() -> None:
    (need,) = work("secretsmanager", "GetSecretValue", "smoke secret")
    assert grants(need) == (Grant("secretsmanager:GetSecretValue", "smoke secret"),)
