"""Signing in and out, as a browser and as a program."""

import re
from dataclasses import replace

import boto3
import pytest
from fastapi.testclient import TestClient

from opsctl.caption_service.application import create
from opsctl.caption_service.faults import Faults
from opsctl.caption_service.settings import Settings

PASSWORD = "Just-a-test-1"


def token(page: str) -> str:
    found = re.search(r'name="csrf" value="([^"]+)"', page)
    assert found
    return found[1]


def fill_in(visitor: TestClient, *, password: str = PASSWORD, csrf: str | None = None) -> object:
    known = token(visitor.get("/login").text) if csrf is None else csrf
    form = {"username": "alice", "password": password, "csrf": known}
    return visitor.post("/login", data=form, follow_redirects=False)


def test_a_visitor_meets_the_sign_in_page(visitor: TestClient) -> None:
    answer = visitor.get("/")

    assert answer.status_code == 200
    assert "Image Caption Generator" in answer.text
    assert 'type="password"' in answer.text
    assert answer.headers["set-cookie"].endswith("; HttpOnly; Path=/; SameSite=strict")


def test_the_form_signs_in(visitor: TestClient) -> None:
    answer = fill_in(visitor)

    assert answer.status_code == 303
    page = visitor.get("/").text
    assert "alice" in page
    assert 'type="file"' in page
    assert "{{" not in page


def test_a_session_cookie_is_out_of_reach_of_scripts_and_other_sites(visitor: TestClient) -> None:
    cookies = [it.lower() for it in fill_in(visitor).headers.get_list("set-cookie")]
    (session,) = [it for it in cookies if it.startswith("session=")]

    assert "httponly" in session
    assert "samesite=strict" in session
    assert "secure" not in session


def test_behind_https_the_cookie_is_for_https_only(visitor: TestClient) -> None:
    answer = visitor.post(
        "/api/login",
        json={"username": "alice", "password": PASSWORD},
        headers={"X-Forwarded-Proto": "https"},
    )

    assert "secure" in answer.headers["set-cookie"].lower()


def test_a_wrong_password_shows_the_form_again(visitor: TestClient) -> None:
    answer = fill_in(visitor, password="Wrong-1")

    assert answer.status_code == 401
    assert "The user name or the password is wrong" in answer.text
    assert "session" not in visitor.cookies


def test_a_form_from_another_site_is_refused(visitor: TestClient) -> None:
    assert fill_in(visitor, csrf="made-up").status_code == 403
    visitor.cookies.clear()
    assert fill_in(visitor, csrf="").status_code in (403, 422)
    assert "session" not in visitor.cookies


def test_signing_out_needs_the_token_of_the_session(client: TestClient) -> None:
    assert client.post("/logout", data={"csrf": "made-up"}).status_code == 403
    page = client.get("/").text
    client.post("/logout", data={"csrf": token(page)})

    assert "session" not in client.cookies
    assert 'type="password"' in client.get("/").text


def test_a_program_signs_in_with_json_alone(visitor: TestClient) -> None:
    body = '{"username": "alice", "password": "Just-a-test-1"}'
    form = visitor.post("/api/login", content=body, headers={"Content-Type": "text/plain"})
    answer = visitor.post("/api/login", json={"username": "alice", "password": PASSWORD})

    assert form.status_code == 422
    assert answer.json()["user"] == "alice"
    assert answer.json()["expires_in"] == 3600


def test_a_disabled_user_is_told_so(visitor: TestClient, settings: Settings) -> None:
    boto3.client("cognito-idp", region_name="us-east-1").admin_disable_user(
        UserPoolId=settings.user_pool, Username="alice"
    )
    answer = visitor.post("/api/login", json={"username": "alice", "password": PASSWORD})

    assert (answer.status_code, answer.json()["detail"]) == (401, "this user is disabled")


def test_a_service_that_cognito_does_not_know_says_that_nobody_can_sign_in(
    settings: Settings, caplog: pytest.LogCaptureFixture
) -> None:
    with TestClient(create(replace(settings, client_id="unknown"), Faults())) as visitor:
        answer = visitor.post("/api/login", json={"username": "alice", "password": PASSWORD})

    assert answer.status_code == 503
    assert "Cognito refuses this service: ResourceNotFoundException" in caplog.text
    assert PASSWORD not in caplog.text


def test_a_user_name_cannot_bring_markup(visitor: TestClient) -> None:
    known = token(visitor.get("/login").text)
    form = {"username": "<script>", "password": "x", "csrf": known}

    assert "<script>" not in visitor.post("/login", data=form).text
