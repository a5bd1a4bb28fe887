"""What every request passes."""

import logging
from collections.abc import Iterator
from types import SimpleNamespace

import pytest
from fastapi.testclient import TestClient

from opsctl.caption_service import limits
from opsctl.caption_service.faults import Faults


def test_the_callers_request_id_comes_back(client: TestClient) -> None:
    answer = client.get("/version", headers={"X-Request-ID": "trace-1"})

    assert answer.headers["x-request-id"] == "trace-1"


def test_a_request_without_an_id_gets_one(client: TestClient) -> None:
    first, second = (client.get("/version").headers["x-request-id"] for _ in range(2))

    assert first
    assert first != second


def test_a_body_without_a_length_is_counted(client: TestClient) -> None:
    def endless() -> Iterator[bytes]:
        yield b'--b\r\nContent-Disposition: form-data; name="file"; filename="p"\r\n\r\n'
        for _ in range(12):
            yield b"x" * 1024 * 1024

    answer = client.post(
        "/api/captions",
        content=endless(),
        headers={"Content-Type": "multipart/form-data; boundary=b"},
    )
    assert answer.status_code == 413


def test_slow_holds_back_everything_but_health(
    visitor: TestClient, faults: Faults, monkeypatch: pytest.MonkeyPatch
) -> None:
    slept: list[float] = []

    async def sleep(seconds: float) -> None:
        slept.append(seconds)

    monkeypatch.setattr(limits, "asyncio", SimpleNamespace(sleep=sleep))
    faults.slow = True
    visitor.get("/_stcore/health")
    assert slept == []

    visitor.get("/version")
    assert slept == [limits.SLOW_SECONDS]


def test_errors_fail_every_page_but_health_and_are_logged_as_such(
    visitor: TestClient, faults: Faults, caplog: pytest.LogCaptureFixture
) -> None:
    faults.errors = True
    with pytest.raises(RuntimeError, match="errors on purpose"):
        visitor.get("/")
    assert visitor.get("/_stcore/health").status_code == 200
    levels = {it.levelname for it in caplog.records if it.getMessage() == "GET / 500"}
    assert levels == {"ERROR"}


def test_a_request_is_logged_once_and_a_good_health_check_never(
    client: TestClient, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO, logger="caption_service.request")
    client.get("/_stcore/health")
    client.get("/nothing")

    assert [it.getMessage() for it in caplog.records if it.name == "caption_service.request"] == [
        "GET /nothing 404"
    ]
