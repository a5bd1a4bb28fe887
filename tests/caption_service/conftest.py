"""A caption service on an S3 and a DynamoDB in memory."""

from __future__ import annotations

import io
from collections.abc import Iterator
from pathlib import Path

import boto3
import pytest
from fastapi.testclient import TestClient
from moto import mock_aws
from PIL import Image

from opsctl.caption_service.application import create
from opsctl.caption_service.faults import Faults
from opsctl.caption_service.settings import Settings

KEYS = {"PK": "HASH", "SK": "RANGE"}


@pytest.fixture
def account(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[None]:
    """An empty account with the service's versioned bucket and its table."""
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "test")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "test")
    monkeypatch.setenv("AWS_CONFIG_FILE", str(tmp_path / "none"))
    monkeypatch.delenv("AWS_PROFILE", raising=False)
    with mock_aws():
        s3 = boto3.client("s3", region_name="us-east-1")
        s3.create_bucket(Bucket="pictures")
        s3.put_bucket_versioning(Bucket="pictures", VersioningConfiguration={"Status": "Enabled"})
        boto3.client("dynamodb", region_name="us-east-1").create_table(
            TableName="captions",
            BillingMode="PAY_PER_REQUEST",
            KeySchema=[{"AttributeName": n, "KeyType": k} for n, k in KEYS.items()],
            AttributeDefinitions=[{"AttributeName": n, "AttributeType": "S"} for n in KEYS],
        )
        yield


@pytest.fixture
def settings() -> Settings:
    return Settings(bucket="pictures", table="captions", hf_api_key="hf_secret", version="1.0.0")


@pytest.fixture
def faults() -> Faults:
    return Faults()


@pytest.fixture
def client(account: None, settings: Settings, faults: Faults) -> Iterator[TestClient]:
    """A caller whom the service takes for alice."""
    with TestClient(create(settings, faults), headers={"X-User-Id": "alice"}) as made:
        yield made


@pytest.fixture
def jpeg() -> bytes:
    return picture((40, 90, 205))


def picture(
    colour: tuple[int, int, int], kind: str = "JPEG", size: tuple[int, int] = (60, 40)
) -> bytes:
    """The bytes of a picture of one colour."""
    out = io.BytesIO()
    Image.new("RGB", size, colour).save(out, kind)
    return out.getvalue()


@pytest.fixture
def painted() -> object:
    """The function that paints pictures."""
    return picture
