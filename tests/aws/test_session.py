"""The one session and its clients."""

from collections.abc import Callable
from typing import Any

from scripted_aws import ScriptedAws

import opsctl
from opsctl.aws import Aws, agent


def test_a_client_is_made_once_for_a_service_and_a_region(aws: Aws) -> None:
    assert aws.client("ecs") is aws.client("ecs")
    assert aws.client("ecs", "us-east-1") is not aws.client("ecs")
    assert aws.client("wafv2", "us-east-1").meta.region_name == "us-east-1"
    assert aws.client("ecs").meta.region_name == "eu-west-1"


def test_waiting_is_bounded(aws: Aws) -> None:
    config = aws.client("ecs").meta.config
    assert config.retries == {"mode": "standard", "total_max_attempts": 4}
    assert (config.connect_timeout, config.read_timeout) == (5, 20)


def test_aws_can_tell_whose_calls_they_are(aws: Aws) -> None:
    assert f"opsctl/{opsctl.__version__}" in aws.client("ecs").meta.config.user_agent_extra


def test_every_call_names_its_command_and_the_records_name_themselves(
    at_scripted: Callable[..., Aws], scripted: ScriptedAws
) -> None:
    aws = at_scripted()
    aws.command = "user purge"
    aws.client("s3").list_buckets()
    aws.wire("s3").s3("HeadObject", "HEAD", "bucket", "key")
    aws.state_client("ops", "opsctl/").list_objects_v2(Bucket="ops")
    agents = [agent.command_of(it.headers["user-agent"]) for it in scripted.asked]
    assert agents == ["user purge", "user purge", "records"]


def test_an_endpoint_of_its_own_takes_paths_rather_than_host_names(
    at_told: Callable[..., Aws], told: Any
) -> None:
    told.answer(200, "")
    aws = at_told()
    aws.client("s3").head_bucket(Bucket="images")
    assert told.seen == ["/images "]
    assert aws.client("logs").meta.config.inject_host_prefix is False


def test_credentials_are_handed_on_by_the_names_that_other_programs_read(aws: Aws) -> None:
    found = aws.credentials()
    assert {"AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"} <= set(found)
    assert all(name.startswith("AWS_") and value for name, value in found.items())
