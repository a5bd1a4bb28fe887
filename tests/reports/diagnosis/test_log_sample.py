"""The sample of the log: by pattern and time, bounded in lines and pages."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

from ill import NOW, SINCE, ago
from samples import target

from opsctl.aws import Aws
from opsctl.aws.log_events import LogEvent
from opsctl.reports.diagnosis import log_sample
from opsctl.reports.diagnosis.log_sample import MOST_LINES, MOST_PAGES

if TYPE_CHECKING:
    from opsctl.sandbox.emulator import Emulator


def paper(pages: Iterator[tuple[LogEvent, ...]]) -> Any:
    """A door to a log of these pages."""
    log = SimpleNamespace(search=lambda *_, **__: pages)
    return SimpleNamespace(
        target=target(), log_events=log, at_once=lambda *r: tuple(x() for x in r)
    )


def test_lines_are_found_by_pattern_and_time(emulator: Emulator, local: Aws) -> None:
    logs = emulator.world.backend("logs")
    group, now = local.target.log_group, emulator.world.clock()
    logs.create_log_stream(group, "ecs/app/1")
    told = [
        (now - timedelta(minutes=9), "ERROR old"),
        (now - timedelta(minutes=1), "ERROR new"),
        (now, '{"level": "INFO", "milliseconds": 12}'),
    ]
    logs.put_log_events(
        group,
        "ecs/app/1",
        [{"timestamp": int(at.timestamp() * 1000), "message": line} for at, line in told],
    )
    since, until = now - timedelta(minutes=5), now + timedelta(seconds=1)
    found = log_sample.lines(local, since, now - timedelta(minutes=2), until, "ERROR")
    assert found
    assert found.messages == (("ERROR new", 1),)
    assert log_sample.lines(local, since, since, until, "nothing") is None
    requests = log_sample.served(local, since, until)
    assert requests
    assert (requests.count, requests.median) == (1, 12.0)


def test_a_log_of_empty_pages_is_given_up_and_called_cut() -> None:
    read: list[int] = []

    def pages() -> Iterator[tuple[LogEvent, ...]]:
        while True:
            read.append(1)
            yield (LogEvent(1, "s", "ERROR"),) if len(read) == 1 else ()

    found = log_sample.lines(paper(pages()), SINCE, SINCE, NOW, "ERROR")
    assert found
    assert (len(read), found.cut) == (MOST_PAGES, True)


def test_more_lines_than_are_read_are_called_cut() -> None:
    page = tuple(LogEvent(n, "s", "ERROR") for n in range(MOST_LINES))
    found = log_sample.lines(paper(iter([page])), SINCE, SINCE, NOW, "ERROR")
    assert found
    assert (found.count, found.cut) == (MOST_LINES, True)


def test_many_old_lines_do_not_hide_that_it_goes_on() -> None:
    def search(_groups: Any, _pattern: str, since: Any, _until: Any, most: int) -> Any:
        at = int(since.timestamp() * 1000)
        yield tuple(LogEvent(at + n, "s", "ERROR") for n in range(most if since == SINCE else 2))

    door = paper(iter(()))
    door.log_events.search = search
    found = log_sample.lines(door, SINCE, ago(5), NOW, "ERROR")
    assert found
    assert (found.count, found.cut) == (MOST_LINES + 2, True)
    assert found.last >= ago(5)
