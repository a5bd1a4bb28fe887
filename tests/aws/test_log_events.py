"""Log events through the emulator: pages, sources, times."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import chain

import pytest

from opsctl.aws import Aws
from opsctl.aws.log_events import LogEvent, Source, merged, millis
from opsctl.errors import NotFound
from opsctl.sandbox.emulator import Emulator

GROUP = "/test/events"
NOW = datetime.now(UTC)


@pytest.fixture(scope="module", autouse=True)
def written(emulator: Emulator) -> None:
    logs = emulator.world.backend("logs")
    logs.create_log_group(GROUP, {})
    at = millis(NOW) - 60_000
    for stream in ("ecs/app/aaa1", "ecs/app/bbb2"):
        logs.ensure_log_stream(GROUP, stream)
        logs.groups[GROUP].streams[stream].put_log_events(
            [{"timestamp": at + number, "message": f"line {number}"} for number in range(30)]
        )


def _search(local: Aws, *groups: str, **words: object) -> list[LogEvent]:
    since, until = NOW - timedelta(hours=1), NOW + timedelta(hours=1)
    pages = local.log_events.search(groups, "", since, until, **words)  # type: ignore[arg-type]
    return list(chain.from_iterable(pages))


def test_events_of_all_streams_come_in_the_order_of_time(local: Aws) -> None:
    found = _search(local, GROUP)
    assert len(found) == 60
    assert [it.at for it in found] == sorted(it.at for it in found)
    assert len({it.id for it in found}) == 60


def test_a_stream_is_named_by_its_beginning(local: Aws) -> None:
    assert {it.stream for it in _search(local, GROUP, streams=["ecs/app/aa"])} == {"ecs/app/aaa1"}


def test_enough_is_enough(local: Aws) -> None:
    assert len(_search(local, GROUP, most=7)) == 7


def test_several_sources_are_one_order_of_time(local: Aws) -> None:
    found = _search(local, GROUP, streams=["ecs/app/aa", "ecs/app/bb"])
    assert len(found) == 60
    assert [it.at for it in found] == sorted(it.at for it in found)


def test_following_shows_what_is_there_until_it_is_told_to_end(local: Aws) -> None:
    waits: list[float] = []

    def pause(seconds: float) -> bool:
        waits.append(seconds)
        return len(waits) == 2

    since = NOW - timedelta(hours=1)
    pages = local.log_events.follow(lambda: [Source(GROUP)], "", since, pause=pause)
    assert len(list(chain.from_iterable(pages))) == 60
    assert len(waits) == 2


def test_a_group_that_is_not_there_is_told(local: Aws) -> None:
    with pytest.raises(NotFound, match="no log group /not/there"):
        _search(local, "/not/there")


def test_half_a_character_is_left_to_the_slow_parser(local: Aws, emulator: Emulator) -> None:
    logs = emulator.world.backend("logs")
    logs.create_log_group("/test/half", {})
    logs.ensure_log_stream("/test/half", "s")
    logs.groups["/test/half"].streams["s"].put_log_events(
        [{"timestamp": millis(NOW), "message": "half \ud83d of it"}]
    )
    (found,) = _search(local, "/test/half")
    assert found.message == "half \ud83d of it"


def test_merging_keeps_to_one_page_at_a_time() -> None:
    asked: list[str] = []

    def pages(name: str) -> Iterator[tuple[LogEvent, ...]]:
        for number in range(3):
            asked.append(name)
            yield tuple(LogEvent(number * 10 + k, name, "m") for k in range(1000))

    next(merged([pages("a"), pages("b")]))
    assert len(asked) <= 4


def test_sources_can_be_compared() -> None:
    assert Source("a", "b") == Source("a", "b")
