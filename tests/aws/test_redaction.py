"""No secret in what --debug shows or in what a message quotes."""

import json
from collections.abc import Callable
from typing import Any

import botocore.session
import pytest

from opsctl.aws import Aws, failures, redaction

CANARY = "canary-4f1d9b"
CALLS: list[tuple[str, str, dict[str, Any]]] = [
    ("secretsmanager", "PutSecretValue", {"SecretId": "s", "SecretString": CANARY}),
    ("secretsmanager", "PutSecretValue", {"SecretId": "s", "SecretBinary": CANARY.encode()}),
    ("secretsmanager", "CreateSecret", {"Name": "s", "SecretString": CANARY}),
    (
        "cognito-idp",
        "AdminSetUserPassword",
        {"UserPoolId": "eu-west-1_a", "Username": "ana", "Password": CANARY, "Permanent": True},
    ),
    (
        "cognito-idp",
        "AdminInitiateAuth",
        {
            "UserPoolId": "eu-west-1_a",
            "ClientId": "c",
            "AuthFlow": "ADMIN_USER_PASSWORD_AUTH",
            "AuthParameters": {"USERNAME": "ana", "PASSWORD": CANARY},
        },
    ),
    (
        "cognito-idp",
        "AddUserPoolClientSecret",
        {"UserPoolId": "eu-west-1_a", "ClientId": "c", "ClientSecret": CANARY},
    ),
    (
        "ecs",
        "RegisterTaskDefinition",
        {
            "family": "f",
            "containerDefinitions": [{"environment": [{"name": "KEY", "value": CANARY}]}],
        },
    ),
    ("sts", "AssumeRole", {"RoleArn": "r", "RoleSessionName": "s", "TokenCode": CANARY}),
    ("s3", "PutObject", {"Bucket": "b", "Key": "k", "Body": CANARY.encode()}),
    ("iam", "CreateLoginProfile", {"UserName": "ana", "Password": CANARY}),
    # Not a parameter at all, or one of another kind: it might be a secret in the wrong place.
    ("ecs", "UpdateService", {"service": "s", "sercet": CANARY}),
    ("ecs", "UpdateService", {"service": {"value": CANARY}}),
]


def input_of(service: str, operation: str) -> Any:
    model = botocore.session.Session().get_service_model(service)
    return model.operation_model(operation).input_shape


@pytest.mark.parametrize(("service", "operation", "params"), CALLS)
def test_a_secret_is_not_shown(service: str, operation: str, params: dict[str, Any]) -> None:
    line = redaction.line(params, input_of(service, operation))
    assert CANARY not in line
    assert redaction.HIDDEN in line


@pytest.mark.parametrize(("service", "operation", "params"), CALLS)
def test_a_secret_that_aws_echoes_is_taken_out(
    service: str, operation: str, params: dict[str, Any]
) -> None:
    text = f"Value '{CANARY}' failed to satisfy constraint"
    told = redaction.without_secrets(text, params, input_of(service, operation))
    assert told == "Value '[hidden]' failed to satisfy constraint"


def test_the_value_inside_a_json_secret_is_taken_out_too() -> None:
    params = {"SecretId": "s", "SecretString": json.dumps({"hf_api_key": CANARY})}
    shape = input_of("secretsmanager", "PutSecretValue")
    assert redaction.without_secrets(f"bad {CANARY}", params, shape) == "bad [hidden]"


def test_what_is_no_secret_is_shown() -> None:
    params = {"SecretId": "image-caption-gen-secrets-prod", "VersionStage": "AWSCURRENT"}
    assert redaction.redact(params, input_of("secretsmanager", "GetSecretValue")) == params


def test_the_names_of_a_tasks_secrets_are_shown() -> None:
    params = {"containerDefinitions": [{"secrets": [{"name": "KEY", "valueFrom": "arn:x"}]}]}
    shown = redaction.redact(params, input_of("ecs", "RegisterTaskDefinition"))
    assert shown == params


def test_where_versions_are_looked_for_names_a_person_and_is_not_shown() -> None:
    params = {"Bucket": "pictures", "Prefix": "images/ann", "KeyMarker": "images/ann0"}
    line = redaction.line(params, input_of("s3", "ListObjectVersions"))
    assert "ann" not in line
    assert "pictures" in line


def test_a_long_line_is_cut() -> None:
    shape = input_of("ecs", "DescribeServices")
    line = redaction.line({"services": ["s" * 50] * 100}, shape)
    assert len(line) == redaction.LONGEST + 1
    assert line.endswith("…")


@pytest.mark.parametrize(
    ("service", "method", "words"),
    [
        ("secretsmanager", "put_secret_value", {"SecretId": "s", "SecretString": [CANARY]}),
        ("secretsmanager", "put_secret_value", {"SecretId": "s", "Sercet": CANARY}),
        (
            "cognito-idp",
            "admin_set_user_password",
            {"UserPoolId": 1, "Username": "ana", "Password": {"value": CANARY}},
        ),
    ],
)
def test_a_malformed_call_does_not_echo_the_secret(
    aws: Aws, service: str, method: str, words: dict[str, Any]
) -> None:
    with aws.changing(), pytest.raises(Exception) as raised:
        getattr(aws.client(service), method)(**words)
    translated = failures.translate(raised.value, operation="secrets.put")
    assert CANARY not in str(translated) + translated.hint
    assert isinstance(translated, failures.Rejected)


def test_an_error_of_aws_that_echoes_the_secret_arrives_without_it(
    at_told: Callable[..., Aws], told: Any
) -> None:
    told.answer(400, json.dumps({"__type": "ValidationException", "message": f"bad {CANARY}"}))
    lines: list[str] = []
    aws = at_told(debug=lines.append)
    with aws.changing(), pytest.raises(Exception) as raised:
        aws.client("secretsmanager").put_secret_value(SecretId="s", SecretString=CANARY)
    assert "bad [hidden]" in str(raised.value)
    assert CANARY not in "".join(lines)
