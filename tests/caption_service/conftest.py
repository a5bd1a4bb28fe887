"""A caption service on an S3, a DynamoDB and a Cognito in memory."""

from __future__ import annotations

import io
import json
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from unittest.mock import patch

import boto3
import pytest
from fastapi.testclient import TestClient
from moto import mock_aws
from moto.utilities.utils import load_resource
from moto_snapshot import Snapshot
from PIL import Image

from opsctl.caption_service.application import create
from opsctl.caption_service.faults import Faults
from opsctl.caption_service.settings import Settings

KEYS = {"PK": "HASH", "SK": "RANGE"}
PASSWORD = "Just-a-test-1"


@dataclass(frozen=True)
class Seeded:
    """An AWS with the service's bucket, its table, and its user pool, as it was made."""

    snapshot: Snapshot
    session: boto3.Session
    pool: str
    client_id: str
    client_secret: str


@pytest.fixture(scope="session")
def seeded() -> Seeded:
    """Made once, and put back for every test that wants it."""
    with mock_aws():
        session = boto3.Session("test", "test")
        s3 = session.client("s3", region_name="us-east-1")
        s3.create_bucket(Bucket="pictures")
        s3.put_bucket_versioning(Bucket="pictures", VersioningConfiguration={"Status": "Enabled"})
        session.client("dynamodb", region_name="us-east-1").create_table(
            TableName="captions",
            BillingMode="PAY_PER_REQUEST",
            KeySchema=[{"AttributeName": n, "KeyType": k} for n, k in KEYS.items()],
            AttributeDefinitions=[{"AttributeName": n, "AttributeType": "S"} for n in KEYS],
        )
        cognito = session.client("cognito-idp", region_name="us-east-1")
        pool = cognito.create_user_pool(PoolName="people")["UserPool"]["Id"]
        client = cognito.create_user_pool_client(
            UserPoolId=pool, ClientName="web", GenerateSecret=True
        )["UserPoolClient"]
        for user in ("alice", "bob"):
            cognito.admin_create_user(UserPoolId=pool, Username=user)
            cognito.admin_set_user_password(
                UserPoolId=pool, Username=user, Password=PASSWORD, Permanent=True
            )
        return Seeded(Snapshot(), session, pool, client["ClientId"], client["ClientSecret"])


@pytest.fixture
def account(seeded: Seeded, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[None]:
    """An account with the service's versioned bucket and its table, and nothing in them."""
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "test")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "test")
    monkeypatch.setenv("AWS_CONFIG_FILE", str(tmp_path / "none"))
    monkeypatch.delenv("AWS_PROFILE", raising=False)
    with mock_aws(), patch.object(boto3, "DEFAULT_SESSION", seeded.session):
        seeded.snapshot.restore()
        yield


class KeyDocument(BaseHTTPRequestHandler):
    """Answers the public key that moto signs with: it is served as a user pool's keys are."""

    content = json.dumps(load_resource("cognitoidp/resources/jwks-public.json")).encode()

    def do_GET(self) -> None:
        self.send_response(200)
        self.end_headers()
        self.wfile.write(self.content)

    def log_message(self, format: str, *args: object) -> None:
        """Quiet."""


@pytest.fixture(scope="session")
def keys() -> Iterator[str]:
    """The address of the user pool's keys."""
    with ThreadingHTTPServer(("127.0.0.1", 0), KeyDocument) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}/keys.json"
        server.shutdown()


@pytest.fixture
def settings(account: None, seeded: Seeded, keys: str) -> Settings:
    """With a user pool in which alice and bob may sign in."""
    return Settings(
        bucket="pictures",
        table="captions",
        hf_api_key="hf_secret",
        version="1.0.0",
        user_pool=seeded.pool,
        client_id=seeded.client_id,
        client_secret=seeded.client_secret,
        session_key="a-key-for-tests",
        jwks_url=keys,
    )


@pytest.fixture
def faults() -> Faults:
    return Faults()


@pytest.fixture
def visitor(settings: Settings, faults: Faults) -> Iterator[TestClient]:
    """Somebody who has not signed in."""
    with TestClient(create(settings, faults)) as made:
        yield made


def sign_in(visitor: TestClient, user: str) -> TestClient:
    """Makes a visitor a user, as a program would."""
    visitor.cookies.clear()
    answer = visitor.post("/api/login", json={"username": user, "password": PASSWORD})
    assert answer.status_code == 200, answer.text
    visitor.headers["X-CSRF-Token"] = answer.json()["csrf"]
    return visitor


@pytest.fixture
def client(visitor: TestClient) -> TestClient:
    """alice, signed in."""
    return sign_in(visitor, "alice")


@pytest.fixture
def enter() -> object:
    """The function that signs somebody in."""
    return sign_in


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
