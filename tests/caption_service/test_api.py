"""The caption API, over HTTP."""

from collections.abc import Callable

import boto3
import pytest
from fastapi.testclient import TestClient

Paint = Callable[..., bytes]


SignIn = Callable[[TestClient, str], TestClient]


def upload(client: TestClient, content: bytes) -> dict[str, object]:
    answer = client.post("/api/captions", files={"file": ("p.jpg", content)})
    assert answer.status_code == 201, answer.text
    found: dict[str, object] = answer.json()
    return found


def test_an_upload_is_captioned_and_kept(client: TestClient, jpeg: bytes) -> None:
    made = upload(client, jpeg)

    assert "blue" in str(made["concise_caption"])
    assert made["s3_url"] == f"s3://pictures/images/alice/{made['image_id']}/original.jpg"
    assert client.get(f"/api/captions/{made['image_id']}").json() == made


@pytest.mark.parametrize(("kind", "extension"), [("PNG", "png"), ("WEBP", "webp")])
def test_the_extension_comes_from_the_bytes(
    client: TestClient, painted: Paint, kind: str, extension: str
) -> None:
    made = upload(client, painted((9, 9, 9), kind))

    assert str(made["s3_url"]).endswith(f"original.{extension}")


def test_bytes_that_are_no_picture_are_415_and_leave_nothing(client: TestClient) -> None:
    answer = client.post("/api/captions", files={"file": ("p.jpg", b"no picture")})

    assert answer.status_code == 415
    assert client.get("/api/captions").json() == {"captions": [], "next": None}


def test_a_picture_over_the_limit_is_413(client: TestClient) -> None:
    answer = client.post("/api/captions", files={"file": ("p.jpg", b"x" * (10 * 1024 * 1024 + 1))})

    assert answer.status_code == 413


def test_history_is_paged_newest_first(client: TestClient, jpeg: bytes) -> None:
    made = [upload(client, jpeg)["image_id"] for _ in range(3)]
    first = client.get("/api/captions", params={"limit": 2}).json()
    second = client.get("/api/captions", params={"limit": 2, "cursor": first["next"]}).json()

    found = [it["image_id"] for it in (*first["captions"], *second["captions"])]
    assert sorted(found) == sorted(made)
    assert found == sorted(found, reverse=True)
    assert second["next"] is None


def test_a_user_sees_nothing_of_another(client: TestClient, enter: SignIn, jpeg: bytes) -> None:
    made = upload(client, jpeg)
    bob = enter(client, "bob")

    assert bob.get(f"/api/captions/{made['image_id']}").status_code == 404
    assert bob.delete(f"/api/captions/{made['image_id']}").status_code == 404
    assert bob.get("/api/captions").json()["captions"] == []


def test_deleting_takes_every_version_of_the_picture(client: TestClient, jpeg: bytes) -> None:
    made = upload(client, jpeg)
    boto3.client("s3", region_name="us-east-1").put_object(
        Bucket="pictures", Key=str(made["s3_url"]).removeprefix("s3://pictures/"), Body=b"again"
    )

    assert client.delete(f"/api/captions/{made['image_id']}").status_code == 204
    left = boto3.client("s3", region_name="us-east-1").list_object_versions(Bucket="pictures")
    assert "Versions" not in left
    assert client.delete(f"/api/captions/{made['image_id']}").status_code == 404


def test_the_thumbnail_is_a_jpeg(client: TestClient, jpeg: bytes) -> None:
    made = upload(client, jpeg)
    answer = client.get(f"/api/captions/{made['image_id']}/thumbnail")

    assert answer.headers["content-type"] == "image/jpeg"
    assert answer.content.startswith(b"\xff\xd8")


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_nobody_is_anybody_without_signing_in(visitor: TestClient, method: str) -> None:
    answer = visitor.request(method, "/api/captions", headers={"X-User-Id": "alice"})

    assert (answer.status_code, answer.json()) == (401, {"detail": "sign in first"})


def test_a_cursor_from_elsewhere_is_refused(client: TestClient) -> None:
    assert client.get("/api/captions", params={"cursor": "IMAGE#1"}).status_code == 400
