"""The seeded users, with what they keep."""

from __future__ import annotations

import pytest

from opsctl.sandbox.emulator import Emulator
from opsctl.sandbox.seed import Accounts
from opsctl.sandbox.seed_people import PICTURES_EACH, USERS


@pytest.mark.parametrize("user", USERS)
def test_a_user_can_sign_in_and_has_pictures_and_captions(emulator: Emulator, user: str) -> None:
    aws, names = Accounts(emulator.world, emulator.endpoint_url), emulator.world.names
    found = aws.cognito_idp.admin_get_user(UserPoolId=names.user_pool, Username=user)
    items = aws.dynamodb.query(
        TableName=names.table,
        KeyConditionExpression="PK = :user",
        ExpressionAttributeValues={":user": {"S": f"USER#{user}"}},
    )["Items"]
    versions = aws.s3.list_object_versions(Bucket=names.bucket, Prefix=f"images/{user}/")[
        "Versions"
    ]

    assert found["UserStatus"] == "CONFIRMED"
    assert len(items) == PICTURES_EACH
    assert len(versions) == 2 * PICTURES_EACH + 1
    keys = {f"s3://{names.bucket}/{it['Key']}" for it in versions}
    assert all(item["s3_url"]["S"] in keys for item in items)
    assert all(len(item["concise_caption"]["S"].split()) <= 10 for item in items)


def test_the_client_is_confidential(emulator: Emulator) -> None:
    aws, names = Accounts(emulator.world, emulator.endpoint_url), emulator.world.names
    client = aws.cognito_idp.describe_user_pool_client(
        UserPoolId=names.user_pool, ClientId=names.user_pool_client
    )["UserPoolClient"]

    assert client["ClientSecret"]


def test_the_table_expires_recovers_and_has_a_backup(emulator: Emulator) -> None:
    aws, table = Accounts(emulator.world, emulator.endpoint_url), emulator.world.names.table
    ttl = aws.dynamodb.describe_time_to_live(TableName=table)["TimeToLiveDescription"]
    recovery = aws.dynamodb.describe_continuous_backups(TableName=table)
    state = recovery["ContinuousBackupsDescription"]["PointInTimeRecoveryDescription"]

    assert (ttl["TimeToLiveStatus"], ttl["AttributeName"]) == ("ENABLED", "ttl")
    assert state["PointInTimeRecoveryStatus"] == "ENABLED"
    assert len(aws.dynamodb.list_backups(TableName=table)["BackupSummaries"]) == 1
