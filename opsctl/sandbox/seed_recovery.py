"""Seed: what data is recovered from and what proves its erasure, and a user who only signs in."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from opsctl.sandbox.seed_people import PASSWORD, People, sign_up

if TYPE_CHECKING:
    from opsctl.sandbox.seed import Accounts

SIGNING = "ECC_NIST_P256"
"""A kind of key that is made at once; an RSA one takes longer than the rest of the seed."""

_SERVICES = ("backup.amazonaws.com", "batchoperations.s3.amazonaws.com")


def recovery(aws: Accounts, people: People) -> None:
    """Make backup bucket, role, vault, the key that signs certificates, and the smoke user."""
    names = aws.world.names
    aws.s3.create_bucket(Bucket=names.backup_bucket)
    aws.s3.put_bucket_versioning(
        Bucket=names.backup_bucket, VersioningConfiguration={"Status": "Enabled"}
    )
    names.backup_role = _role(aws)
    with aws.world.lock:
        # Straight into the account: two more clients would cost more than all that they make.
        aws.world.backend("backup").create_backup_vault(names.backup_vault, {}, None, None)
        keys = aws.world.backend("kms")
        key = keys.create_key(None, "SIGN_VERIFY", SIGNING, "signs certificates of erasure", None)
        keys.create_alias(key.id, names.certificate_key)
    sign_up(aws, people.user_pool, names.smoke_user)
    aws.secretsmanager.create_secret(
        Name=names.smoke_secret,
        SecretString=json.dumps({"username": names.smoke_user, "password": PASSWORD}),
    )


def _role(aws: Accounts) -> str:
    trusted = {"Effect": "Allow", "Principal": {"Service": list(_SERVICES)}}
    made = aws.iam.create_role(
        RoleName="image-caption-gen-backup-local",
        AssumeRolePolicyDocument=_policy({**trusted, "Action": "sts:AssumeRole"}),
    )
    names = aws.world.names
    read = ("GetObject", "GetObjectVersion", "GetObjectTagging", "ListBucket", "ListBucketVersions")
    write = ("PutObject", "PutObjectTagging")
    table = aws.world.arn("dynamodb", f"table/{names.table}")
    dynamodb = ("DescribeTable", "CreateBackup", "DeleteBackup", "RestoreTableFromBackup")
    aws.iam.put_role_policy(
        RoleName="image-caption-gen-backup-local",
        PolicyName="backup",
        PolicyDocument=_policy(
            _allowed([f"s3:{it}" for it in read], _bucket(names.bucket)),
            _allowed([f"s3:{it}" for it in (*read, *write)], _bucket(names.backup_bucket)),
            _allowed([f"dynamodb:{it}" for it in dynamodb], [table, f"{table}/backup/*"]),
        ),
    )
    return str(made["Role"]["Arn"])


def _bucket(name: str) -> list[str]:
    return [f"arn:aws:s3:::{name}", f"arn:aws:s3:::{name}/*"]


def _allowed(actions: list[str], resources: list[str]) -> dict[str, Any]:
    return {"Effect": "Allow", "Action": actions, "Resource": resources}


def _policy(*statements: dict[str, Any]) -> str:
    return json.dumps({"Version": "2012-10-17", "Statement": list(statements)})
