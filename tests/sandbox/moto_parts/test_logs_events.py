"""FilterLogEvents as CloudWatch Logs answers it."""

from __future__ import annotations

from typing import Any

import pytest
from botocore.exceptions import ClientError

from opsctl.aws import Aws
from opsctl.sandbox.emulator import Emulator
from opsctl.sandbox.moto_parts import logs_events

GROUP = "/test/filter"


@pytest.fixture
def logs(local: Aws, emulator: Emulator) -> Any:
    emulator.world.backend("logs").ensure_log_group(GROUP)
    return local.client("logs")


def _put(emulator: Emulator, stream: str, events: list[tuple[int, str]]) -> None:
    backend = emulator.world.backend("logs")
    backend.ensure_log_stream(GROUP, stream)
    backend.groups[GROUP].streams[stream].put_log_events(
        [{"timestamp": at, "message": message} for at, message in events]
    )


def _all(logs: Any, **words: Any) -> tuple[list[dict[str, Any]], list[int]]:
    """(every event, the length of each page)."""
    events: list[dict[str, Any]] = []
    sizes: list[int] = []
    while True:
        answer = logs.filter_log_events(logGroupName=GROUP, **words)
        events += answer["events"]
        sizes.append(len(answer["events"]))
        if "nextToken" not in answer:
            return events, sizes
        words["nextToken"] = answer["nextToken"]


def test_pages_hold_each_event_once_in_the_order_of_time(emulator: Emulator, logs: Any) -> None:
    for stream in ("one/a", "one/b"):
        _put(emulator, stream, [(at // 3, f"{stream} {at}") for at in range(500)])
    events, sizes = _all(logs, logStreamNamePrefix="one/", limit=300)
    assert sizes == [300, 300, 300, 100]
    assert len({it["eventId"] for it in events}) == 1000
    assert [it["timestamp"] for it in events] == sorted(it["timestamp"] for it in events)


def test_what_arrives_between_two_pages_repeats_and_hides_nothing(
    emulator: Emulator, logs: Any
) -> None:
    _put(emulator, "two/a", [(at, f"{at}") for at in range(10)])
    words = {"logGroupName": GROUP, "logStreamNamePrefix": "two/", "limit": 5}
    first = logs.filter_log_events(**words)
    _put(emulator, "two/b", [(2, "late"), (8, "in time")])
    rest, _ = _all(logs, logStreamNamePrefix="two/", nextToken=first["nextToken"])
    assert [it["message"] for it in rest] == ["5", "6", "7", "8", "in time", "9"]


def test_a_page_may_be_empty_and_not_the_last(
    emulator: Emulator, logs: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(logs_events, "LOOKED_AT", 20)
    _put(emulator, "three/a", [(at, "nothing") for at in range(45)] + [(45, "needle")])
    events, sizes = _all(logs, logStreamNamePrefix="three/", filterPattern="needle")
    assert [it["message"] for it in events] == ["needle"]
    assert sizes == [0, 0, 1]


def test_a_page_is_at_most_a_megabyte(emulator: Emulator, logs: Any) -> None:
    _put(emulator, "four/a", [(at, "x" * 100_000) for at in range(25)])
    _, sizes = _all(logs, logStreamNamePrefix="four/")
    assert sizes == [11, 11, 3]


@pytest.mark.parametrize(
    ("words", "code"),
    [
        ({"filterPattern": "what!"}, "InvalidParameterException"),
        ({"logStreamNames": ["gone"]}, "ResourceNotFoundException"),
        ({"logGroupName": "/gone"}, "ResourceNotFoundException"),
        ({"nextToken": "made up"}, "InvalidParameterException"),
        ({"logStreamNames": ["a"], "logStreamNamePrefix": "a"}, "InvalidParameterException"),
    ],
)
def test_refusals(logs: Any, words: dict[str, Any], code: str) -> None:
    with pytest.raises(ClientError) as caught:
        logs.filter_log_events(**{"logGroupName": GROUP, **words})
    assert caught.value.response["Error"]["Code"] == code
