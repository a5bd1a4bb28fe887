"""Requests are told apart by service and operation, whatever protocol they speak."""

from __future__ import annotations

import contextlib
from typing import Any

import pytest
from botocore.exceptions import ClientError

from opsctl.sandbox.calls import CALLS_KEPT, Asked, Calls, asked

CALLS: list[tuple[str, str, dict[str, Any]]] = [
    ("ecs", "ListClusters", {}),
    ("sts", "GetCallerIdentity", {}),
    ("elbv2", "DescribeTargetGroups", {}),
    ("s3", "ListBuckets", {}),
    ("s3", "PutObject", {"Bucket": "b", "Key": "a/b c", "Body": b"x"}),
    ("s3", "ListObjectVersions", {"Bucket": "b"}),
    ("s3", "DeleteObjects", {"Bucket": "b", "Delete": {"Objects": [{"Key": "k"}]}}),
    ("dynamodb", "ListTables", {}),
    ("cloudwatch", "DescribeAlarms", {}),
    ("logs", "DescribeLogGroups", {}),
    ("application-autoscaling", "DescribeScalableTargets", {"ServiceNamespace": "ecs"}),
    ("cognito-idp", "ListUserPools", {"MaxResults": 1}),
    ("iam", "ListUsers", {}),
]


def snake(name: str) -> str:
    from botocore import xform_name

    return str(xform_name(name))


def test_each_call_is_recorded_by_service_and_operation(account: Any) -> None:
    for service, operation, arguments in CALLS:
        with contextlib.suppress(ClientError):
            getattr(account.client(service), snake(operation))(**arguments)
    listed = account.front.calls.listed()
    assert [(it["service"], it["operation"]) for it in listed] == [it[:2] for it in CALLS]
    assert {it["access_key"] for it in listed} == {"test"}
    assert all(it["took"] >= 0 and it["status"] >= 200 for it in listed)


def test_an_unsigned_call_of_cognito_is_known(account: Any) -> None:
    environ = {
        "HTTP_X_AMZ_TARGET": "AWSCognitoIdentityProviderService.InitiateAuth",
        "PATH_INFO": "/",
        "REQUEST_METHOD": "POST",
    }
    assert asked(environ, b"") == Asked("cognito-idp", "InitiateAuth", "", "")


def test_what_cannot_be_told_is_shown_as_it_came() -> None:
    environ = {"PATH_INFO": "/what", "REQUEST_METHOD": "BREW", "CONTENT_TYPE": ""}
    assert asked(environ, b"").operation == "BREW /what"


def test_the_record_is_bounded_and_can_be_cleared() -> None:
    calls = Calls()
    for _ in range(CALLS_KEPT + 3):
        calls.add(Asked("ecs", "ListClusters", "k", "r"), 200, 0.0)
    assert len(calls.listed()) == CALLS_KEPT
    calls.clear()
    assert calls.listed() == []


@pytest.mark.parametrize("service", ["ecs", "s3"])
def test_a_failed_call_is_recorded_with_its_status(account: Any, service: str) -> None:
    client = account.client(service)
    call = client.describe_tasks if service == "ecs" else client.list_objects_v2
    with pytest.raises(ClientError):
        call(**({"tasks": []} if service == "ecs" else {"Bucket": "nobody"}))
    assert account.front.calls.listed()[-1]["status"] >= 400
