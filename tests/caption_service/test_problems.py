"""Refusals of a method."""

from fastapi.testclient import TestClient

from opsctl.caption_service import problems


def test_a_method_that_is_not_there_is_told_all_that_are(visitor: TestClient) -> None:
    answer = visitor.put("/api/captions")

    assert answer.status_code == 405
    assert answer.headers["Allow"] == "GET, POST"
    assert answer.json() == {"detail": "method not allowed"}


def test_every_documented_refusal_says_what_it_means() -> None:
    assert all(it["description"] for it in problems.of(400, 413, 415, 429, 503).values())
