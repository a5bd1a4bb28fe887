"""Who the sandbox knows."""

from __future__ import annotations

import boto3

from opsctl.sandbox import seed_access
from opsctl.sandbox.emulator import Emulator
from opsctl.sandbox.seed import Accounts


def test_the_operator_is_known_by_the_same_key_each_time(emulator: Emulator) -> None:
    sts = boto3.client(
        "sts",
        endpoint_url=emulator.endpoint_url,
        region_name="us-east-1",
        aws_access_key_id=seed_access.OPERATOR_KEY,
        aws_secret_access_key=seed_access.SECRET,
    )

    assert sts.get_caller_identity()["Arn"] == "arn:aws:iam::123456789012:user/operator"


def test_tasks_may_assume_their_roles(emulator: Emulator) -> None:
    iam = Accounts(emulator.world, emulator.endpoint_url).iam
    for kind in ("task", "execution"):
        role = iam.get_role(RoleName=f"image-caption-gen-{kind}-local")["Role"]
        (statement,) = role["AssumeRolePolicyDocument"]["Statement"]
        assert statement["Principal"] == {"Service": "ecs-tasks.amazonaws.com"}


def test_the_use_of_a_fixed_key_is_noted(emulator: Emulator) -> None:
    iam = Accounts(emulator.world, emulator.endpoint_url).iam
    found = iam.get_access_key_last_used(AccessKeyId=seed_access.TERRAFORM_KEY)

    assert found["UserName"] == "terraform"
    assert found["AccessKeyLastUsed"]["ServiceName"] == "iam"
