"""Seed: three users in Cognito, with their pictures in S3 and their captions in DynamoDB."""

from __future__ import annotations

import functools
import hashlib
import io
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from opsctl.sandbox.seed import Accounts

USERS = ("alice", "bob", "carol")
PASSWORD = "Sandbox-only-1"  # noqa: S105 - opens nothing but the sandbox on this machine
PICTURES_EACH = 3

_SCENES = (
    ("blue", "sky", (40, 90, 205), (135, 195, 240)),
    ("sand", "orange", (230, 215, 175), (240, 130, 30)),
    ("green", "pine", (40, 145, 65), (20, 75, 50)),
)


@dataclass(frozen=True)
class People:
    """The ids that Cognito gave."""

    user_pool: str
    client: str


def people(aws: Accounts) -> People:
    """Make pool, confidential client, users, bucket, table, pictures, captions and a backup."""
    pool = aws.cognito_idp.create_user_pool(
        PoolName="image-caption-gen-users-local", AutoVerifiedAttributes=["email"]
    )["UserPool"]["Id"]
    client = aws.cognito_idp.create_user_pool_client(
        UserPoolId=pool,
        ClientName="image-caption-gen-local",
        GenerateSecret=True,
        ExplicitAuthFlows=["ALLOW_USER_PASSWORD_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"],
    )["UserPoolClient"]["ClientId"]
    aws.world.names.user_pool, aws.world.names.user_pool_client = pool, client
    _stores(aws)
    for number, user in enumerate(USERS):
        sign_up(aws, pool, user)
        for index in range(PICTURES_EACH):
            _picture(aws, user, number, index)
    aws.dynamodb.create_backup(
        TableName=aws.world.names.table, BackupName=f"backup-{aws.world.clock():%Y%m%d}-0200"
    )
    return People(pool, client)


def sign_up(aws: Accounts, pool: str, user: str) -> None:
    """Make a user who can sign in with PASSWORD."""
    attributes = {"email": f"{user}@example.com", "email_verified": "true"}
    aws.cognito_idp.admin_create_user(
        UserPoolId=pool,
        Username=user,
        MessageAction="SUPPRESS",
        UserAttributes=[{"Name": name, "Value": value} for name, value in attributes.items()],
    )
    aws.cognito_idp.admin_set_user_password(
        UserPoolId=pool, Username=user, Password=PASSWORD, Permanent=True
    )


def _stores(aws: Accounts) -> None:
    names = aws.world.names
    aws.s3.create_bucket(Bucket=names.bucket)
    aws.s3.put_bucket_versioning(Bucket=names.bucket, VersioningConfiguration={"Status": "Enabled"})
    text = {"PK": "HASH", "SK": "RANGE"}
    index = {"GSI1PK": "HASH", "GSI1SK": "RANGE"}
    aws.dynamodb.create_table(
        TableName=names.table,
        BillingMode="PAY_PER_REQUEST",
        KeySchema=_schema(text),
        AttributeDefinitions=[
            {"AttributeName": n, "AttributeType": "S"} for n in {**text, **index}
        ],
        GlobalSecondaryIndexes=[
            {
                "IndexName": "GSI1",
                "KeySchema": _schema(index),
                "Projection": {"ProjectionType": "ALL"},
            }
        ],
        Tags=[{"Key": "app", "Value": "image-caption-gen"}],
    )
    aws.dynamodb.update_time_to_live(
        TableName=names.table, TimeToLiveSpecification={"Enabled": True, "AttributeName": "ttl"}
    )
    aws.dynamodb.update_continuous_backups(
        TableName=names.table,
        PointInTimeRecoverySpecification={"PointInTimeRecoveryEnabled": True},
    )


def _schema(keys: dict[str, str]) -> list[dict[str, str]]:
    return [{"AttributeName": name, "KeyType": kind} for name, kind in keys.items()]


def _picture(aws: Accounts, user: str, number: int, index: int) -> None:
    """One picture with its thumbnail and caption; the first of each user was uploaded twice."""
    taken = aws.world.clock() - timedelta(days=6 - 2 * index, hours=number)
    digest = hashlib.sha256(f"{user}/{index}".encode()).hexdigest()[:16]
    image_id = f"{int(taken.timestamp() * 1000):012x}-{digest}"
    folder = f"images/{user}/{image_id}/"
    scene = _SCENES[(number + index) % len(_SCENES)]
    bucket = aws.world.names.bucket
    for version in range(2 if index == 0 else 1):
        content = _jpeg(scene, (240 - 40 * version, 160))
        aws.s3.put_object(
            Bucket=bucket, Key=f"{folder}original.jpg", Body=content, ContentType="image/jpeg"
        )
    aws.s3.put_object(
        Bucket=bucket,
        Key=f"{folder}thumbnail.jpg",
        Body=_jpeg(scene, (96, 64)),
        ContentType="image/jpeg",
    )
    item = _item(user, image_id, scene, taken, f"s3://{bucket}/{folder}")
    aws.dynamodb.put_item(TableName=aws.world.names.table, Item=item)


@functools.cache
def _jpeg(scene: tuple[str, str, Any, Any], size: tuple[int, int]) -> bytes:
    from PIL import Image

    picture = Image.new("RGB", size, scene[2])
    picture.paste(scene[3], (0, 0, size[0], size[1] // 3))
    out = io.BytesIO()
    picture.save(out, "JPEG", quality=80)
    return out.getvalue()


def _item(
    user: str, image_id: str, scene: tuple[str, str, Any, Any], taken: datetime, place: str
) -> dict[str, Any]:
    first, second = scene[:2]
    texts = {
        "PK": f"USER#{user}",
        "SK": f"IMAGE#{image_id}",
        "GSI1PK": f"IMAGE#{image_id}",
        "GSI1SK": taken.isoformat(timespec="milliseconds"),
        "image_id": image_id,
        "user_id": user,
        "concise_caption": f"A softly lit wide picture in {first} and {second}",
        "creative_caption": f"Vivid {first} fills a wide frame, with {second} close behind. "
        "The eye rests at the centre among calm surfaces.",
        "model": "embedded-1",
        "provider": "embedded",
        "timestamp": taken.isoformat(timespec="milliseconds"),
        "s3_url": f"{place}original.jpg",
        "thumbnail_url": f"{place}thumbnail.jpg",
        "content_type": "image/jpeg",
    }
    return {
        **{name: {"S": value} for name, value in texts.items()},
        "labels": {"L": [{"S": label} for label in ("wide", "soft-light", first, second)]},
        "confidence": {"N": "0.73"},
        "ttl": {"N": str(int((taken + timedelta(days=365)).timestamp()))},
    }
