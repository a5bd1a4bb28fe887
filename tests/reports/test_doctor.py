"""Doctor: a checklist with fixes."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import pytest
from fakes import NoMuteRules
from moto import mock_aws

from opsctl import errors
from opsctl.aws import Aws
from opsctl.journal import Journal
from opsctl.lock import Lock
from opsctl.reports import doctor, resources
from opsctl.reports.resources import Check
from opsctl.state import LocalStore
from opsctl.targets import Target


@dataclass(frozen=True)
class Service:
    """What is shown of a service."""

    name: str
    running: int = 2
    desired: int = 2


class Ecs:
    """Every service is there."""

    def service(self, cluster: str, service: str) -> Service:
        return Service(service)


@dataclass(frozen=True)
class Tables:
    """The service uses the table that is configured."""

    table: str

    def in_use(self) -> str:
        return self.table


@dataclass
class Machine:
    """A set-up whose parts are made when they are asked for, as a command's are."""

    folder: Path
    wanted: Target | errors.OpsctlError
    skew: float = 0.0
    has_service: bool = False

    @cached_property
    def target(self) -> Target:
        if isinstance(self.wanted, errors.OpsctlError):
            raise self.wanted
        return self.wanted

    @cached_property
    def aws(self) -> Aws:
        aws = Aws(self.target)
        vars(aws.sts)["clock_skew"] = lambda: self.skew
        vars(aws)["mute_rules"] = NoMuteRules()  # moto has none
        if self.has_service:
            vars(aws)["ecs"] = Ecs()
            vars(aws)["service_tables"] = Tables(self.target.table)
        return aws

    @cached_property
    def store(self) -> LocalStore:
        return LocalStore(self.folder)

    @cached_property
    def lock(self) -> Lock:
        return Lock(self.store, self.target.env, account=self.target.account, environ={})

    @cached_property
    def journal(self) -> Journal:
        return Journal(self.store, self.target.env)


@pytest.fixture
def machine(tmp_path: Path, target: Target, monkeypatch: pytest.MonkeyPatch) -> Iterator[Machine]:
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.delenv("AWS_PROFILE", raising=False)
    with mock_aws():
        yield Machine(tmp_path / "state", dataclasses.replace(target, app_url=""))


def found(machine: Machine, **environ: str) -> dict[str, Check]:
    return {check.name: check for check in doctor.examine(machine, environ).checks}


def test_an_empty_account_fails_at_each_thing_that_is_missing(machine: Machine) -> None:
    checkup = doctor.examine(machine, {})
    status = {check.name: check.status for check in checkup.checks}
    assert not checkup.ok
    assert {name for name, it in status.items() if it == "fail"} == {
        *("service", "repository", "log group", "secret", "bucket", "table", "IP set"),
    }
    assert status["credentials"] == status["account"] == status["lock"] == "ok"
    assert status["user pool"] == status["app client"] == status["alarms"] == "warn"
    assert all(check.fix for check in checkup.checks if check.status == "warn")


def test_a_report_changes_nothing(machine: Machine) -> None:
    doctor.examine(machine, {})
    assert len(machine.aws.requests) > 5
    assert not [request for request in machine.aws.requests if request.mutating]
    assert not machine.folder.exists()


def test_a_missing_configuration_skips_everything_that_needs_it(machine: Machine) -> None:
    machine.wanted = errors.BadConfig("opsctl.toml:3: no", hint="correct it")
    checks = found(machine)
    assert checks["configuration"] == Check(
        "configuration", "fail", "opsctl.toml:3: no", "correct it"
    )
    skipped = {name for name, check in checks.items() if check.status == "skip"}
    assert skipped == {"credentials", "account", "clock", *resources.names(), "lock", "journal"}


def test_missing_credentials_skip_what_needs_them_but_not_the_records(
    machine: Machine, monkeypatch: pytest.MonkeyPatch
) -> None:
    machine.wanted = dataclasses.replace(machine.target, profile="no-such-profile")
    del machine.target
    checks = found(machine)
    assert checks["credentials"].status == "fail"
    assert "no-such-profile" in checks["credentials"].detail
    assert checks["service"].status == "skip"
    assert checks["lock"].status == checks["journal"].status == "ok"


