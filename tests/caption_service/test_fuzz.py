"""The API against its own OpenAPI document: schemathesis sends what a client may, and may not."""

import contextlib
from collections.abc import Callable
from dataclasses import replace

import pytest
import schemathesis
from fastapi import FastAPI
from fastapi.testclient import TestClient
from hypothesis import HealthCheck, given
from hypothesis import settings as bounds
from hypothesis.errors import Unsatisfiable
from schemathesis import APIOperation, Case, GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
    unsupported_method,
)

from opsctl.caption_service.application import create
from opsctl.caption_service.faults import Faults
from opsctl.caption_service.sessions import COOKIE
from opsctl.caption_service.settings import Settings

PASSWORD = "Just-a-test-1"
EXAMPLES = 70
FEWEST = 100
CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_schema_conformance,
    unsupported_method,
]
SignIn = Callable[[TestClient, str], TestClient]


@pytest.fixture
def app(settings: Settings) -> FastAPI:
    """The application, whose users may ask as often as they like."""
    return create(replace(settings, rate_per_minute=1_000_000, rate_burst=1_000_000), Faults())


def session(client: TestClient) -> dict[str, str]:
    """The headers of alice, signed in now: one of the operations signs her out."""
    answer = client.post("/api/login", json={"username": "alice", "password": PASSWORD})
    return {
        "Cookie": f"{COOKIE}={answer.cookies[COOKIE]}",
        "X-CSRF-Token": answer.json()["csrf"],
    }


def statuses(
    operation: APIOperation, mode: GenerationMode, path: dict[str, str], headers: dict[str, str]
) -> list[int]:
    """What it answers to EXAMPLES requests, each of which passed the checks."""
    seen: list[int] = []
    strategy = operation.as_strategy(generation_mode=mode, path_parameters=path or None)

    @bounds(
        max_examples=EXAMPLES,
        deadline=None,
        derandomize=True,
        database=None,
        suppress_health_check=list(HealthCheck),
    )
    @given(case=strategy)
    def ask(case: Case) -> None:
        seen.append(case.call_and_validate(headers=headers, checks=CHECKS).status_code)

    # Nothing can be wrong with a request that has neither parameters nor a body.
    with contextlib.suppress(Unsatisfiable):
        ask()
    return seen


@pytest.mark.parametrize("mode", list(GenerationMode))
def test_every_answer_is_one_that_the_api_documents(
    app: FastAPI, mode: GenerationMode, jpeg: bytes
) -> None:
    client = TestClient(app)
    seen: list[int] = []
    for result in schemathesis.openapi.from_asgi("/openapi.json", app).get_all_operations():
        operation = result.ok()
        client.cookies.clear()
        headers = session(client)
        upload = client.post("/api/captions", files={"file": ("p.jpg", jpeg)}, headers=headers)
        known = {"image_id": upload.json()["image_id"]}
        for path in ({}, known) if "image_id" in operation.path else ({},):
            seen += statuses(operation, mode, path, headers)

    assert len(seen) >= FEWEST
    assert {200, 404} <= set(seen) if mode is GenerationMode.POSITIVE else 422 in seen
