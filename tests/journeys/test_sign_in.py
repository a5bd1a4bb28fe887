"""People sign in to the caption service, and a disabled one is out."""

from __future__ import annotations

import io
import time
from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from PIL import Image
from running import RunningSandbox

pytestmark = pytest.mark.journey


@pytest.fixture
def alice(steady: RunningSandbox) -> Iterator[httpx.Client]:
    """alice in her browser, signed in; enabled again afterwards."""
    with httpx.Client(base_url=steady.app_url, trust_env=False, timeout=20) as browser:
        enter(steady, browser)
        yield browser
    steady.client("cognito-idp").admin_enable_user(**who(steady))


def who(sandbox: RunningSandbox, user: str = "alice") -> dict[str, str]:
    return {"UserPoolId": sandbox.found["names"]["user_pool"], "Username": user}


def enter(sandbox: RunningSandbox, browser: httpx.Client) -> None:
    known = {"username": "alice", "password": sandbox.found["made"]["password"]}
    answer = browser.post("/api/login", json=known)
    assert answer.status_code == 200, answer.text
    browser.headers["X-CSRF-Token"] = answer.json()["csrf"]


def upload(browser: httpx.Client) -> httpx.Response:
    out = io.BytesIO()
    Image.new("RGB", (60, 40), (40, 90, 205)).save(out, "JPEG")
    return browser.post("/api/captions", files={"file": ("p.jpg", out.getvalue())})


def history(browser: httpx.Client) -> list[dict[str, Any]]:
    answer = browser.get("/api/captions")
    assert answer.status_code == 200, answer.text
    return list(answer.json()["captions"])


def test_a_user_signs_in_uploads_and_sees_it_from_every_task(alice: httpx.Client) -> None:
    made = upload(alice)
    assert made.status_code == 201, made.text

    # The load balancer gives requests to both tasks in turn: each must know the session.
    for _ in range(4):
        newest = history(alice)[0]
        assert newest["image_id"] == made.json()["image_id"]
        assert newest["user_id"] == "alice"


def test_a_disabled_user_is_refused_at_once(steady: RunningSandbox, alice: httpx.Client) -> None:
    assert history(alice)
    steady.client("cognito-idp").admin_disable_user(**who(steady))

    assert upload(alice).status_code == 401
    deadline = time.monotonic() + 2.0
    while alice.get("/api/captions").status_code != 401:
        assert time.monotonic() < deadline, "she still reads after two seconds"
    again = alice.post(
        "/api/login", json={"username": "alice", "password": steady.found["made"]["password"]}
    )
    assert (again.status_code, again.json()["detail"]) == (401, "this user is disabled")


def test_a_session_lasts_while_a_second_client_secret_comes_and_goes(
    steady: RunningSandbox, alice: httpx.Client
) -> None:
    cognito, names = steady.client("cognito-idp"), steady.found["names"]
    place = {"UserPoolId": names["user_pool"], "ClientId": names["user_pool_client"]}
    added = cognito.add_user_pool_client_secret(**place)["ClientSecretDescriptor"]
    try:
        assert history(alice)
        enter(steady, alice)
    finally:
        cognito.delete_user_pool_client_secret(**place, ClientSecretId=added["ClientSecretId"])
    enter(steady, alice)


def test_a_visitor_gets_the_sign_in_page_and_nothing_else(steady: RunningSandbox) -> None:
    with httpx.Client(base_url=steady.app_url, trust_env=False, timeout=20) as visitor:
        assert visitor.get("/").status_code == 200
        assert visitor.get("/api/captions", headers={"X-User-Id": "alice"}).status_code == 401
