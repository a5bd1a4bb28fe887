"""What a target names: the details that a plain existence does not tell."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from pathlib import Path

import pytest
from fakes import NoMuteRules
from moto import mock_aws

from opsctl.aws import Aws
from opsctl.errors import NoAccess
from opsctl.reports import resources
from opsctl.reports.resources import Check
from opsctl.targets import Target


@pytest.fixture
def aws(target: Target, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Aws]:
    monkeypatch.setenv("HOME", str(tmp_path))
    with mock_aws():
        made = Aws(dataclasses.replace(target, app_url=""))
        vars(made)["mute_rules"] = NoMuteRules()  # moto has none
        yield made


def check_of(aws: Aws, name: str) -> Check:
    return next(check for check in resources.look(aws) if check.name == name)


def make_bucket(aws: Aws, region: str) -> None:
    with aws.changing():
        aws.client("s3", region).create_bucket(
            Bucket=aws.target.bucket, CreateBucketConfiguration={"LocationConstraint": region}
        )


def test_every_check_has_the_name_it_is_listed_under(aws: Aws) -> None:
    assert tuple(check.name for check in resources.look(aws)) == resources.names()


def test_a_bucket_without_versions_is_a_warning_with_the_command(aws: Aws) -> None:
    make_bucket(aws, "eu-west-1")
    check = check_of(aws, "bucket")
    assert check.status == "warn"
    assert check.fix.startswith("aws s3api put-bucket-versioning --bucket ")


def test_a_bucket_elsewhere_is_a_warning(aws: Aws) -> None:
    make_bucket(aws, "eu-central-1")
    check = check_of(aws, "bucket")
    assert check.status == "warn"
    assert "lies in eu-central-1, not in eu-west-1" in check.detail


def test_a_secret_marked_for_deletion_is_not_there(aws: Aws) -> None:
    with aws.changing():
        aws.client("secretsmanager").create_secret(Name=aws.target.secret, SecretString="x")
        aws.client("secretsmanager").delete_secret(SecretId=aws.target.secret)
    check = check_of(aws, "secret")
    assert check.status == "fail"
    assert check.fix == "set `secret` below [env.prod] in opsctl.toml"


def test_a_health_endpoint_that_does_not_answer_fails(aws: Aws) -> None:
    aws.target = dataclasses.replace(aws.target, app_url="http://127.0.0.1:9")
    check = check_of(aws, "health endpoint")
    assert check.status == "fail"
    assert check.detail.startswith("http://127.0.0.1:9/_stcore/health")


def test_in_the_sandbox_the_fix_is_a_new_sandbox(aws: Aws) -> None:
    aws.target = dataclasses.replace(aws.target, env="local", endpoint_url="http://127.0.0.1:9")
    checks = {check.name: check for check in resources.look(aws)}
    assert checks["user pool"].fix == "opsctl sandbox down && opsctl sandbox up"


def test_a_service_that_uses_another_table_than_the_configured_one_is_told(local: Aws) -> None:
    assert resources._table(local).status == "ok"
    client = local.client("dynamodb")
    with local.changing():
        client.create_table(
            TableName="the_old_one",
            BillingMode="PAY_PER_REQUEST",
            KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
            AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
        )
    moved = Aws(dataclasses.replace(local.target, table="the_old_one"))
    found = resources._table(moved)
    assert found.status == "warn"
    assert "the service uses image_captions" in found.detail


def test_without_channels_nobody_is_told_and_that_is_well(aws: Aws) -> None:
    assert check_of(aws, "notices") == Check("notices", "ok", "nobody is told of changes")


def test_a_channel_that_is_not_set_up_fails_and_the_others_are_named(
    aws: Aws, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OPSCTL_SLACK_WEBHOOK", "https://hooks.example.com/hush")
    topic = "arn:aws:sns:eu-west-1:123456789012:changes"
    aws.target = dataclasses.replace(aws.target, notify=("slack", f"sns:{topic}"))
    check = check_of(aws, "notices")
    assert check.status == "fail"
    assert check.detail.startswith(
        "Slack ($OPSCTL_SLACK_WEBHOOK); SNS topic changes in eu-west-1: "
    )
    assert "hush" not in check.detail
    with aws.changing():
        aws.client("sns").create_topic(Name="changes")
    assert check_of(aws, "notices").status == "ok"


def test_a_channel_that_may_not_be_looked_at_is_a_warning(aws: Aws) -> None:
    class Closed:
        def check(self, channel: object) -> str:
            raise NoAccess("kim may not sns:GetTopicAttributes", hint="ask for it")

    vars(aws)["notices"] = Closed()
    topic = "sns:arn:aws:sns:eu-west-1:123456789012:changes"
    aws.target = dataclasses.replace(aws.target, notify=(topic,))
    check = check_of(aws, "notices")
    assert (check.status, check.fix) == ("warn", "ask for it")
