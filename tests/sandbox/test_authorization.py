"""What AWS would look for in a policy is read from the request."""

from __future__ import annotations

import json
from typing import Any

import pytest

from opsctl.sandbox.authorization import allows, asks, policy, refusal

WHERE = "us-east-1:123456789012"
JSON = {"HTTP_X_AMZ_TARGET": "x"}


def asked(service: str, operation: str, words: dict[str, Any]) -> list[tuple[str, str]]:
    return asks(service, operation, JSON, json.dumps(words).encode(), WHERE)


def s3(operation: str, path: str, body: bytes = b"", **environ: str) -> list[tuple[str, str]]:
    return asks("s3", operation, {"PATH_INFO": path, **environ}, body, WHERE)


@pytest.mark.parametrize(
    ("service", "operation", "words", "resource"),
    [
        ("ecs", "DescribeServices", {"cluster": "c", "services": ["s"]}, "ecs:{}:service/c/s"),
        ("ecs", "UpdateService", {"cluster": "a/c", "service": "s"}, "ecs:{}:service/c/s"),
        ("dynamodb", "Query", {"TableName": "t"}, "dynamodb:{}:table/t"),
        ("dynamodb", "Query", {"TableName": "t", "IndexName": "i"}, "dynamodb:{}:table/t/index/i"),
        ("dynamodb", "BatchWriteItem", {"RequestItems": {"t": []}}, "dynamodb:{}:table/t"),
        ("cognito-idp", "ListUsers", {"UserPoolId": "p"}, "cognito-idp:{}:userpool/p"),
        ("ecr", "BatchGetImage", {"repositoryName": "r"}, "ecr:{}:repository/r"),
        ("secretsmanager", "PutSecretValue", {"SecretId": "n"},
         "secretsmanager:{}:secret:n-Ab12Cd"),
    ],
)  # fmt: skip
def test_the_resource_is_the_one_that_is_named(
    service: str, operation: str, words: dict[str, Any], resource: str
) -> None:
    ((action, arn),) = asked(service, operation, words)
    assert action == f"{service}:{operation}"
    assert arn == f"arn:aws:{resource.format(WHERE)}"


def test_without_a_name_any_resource_will_do() -> None:
    assert asked("dynamodb", "ListTables", {}) == [("dynamodb:ListTables", "")]
    assert asked("logs", "StopQuery", {"queryId": "1"}) == [("logs:StopQuery", "")]
    assert asked("sts", "GetCallerIdentity", {}) == []


def test_a_registration_passes_the_roles_that_it_names() -> None:
    words = {"family": "f", "containerDefinitions": [], "taskRoleArn": "arn:r"}
    assert asked("ecs", "RegisterTaskDefinition", words) == [
        ("ecs:RegisterTaskDefinition", f"arn:aws:ecs:{WHERE}:task-definition/f:1"),
        ("iam:PassRole", "arn:r"),
    ]


def test_a_restore_asks_for_every_right_to_write() -> None:
    found = asked("dynamodb", "RestoreTableFromBackup", {"TargetTableName": "n", "BackupArn": "b"})
    assert ("dynamodb:PutItem", f"arn:aws:dynamodb:{WHERE}:table/n") in found
    assert len(found) == 8


def test_a_version_of_an_object_is_an_action_of_its_own() -> None:
    assert s3("GetObject", "/b/k") == [("s3:GetObject", "arn:aws:s3:::b/k")]
    assert s3("GetObject", "/b/k", QUERY_STRING="versionId=1")[0][0] == "s3:GetObjectVersion"
    assert s3("DeleteObject", "/b/k", QUERY_STRING="versionId=1")[0][0] == "s3:DeleteObjectVersion"
    body = b"<Delete><Object><Key>k</Key><VersionId>1</VersionId></Object></Delete>"
    assert s3("DeleteObjects", "/b", body) == [("s3:DeleteObjectVersion", "arn:aws:s3:::b/k")]


def test_a_copy_reads_its_source_and_writes_its_target() -> None:
    assert s3("CopyObject", "/to/k", HTTP_X_AMZ_COPY_SOURCE="/from/a%20b?versionId=1") == [
        ("s3:GetObjectVersion", "arn:aws:s3:::from/a b"),
        ("s3:PutObject", "arn:aws:s3:::to/k"),
    ]


def test_a_statement_allows_what_it_matches_and_no_more() -> None:
    document = {"Statement": [{"Action": "s3:Get*", "Resource": ["arn:aws:s3:::b/images/*"]}]}
    assert allows(document, "s3:GetObject", "arn:aws:s3:::b/images/1")
    assert not allows(document, "s3:GetObject", "arn:aws:s3:::b/other")
    assert not allows(document, "s3:PutObject", "arn:aws:s3:::b/images/1")
    assert allows(document, "s3:GetObject", "")
    wanted = [("s3:GetObject", ""), ("s3:PutObject", "")]
    assert refusal(document, wanted) == ("s3:PutObject", "")
    assert refusal(document, wanted[:1]) is None


@pytest.mark.parametrize(
    "body", [b"[]", b"{}", b'{"Statement": [{"Effect": "Deny"}]}', b"nonsense"]
)
def test_what_is_no_policy_is_refused(body: bytes) -> None:
    with pytest.raises(ValueError):
        policy(body)
