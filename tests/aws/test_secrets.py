"""Secrets as a task sees them, through the emulator; no value ever comes out."""

from __future__ import annotations

import pytest

from opsctl import errors
from opsctl.aws import Aws
from opsctl.aws.secrets import parse

BASE = "arn:aws:secretsmanager:us-east-1:123456789012:secret:x-AbCdEf"


@pytest.fixture
def reference(local: Aws) -> str:
    service = local.ecs.service(local.target.cluster, local.target.service)
    definition = local.task_definitions.revision(service.task_definition)
    return definition.containers[0].secrets[0].value_from


def test_what_a_task_can_read_is_no_problem(local: Aws, reference: str) -> None:
    assert local.secrets.problem(reference) == ""


def test_a_key_that_is_not_in_the_secret_is_named_and_the_value_is_not(
    local: Aws, reference: str
) -> None:
    secret = parse(reference).secret
    value = local.client("secretsmanager").get_secret_value(SecretId=secret)["SecretString"]
    problem = local.secrets.problem(f"{secret}:nope::")
    assert "“nope”" in problem
    assert value not in problem


def test_a_secret_that_is_not_there_is_a_problem(local: Aws) -> None:
    assert "does not exist" in local.secrets.problem(f"{BASE}:key::")


def test_a_parameter_of_ssm_is_not_for_this_gateway(local: Aws) -> None:
    assert local.secrets.problem("arn:aws:ssm:us-east-1:123456789012:parameter/x") == ""


@pytest.mark.parametrize(
    ("text", "key", "stage", "version"),
    [
        (BASE, "", "", ""),
        (f"{BASE}:k::", "k", "", ""),
        (f"{BASE}:k:AWSPREVIOUS:", "k", "AWSPREVIOUS", ""),
        (f"{BASE}:k::v1", "k", "", "v1"),
    ],
)
def test_a_reference_is_taken_apart(text: str, key: str, stage: str, version: str) -> None:
    it = parse(text)
    assert (it.secret, it.key, it.stage, it.version) == (BASE, key, stage, version)


def test_what_is_no_arn_of_a_secret_is_refused() -> None:
    with pytest.raises(errors.BadConfig):
        parse("arn:aws:secretsmanager")


def test_when_the_values_were_written_is_told_newest_first_and_none_is_read(local: Aws) -> None:
    before = len(local.requests)
    with local.changing():
        local.client("secretsmanager").put_secret_value(
            SecretId=local.target.secret, SecretString="{}"
        )
    moments = local.secrets.written(local.target.secret)
    assert len(moments) == 2
    assert moments[0] >= moments[1]
    assert "GetSecretValue" not in {it.operation for it in local.requests[before:]}