def test_credentials_of_another_account_fail(machine: Machine) -> None:
    machine.wanted = dataclasses.replace(machine.target, account="210987654321")
    del machine.target
    check = found(machine)["account"]
    assert check.status == "fail"
    assert "prod is account 210987654321" in check.detail
    assert check.fix


@pytest.mark.parametrize(
    ("skew", "status", "words"),
    [
        (0.4, "ok", "agrees with AWS"),
        (-60.0, "warn", "60 s behind AWS"),
        (300.0, "fail", "300 s ahead of AWS: AWS will refuse the signatures"),
    ],
)
def test_a_clock_that_is_off_is_told(
    machine: Machine, skew: float, status: str, words: str
) -> None:
    machine.skew = skew
    check = found(machine)["clock"]
    assert (check.status, check.detail) == (status, words)


def test_a_variable_left_over_from_a_sandbox_shell_is_told(machine: Machine) -> None:
    check = found(machine, AWS_ENDPOINT_URL="http://127.0.0.1:4566")["environment"]
    assert check.status == "warn"
    assert check.fix == "unset AWS_ENDPOINT_URL"


def test_a_freeze_is_told_with_its_owner_and_reason(machine: Machine) -> None:
    machine.lock.take("sale until Monday", 3600)
    check = found(machine)["lock"]
    assert check.status == "warn"
    assert machine.lock.owner in check.detail
    assert "sale until Monday" in check.detail


def test_records_that_cannot_be_written_fail(machine: Machine, tmp_path: Path) -> None:
    (tmp_path / "state").write_text("a file where the folder should be")
    check = found(machine)["journal"]
    assert check.status == "fail"
    assert "XDG_STATE_HOME" in check.fix


def test_a_journal_that_somebody_edited_fails(machine: Machine) -> None:
    machine.journal.write("examined", "r1", by="r2")
    machine.journal.write("examined", "r1", by="r3")
    (log,) = machine.folder.rglob("*.jsonl")
    log.write_text(log.read_text().replace("r2", "r9"))
    assert found(machine)["journal"].status == "fail"


def test_everything_that_is_there_is_ok(machine: Machine) -> None:
    aws = machine.aws
    machine.wanted = dataclasses.replace(machine.target, **make_everything(aws))
    machine.has_service = True
    del machine.target
    del machine.aws
    checks = doctor.examine(machine, {}).checks
    told = {check.name: check for check in checks if check.status != "ok"}
    assert told == {"health endpoint": told["health endpoint"]}
    assert told["health endpoint"].status == "warn"


def make_everything(aws: Aws) -> dict[str, Any]:
    """Makes each thing that the target names, and answers the ids that AWS chose."""
    it = aws.target
    with aws.changing():
        aws.client("ecr").create_repository(repositoryName=it.repository)
        aws.client("logs").create_log_group(logGroupName=it.log_group)
        aws.client("secretsmanager").create_secret(Name=it.secret, SecretString="{}")
        s3 = aws.client("s3")
        s3.create_bucket(
            Bucket=it.bucket, CreateBucketConfiguration={"LocationConstraint": it.region}
        )
        s3.put_bucket_versioning(Bucket=it.bucket, VersioningConfiguration={"Status": "Enabled"})
        aws.client("dynamodb").create_table(
            TableName=it.table,
            KeySchema=[{"AttributeName": "PK", "KeyType": "HASH"}],
            AttributeDefinitions=[{"AttributeName": "PK", "AttributeType": "S"}],
            BillingMode="PAY_PER_REQUEST",
        )
        aws.client("wafv2", "us-east-1").create_ip_set(
            Name=it.blocked_ips, Scope="CLOUDFRONT", IPAddressVersion="IPV4", Addresses=[]
        )
        aws.client("cloudwatch").put_metric_alarm(
            AlarmName=f"{it.alarm_prefix}errors{it.alarm_suffix}",
            MetricName="m",
            Namespace="n",
            Period=60,
            EvaluationPeriods=1,
            Threshold=1,
            ComparisonOperator="GreaterThanThreshold",
            Statistic="Sum",
        )
        cognito = aws.client("cognito-idp")
        pool = cognito.create_user_pool(PoolName="users")["UserPool"]["Id"]
        client = cognito.create_user_pool_client(UserPoolId=pool, ClientName="web")
    return {"user_pool": pool, "user_pool_client": client["UserPoolClient"]["ClientId"]}
