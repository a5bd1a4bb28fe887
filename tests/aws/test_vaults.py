"""AWS Backup: jobs, and the recovery points they make."""

import pytest

from opsctl import errors
from opsctl.aws import Aws
from opsctl.plan import Progress
from opsctl.sandbox.emulator import Emulator


def resource(door: Aws) -> str:
    return f"arn:aws:s3:::{door.target.bucket}"


def start(door: Aws, name: str) -> str:
    target = door.target
    with door.changing():
        made = door.vaults.start(target.backup_vault, resource(door), target.backup_role, name)
    return str(made["job"])


def follow(door: Aws, emulator: Emulator, job: str) -> list[Progress]:
    looks = []
    for _ in range(100):
        looks.append(door.vaults.followed(subject={"job": job}))
        if looks[-1].done:
            return looks
        emulator.advance(1)
    raise AssertionError(looks[-1])


def test_a_job_is_followed_until_there_is_a_recovery_point(door: Aws, emulator: Emulator) -> None:
    job = start(door, "one")
    assert door.vaults.under_way(resource(door)) == job
    looks = follow(door, emulator, job)
    assert not looks[0].done
    assert door.vaults.under_way(resource(door)) == ""
    (point,) = door.vaults.recovery_points(door.target.backup_vault, resource(door))
    assert (point.status, point.who) == ("COMPLETED", door.target.backup_role)
    assert point.resource == resource(door)
    assert point.bytes


def test_begun_twice_it_is_the_same_job(door: Aws, emulator: Emulator) -> None:
    job = start(door, "two")
    assert start(door, "two") == job
    follow(door, emulator, job)


def test_a_vault_that_there_is_not_is_known(door: Aws) -> None:
    assert door.vaults.exists(door.target.backup_vault)
    assert not door.vaults.exists("nowhere")


def test_a_job_that_there_is_not_is_not_found(door: Aws) -> None:
    with pytest.raises(errors.OpsctlError):
        door.vaults.followed("00000000-0000-0000-0000-000000000000")


def test_a_job_that_failed_is_a_failure_of_who_follows_it(
    door: Aws, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = door.client("backup")
    answer = {"State": "FAILED", "StatusMessage": "no access to the bucket"}
    monkeypatch.setattr(client, "describe_backup_job", lambda **_: answer)
    with pytest.raises(errors.StepFailed, match="no access to the bucket"):
        door.vaults.followed("job-1")
