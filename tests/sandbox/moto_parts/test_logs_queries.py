"""Insights as an API."""

from __future__ import annotations

import time
from typing import Any

import pytest
from botocore.exceptions import ClientError

from opsctl.aws import Aws
from opsctl.sandbox.emulator import Emulator
from opsctl.sandbox.moto_parts import logs_queries

GROUP = "/test/insights"


@pytest.fixture
def logs(local: Aws, emulator: Emulator) -> Any:
    backend = emulator.world.backend("logs")
    if GROUP not in backend.groups:
        backend.create_log_group(GROUP, {})
        backend.ensure_log_stream(GROUP, "s")
        at = int(time.time() * 1000)
        backend.groups[GROUP].streams["s"].put_log_events(
            [{"timestamp": at, "message": f'{{"n": {n}}}'} for n in range(10)]
        )
    return local.client("logs")


def _start(logs: Any, query: str = "fields n", **over: Any) -> str:
    now = int(time.time())
    words = {"logGroupNames": [GROUP], "startTime": now - 60, "endTime": now + 60, **over}
    return str(logs.start_query(queryString=query, **words)["queryId"])


def test_a_query_runs_for_a_moment_with_a_part_of_its_rows(logs: Any) -> None:
    id = _start(logs)
    seen: list[dict[str, Any]] = []
    while not seen or seen[-1]["status"] != "Complete":
        seen.append(logs.get_query_results(queryId=id))
        time.sleep(0.1)
    assert seen[0]["status"] == "Running"
    assert sorted({len(it["results"]) for it in seen}) == [0, 5, 10]
    assert seen[-1]["statistics"]["recordsScanned"] == 10


def test_a_stopped_query_is_cancelled_and_cannot_be_stopped_again(logs: Any) -> None:
    id = _start(logs)
    assert logs.stop_query(queryId=id)["success"]
    assert logs.get_query_results(queryId=id)["status"] == "Cancelled"
    with pytest.raises(ClientError, match="InvalidParameterException"):
        logs.stop_query(queryId=id)


def test_queries_are_listed_by_their_status(logs: Any) -> None:
    id = _start(logs)
    listed = logs.describe_queries(logGroupName=GROUP, status="Running")["queries"]
    assert id in [it["queryId"] for it in listed]
    logs.stop_query(queryId=id)


def test_so_many_at_once_are_enough(logs: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(logs_queries, "AT_ONCE", 0)
    with pytest.raises(ClientError, match="LimitExceededException"):
        _start(logs)


@pytest.mark.parametrize(
    ("over", "code"),
    [
        ({"query": "bogus"}, "MalformedQueryException"),
        ({"logGroupNames": ["/gone"]}, "ResourceNotFoundException"),
        ({"startTime": 10, "endTime": 5}, "InvalidParameterException"),
    ],
)
def test_refusals(logs: Any, over: dict[str, Any], code: str) -> None:
    with pytest.raises(ClientError) as caught:
        _start(logs, **over)
    assert caught.value.response["Error"]["Code"] == code
    if code == "MalformedQueryException":
        place = caught.value.response["queryCompileError"]["location"]  # type: ignore[typeddict-item]
        assert place == {"startCharOffset": 0, "endCharOffset": 4}


def test_a_query_that_there_is_not_is_told(logs: Any) -> None:
    with pytest.raises(ClientError, match="ResourceNotFoundException"):
        logs.get_query_results(queryId="gone")
