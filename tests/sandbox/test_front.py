"""The front answers its own controls, and keeps the state of moto to one request at a time."""

from __future__ import annotations

import threading
import urllib.error
import urllib.request
from typing import Any

import pytest

from opsctl.errors import UsageProblem
from opsctl.sandbox.control import ask


@pytest.fixture
def endpoint(account: Any) -> str:
    account.client("ecs").list_clusters()
    return str(account.endpoint_url)


def test_calls_can_be_read_and_cleared(endpoint: str) -> None:
    assert [it["operation"] for it in ask(endpoint, "GET", "calls")] == ["ListClusters"]
    assert len(ask(endpoint, "DELETE", "calls")) == 1
    assert ask(endpoint, "GET", "calls") == []


def test_faults_can_be_added_one_or_several_and_cleared(endpoint: str) -> None:
    ask(endpoint, "POST", "faults", {"code": "A"})
    listed = ask(endpoint, "POST", "faults", [{"code": "B"}, {"latency": 0.1}])
    assert [it["code"] for it in listed] == ["A", "B", ""]
    assert ask(endpoint, "DELETE", "faults") == []


def test_a_bad_rule_is_a_bad_request(endpoint: str) -> None:
    with pytest.raises(UsageProblem, match="unknown field"):
        ask(endpoint, "POST", "faults", {"colour": "red"})


def test_an_unknown_control_is_not_found(endpoint: str) -> None:
    with pytest.raises(UsageProblem, match="no such control"):
        ask(endpoint, "GET", "nothing")


def test_an_unknown_blob_is_not_found(endpoint: str) -> None:
    with pytest.raises(urllib.error.HTTPError, match="404"):
        urllib.request.urlopen(f"{endpoint}/_sandbox/blobs/sha256:0")


def test_calls_wait_for_the_lock_and_controls_do_not(account: Any, endpoint: str) -> None:
    ecs = account.client("ecs")
    answered = threading.Event()
    held = threading.Thread(target=lambda: (ecs.list_clusters(), answered.set()))
    with account.world.lock:
        held.start()
        assert ask(endpoint, "GET", "faults") == []
        assert not answered.wait(0.2)
    assert answered.wait(5)
    held.join()


def test_a_large_body_comes_through(account: Any) -> None:
    s3 = account.client("s3")
    s3.create_bucket(Bucket="big")
    s3.put_object(Bucket="big", Key="k", Body=b"x" * 3_000_000)
    assert s3.head_object(Bucket="big", Key="k")["ContentLength"] == 3_000_000
