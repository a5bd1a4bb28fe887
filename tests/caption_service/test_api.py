"""The caption API, over HTTP."""

import io
from collections.abc import Callable
from urllib.parse import parse_qs, urlsplit

import boto3
import pytest
import requests
from fastapi.testclient import TestClient
from PIL import Image

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


def test_what_is_stored_says_nothing_of_camera_and_place(client: TestClient) -> None:
    exif = Image.Exif()
    exif[0x0110], exif[0x0112] = "Private-Camera-7", 6
    exif.get_ifd(0x8825)[1] = "N"
    out = io.BytesIO()
    Image.new("RGB", (60, 40), (40, 90, 205)).save(out, "JPEG", exif=exif)
    made = upload(client, out.getvalue())
    key = str(made["s3_url"]).removeprefix("s3://pictures/")
    stored = boto3.client("s3", region_name="us-east-1").get_object(Bucket="pictures", Key=key)
    content = stored["Body"].read()

    assert b"Private-Camera-7" not in content
    assert dict(Image.open(io.BytesIO(content)).getexif()) == {0x0112: 6}


def test_links_are_signed_short_lived_and_for_the_owner(
    client: TestClient, enter: SignIn, jpeg: bytes
) -> None:
    made = upload(client, jpeg)
    answer = client.get(f"/api/captions/{made['image_id']}/links")
    links = answer.json()

    assert links["expires_in"] == 300
    for name, file in (("original", "original.jpg"), ("thumbnail", "thumbnail.jpg")):
        parts = urlsplit(links[name])
        assert parts.path.endswith(f"images/alice/{made['image_id']}/{file}")
        assert parse_qs(parts.query)["X-Amz-Expires"] == ["300"]
        assert requests.get(links[name], timeout=5).content.startswith(b"\xff\xd8")
    assert answer.headers["Cache-Control"] == "no-store"
    assert enter(client, "bob").get(answer.url.path).status_code == 404
