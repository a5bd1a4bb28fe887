"""What each command asked for is kept, and a policy that is set refuses the rest."""

from __future__ import annotations

import json
from typing import Any

import boto3
import pytest
from botocore.config import Config
from botocore.exceptions import ClientError

from opsctl.aws import agent
from opsctl.errors import UsageProblem
from opsctl.sandbox import control
from opsctl.sandbox.calls import Asked
from opsctl.sandbox.command_calls import CommandCalls

COUNT = Asked("ecs", "DescribeServices", "key", "us-east-1", "scale count")
ALLOWED = {
    "Version": "2012-10-17",
    "Statement": [{"Effect": "Allow", "Action": ["ecs:ListClusters"], "Resource": ["*"]}],
}


@pytest.fixture
def endpoint(account: Any) -> str:
    account.client("ecs").list_clusters()
    return str(account.endpoint_url)


def client(endpoint: str, service: str, command: str) -> Any:
    return boto3.client(
        service,
        endpoint_url=endpoint,
        region_name="us-east-1",
        aws_access_key_id="test",
        aws_secret_access_key="test",
        config=Config(user_agent_extra=agent.named(command), retries={"total_max_attempts": 1}),
    )


def test_operations_are_kept_by_command_with_every_status() -> None:
    calls = CommandCalls("us-east-1:123456789012")
    calls.add(COUNT, [("ecs:DescribeServices", "arn:a")], 200)
    calls.add(COUNT, [("ecs:DescribeServices", "arn:b")], 403)
    assert calls.listed() == {
        "scale count": {
            "ecs:DescribeServices": {
                "statuses": [200, 403],
                "asked": [("ecs:DescribeServices", "arn:a"), ("ecs:DescribeServices", "arn:b")],
            }
        }
    }


def test_calls_of_nobody_are_not_kept() -> None:
    calls = CommandCalls("us-east-1:123456789012")
    nobody = Asked("ecs", "DescribeServices", "key", "us-east-1")
    assert calls.asks(nobody, {}, b"") == []
    calls.add(nobody, [], 200)
    assert calls.listed() == {}


def test_of_a_key_only_its_first_folders_are_kept() -> None:
    calls = CommandCalls("us-east-1:123456789012")
    for key in ("images/alice/1/original.jpg", "images/alice/2/original.jpg", "top"):
        calls.add(COUNT, [("s3:GetObject", f"arn:aws:s3:::b/{key}")], 200)
    kept = calls.listed()["scale count"]["ecs:DescribeServices"]["asked"]
    assert [arn for _, arn in kept] == ["arn:aws:s3:::b/images/alice/…", "arn:aws:s3:::b/top"]


def test_the_server_tells_commands_apart_and_clearing_the_calls_keeps_them(endpoint: str) -> None:
    client(endpoint, "ecs", "secrets list").list_clusters()
    client(endpoint, "sts", "whoami").get_caller_identity()
    control.ask(endpoint, "DELETE", "calls")
    found = control.ask(endpoint, "GET", "commands")
    assert found["secrets list"]["ecs:ListClusters"]["statuses"] == [200]
    assert found["whoami"]["sts:GetCallerIdentity"]["asked"] == []


def test_a_policy_refuses_what_it_does_not_allow_in_the_words_of_aws(
    account: Any, endpoint: str
) -> None:
    control.ask(endpoint, "POST", "policy", ALLOWED)
    try:
        client(endpoint, "ecs", "status").list_clusters()
        with pytest.raises(ClientError, match="not authorized to perform: s3:ListAllMyBuckets"):
            client(endpoint, "s3", "status").list_buckets()
        # Whoever is no command of opsctl is not concerned.
        account.client("s3").list_buckets()
    finally:
        control.ask(endpoint, "DELETE", "policy")
    client(endpoint, "s3", "status").list_buckets()


def test_what_is_no_policy_is_a_bad_request(endpoint: str) -> None:
    for wrong in ([], {"Statement": [{"Effect": "Deny", "Action": "*", "Resource": "*"}]}):
        with pytest.raises(UsageProblem):
            control.ask(endpoint, "POST", "policy", json.loads(json.dumps(wrong)))
