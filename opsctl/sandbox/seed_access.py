"""Seed: the people and roles that IAM knows, with access keys that never change."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from opsctl.sandbox.seed import Accounts

OPERATOR_KEY = "AKIASANDBOXOPERATOR1"
TERRAFORM_KEY = "AKIASANDBOXTERRAFRM1"
SECRET = "sandbox"  # noqa: S105 - opens nothing but the sandbox on this machine

_ASSUMED_BY_TASKS = {
    "Version": "2012-10-17",
    "Statement": [
        {
            "Effect": "Allow",
            "Principal": {"Service": "ecs-tasks.amazonaws.com"},
            "Action": "sts:AssumeRole",
        }
    ],
}


@dataclass(frozen=True)
class Roles:
    """The ARNs that a task definition names."""

    task: str
    execution: str


def roles(aws: Accounts) -> Roles:
    """Make the users `terraform` and `operator`, and the two roles of a task."""
    for user, key in (("terraform", TERRAFORM_KEY), ("operator", OPERATOR_KEY)):
        aws.iam.create_user(UserName=user)
        _fix_key(aws, aws.iam.create_access_key(UserName=user)["AccessKey"]["AccessKeyId"], key)
    return Roles(
        task=_role(aws, "task", _task_policy(aws)),
        execution=_role(aws, "execution", _execution_policy(aws)),
    )


def _fix_key(aws: Accounts, made: str, wanted: str) -> None:
    """Give an access key a fixed id: a shell that exported it survives the next `up`."""
    backend = aws.world.backend("iam")
    for user in backend.users.values():
        for key in user.access_keys:
            if key.access_key_id == made:
                key.access_key_id, key.secret_access_key = wanted, SECRET
    # By this index moto finds the key that a call was signed with, and notes when it was used.
    backend.access_keys[wanted] = backend.access_keys.pop(made)


def _role(aws: Accounts, kind: str, statement: list[dict[str, Any]]) -> str:
    name = f"image-caption-gen-{kind}-local"
    made = aws.iam.create_role(
        RoleName=name, AssumeRolePolicyDocument=json.dumps(_ASSUMED_BY_TASKS)
    )
    document = json.dumps({"Version": "2012-10-17", "Statement": statement})
    aws.iam.put_role_policy(RoleName=name, PolicyName=kind, PolicyDocument=document)
    return str(made["Role"]["Arn"])


def _task_policy(aws: Accounts) -> list[dict[str, Any]]:
    names = aws.world.names
    table = aws.world.arn("dynamodb", f"table/{names.table}")
    bucket = f"arn:aws:s3:::{names.bucket}"
    objects = ["s3:GetObject", "s3:PutObject", "s3:DeleteObject", "s3:DeleteObjectVersion"]
    return [
        {"Effect": "Allow", "Action": objects, "Resource": f"{bucket}/images/*"},
        {"Effect": "Allow", "Action": ["s3:ListBucketVersions"], "Resource": bucket},
        {
            "Effect": "Allow",
            "Action": [
                f"dynamodb:{name}" for name in ("GetItem", "PutItem", "Query", "DeleteItem")
            ],
            "Resource": [table, f"{table}/index/*"],
        },
    ]


def _execution_policy(aws: Accounts) -> list[dict[str, Any]]:
    secret = aws.world.arn("secretsmanager", f"secret:{aws.world.names.secret}-*")
    logs = aws.world.arn("logs", f"log-group:{aws.world.names.log_group}:*")
    pull = ["GetAuthorizationToken", "BatchGetImage", "GetDownloadUrlForLayer"]
    return [
        {"Effect": "Allow", "Action": ["secretsmanager:GetSecretValue"], "Resource": secret},
        {
            "Effect": "Allow",
            "Action": ["logs:CreateLogStream", "logs:PutLogEvents"],
            "Resource": logs,
        },
        {"Effect": "Allow", "Action": [f"ecr:{name}" for name in pull], "Resource": "*"},
    ]
