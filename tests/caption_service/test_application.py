"""The application as a whole."""

import asyncio
from collections.abc import Callable
from dataclasses import replace

import boto3
import pytest
from fastapi.testclient import TestClient

from opsctl.caption_service import application
from opsctl.caption_service.application import _warm_up, create
from opsctl.caption_service.connections import Connections
from opsctl.caption_service.faults import Faults
from opsctl.caption_service.settings import Settings

SignIn = Callable[[TestClient, str], TestClient]


def test_an_unexpected_failure_says_nothing_of_its_inside(
    settings: Settings, enter: SignIn
) -> None:
    boto3.client("dynamodb", region_name="us-east-1").delete_table(TableName="captions")
    with TestClient(create(settings, Faults()), raise_server_exceptions=False) as visitor:
        answer = enter(visitor, "alice").get("/api/captions")

    assert answer.status_code == 500
    assert answer.json() == {"detail": "something failed here; the request id finds it"}


def test_an_unexpected_failure_is_found_by_its_request_id_also_from_a_page(
    settings: Settings, enter: SignIn, caplog: pytest.LogCaptureFixture
) -> None:
    boto3.client("dynamodb", region_name="us-east-1").delete_table(TableName="captions")
    named = {"X-Request-ID": "it-is-this-one", "Accept": "text/html"}
    with TestClient(create(settings, Faults()), raise_server_exceptions=False) as visitor:
        answer = enter(visitor, "alice").get("/history", headers=named)
    (line,) = [it for it in caplog.records if it.message.startswith("unexpected failure")]

    assert (answer.status_code, answer.headers["x-request-id"]) == (500, "it-is-this-one")
    assert "Whoever runs the service finds it by it-is-this-one." in answer.text
    assert line.fields == {"request_id": "it-is-this-one"}


def test_a_key_that_the_provider_refuses_makes_it_unhealthy(settings: Settings) -> None:
    with TestClient(create(replace(settings, hf_api_key="bad-key"), Faults())) as visitor:
        answer = visitor.get("/_stcore/health")

    assert (answer.status_code, answer.text) == (503, "the provider refuses the API key")
    assert "bad-key" not in answer.text


def test_warming_up_makes_every_client(account: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(application, "WARM_UP_AFTER_SECONDS", 0.0)
    connections = Connections(Settings())
    asyncio.run(_warm_up(connections))

    assert set(connections._clients) == {"s3", "dynamodb", "cognito-idp"}
