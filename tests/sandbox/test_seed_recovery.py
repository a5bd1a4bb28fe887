"""What the seed makes for backups, certificates and the smoke test."""

from __future__ import annotations

import json

from opsctl.sandbox.emulator import Emulator
from opsctl.sandbox.seed import Accounts


def test_the_backup_bucket_keeps_versions_and_the_role_may_write_to_it(
    emulator: Emulator,
) -> None:
    aws, names = Accounts(emulator.world, emulator.endpoint_url), emulator.world.names
    versioning = aws.s3.get_bucket_versioning(Bucket=names.backup_bucket)
    role = names.backup_role.rpartition("/")[2]
    trust = json.dumps(aws.iam.get_role(RoleName=role)["Role"]["AssumeRolePolicyDocument"])
    policy = aws.iam.get_role_policy(RoleName=role, PolicyName="backup")["PolicyDocument"]

    assert versioning["Status"] == "Enabled"
    assert "backup.amazonaws.com" in trust
    assert "batchoperations.s3.amazonaws.com" in trust
    assert names.backup_bucket in json.dumps(policy)


def test_the_vault_is_there(emulator: Emulator) -> None:
    aws, names = Accounts(emulator.world, emulator.endpoint_url), emulator.world.names
    vaults = aws.backup.list_backup_vaults()["BackupVaultList"]

    assert [it["BackupVaultName"] for it in vaults] == [names.backup_vault]


def test_the_key_of_certificates_signs_by_its_alias(emulator: Emulator) -> None:
    aws, names = Accounts(emulator.world, emulator.endpoint_url), emulator.world.names
    made = aws.kms.sign(
        KeyId=names.certificate_key, Message=b"it", SigningAlgorithm="ECDSA_SHA_256"
    )

    assert made["Signature"]


def test_the_smoke_user_has_his_password_in_a_secret(emulator: Emulator) -> None:
    aws, names = Accounts(emulator.world, emulator.endpoint_url), emulator.world.names
    found = aws.cognito_idp.admin_get_user(UserPoolId=names.user_pool, Username=names.smoke_user)
    secret = json.loads(
        aws.secretsmanager.get_secret_value(SecretId=names.smoke_secret)["SecretString"]
    )

    assert found["UserStatus"] == "CONFIRMED"
    assert secret["username"] == names.smoke_user
    assert secret["password"]
