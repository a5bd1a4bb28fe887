"""Deleting all of one's own data, over HTTP."""

from collections.abc import Callable

import boto3
import pytest
from fastapi.testclient import TestClient

SignIn = Callable[[TestClient, str], TestClient]


def upload(client: TestClient, content: bytes) -> None:
    answer = client.post("/api/captions", files={"file": ("p.jpg", content)})
    assert answer.status_code == 201, answer.text


def stored() -> tuple[list[str], list[str]]:
    s3 = boto3.client("s3", region_name="us-east-1")
    found = s3.list_object_versions(Bucket="pictures")
    items = boto3.client("dynamodb", region_name="us-east-1").scan(TableName="captions")["Items"]
    keys = [it["Key"] for it in (*found.get("Versions", []), *found.get("DeleteMarkers", []))]
    return keys, [it["PK"]["S"] for it in items]


def test_all_data_goes_and_the_user_is_signed_out(
    client: TestClient, enter: SignIn, jpeg: bytes
) -> None:
    upload(client, jpeg)
    upload(client, jpeg)
    cookie = client.cookies["session"]
    answer = client.delete("/api/me/data")

    assert answer.status_code == 200
    assert answer.json()["deleted"] == {"object_versions": 4, "uploads": 0, "captions": 2}
    assert answer.json()["account"].startswith("kept")
    assert stored() == ([], [])
    assert "session" not in client.cookies
    # The cookie that somebody kept elsewhere opens nothing either.
    client.cookies.set("session", cookie)
    assert client.get("/api/captions").status_code == 401
    assert enter(client, "alice").get("/api/captions").json()["captions"] == []


def test_others_keep_theirs(client: TestClient, enter: SignIn, jpeg: bytes) -> None:
    upload(client, jpeg)
    bob = enter(client, "bob")
    upload(bob, jpeg)
    bob.delete("/api/me/data")

    keys, items = stored()
    assert {it.split("/")[1] for it in keys} == {"alice"}
    assert items == ["USER#alice"]


def test_it_needs_the_token_of_the_session(client: TestClient, jpeg: bytes) -> None:
    upload(client, jpeg)
    del client.headers["X-CSRF-Token"]

    assert client.delete("/api/me/data").status_code == 403
    assert len(stored()[1]) == 1


def test_what_could_not_be_deleted_is_503_and_still_signed_in(
    client: TestClient, jpeg: bytes, caplog: pytest.LogCaptureFixture
) -> None:
    upload(client, jpeg)
    boto3.client("dynamodb", region_name="us-east-1").delete_table(TableName="captions")
    answer = client.delete("/api/me/data")

    assert answer.status_code == 503
    assert answer.json()["detail"] == "not all is deleted yet: send the same again"
    assert "ResourceNotFoundException; deleted so far: 2 object versions" in caplog.text
    assert "session" in client.cookies
