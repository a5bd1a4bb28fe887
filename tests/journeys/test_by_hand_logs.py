"""By hand: the logs say the same as through opsctl."""

from __future__ import annotations

import json
import time
from collections import Counter
from collections.abc import Iterator
from itertools import count

import pytest
from by_hand import Hand
from running import RunningSandbox, until, whole_second

pytestmark = pytest.mark.journey

EVENTS = 40
FIRST = count(int(time.time()), EVENTS)
"""The number of the first event of each burst: no event is like another."""


@pytest.fixture
def burst(hand: Hand) -> Iterator[Hand]:
    """Some errors in the log, of which some come late; gone afterwards."""
    hand.sandbox.ask("DELETE", "log-burst")
    body = {"events": EVENTS, "level": "ERROR", "late": 4, "late_by": 30, "first": next(FIRST)}
    hand.sandbox.ask("POST", "log-burst", body)
    yield hand
    hand.sandbox.ask("DELETE", "log-burst")


def messages(sandbox: RunningSandbox, *words: str) -> list[str]:
    """What opsctl shows."""
    done = sandbox.opsctl("logs", *words, "-e", "local", "-o", "json")
    assert done.returncode == 0, done.stderr
    return [str(json.loads(it)["message"]) for it in done.stdout.splitlines()]


def bursts(text: str) -> Counter[str]:
    """How often each line of a burst stands in a text."""
    return Counter(it[it.index("{") :] for it in text.splitlines() if '"burst"' in it)


def test_a_tail_by_hand_shows_each_event_once_and_late_ones_too(burst: Hand) -> None:
    def shown(text: str) -> bool:
        return sum(bursts(text).values()) >= EVENTS

    done = burst.do("Watch the logs", 1, ended_when=shown)
    words = ("tail", "--since", "10m", "--no-follow", "--level", "ERROR")
    wanted = bursts("\n".join(messages(burst.sandbox, *words)))
    assert set(wanted.values()) == {1}
    assert bursts(done.out) == wanted


def test_what_the_task_said_that_stopped_last(hand: Hand, steady: RunningSandbox) -> None:
    ecs, names = steady.client("ecs"), steady.found["names"]
    place = {"cluster": names["cluster"]}
    task = ecs.list_tasks(**place, serviceName=names["service"])["taskArns"][0]
    ecs.stop_task(**place, task=task, reason="by hand")
    until(lambda: ecs.describe_tasks(**place, tasks=[task])["tasks"][0]["lastStatus"] == "STOPPED")
    done = hand.do("Watch the logs", 2)
    (told,) = (it for it in done.documents if "why" in it)
    assert (told["task"], told["why"]) == (task, "by hand")
    previous = messages(steady, "tail", "--previous", "--no-follow", "--since", "1h")
    assert previous
    assert set(previous) <= set(done.out.splitlines())


def test_a_search_finds_the_same_lines(burst: Hand) -> None:
    wanted = bursts("\n".join(messages(burst.sandbox, "search", "error", "--since", "1h")))
    assert len(wanted) >= EVENTS
    assert bursts(burst.do("Search the logs").out) == wanted
    other = burst.do("Search the logs", fill={"PATTERN": "%[eE][rR][rR][oO][rR][sS]%"})
    assert bursts(other.out) != wanted


def test_a_query_has_the_same_rows(burst: Hand) -> None:
    whole_second()
    done = burst.do("Query the logs")
    assert "Complete" in done.out.splitlines()
    words = ("logs", "query", "errors", "--since", "1h", "-e", "local", "-o", "json")
    wanted = json.loads(burst.sandbox.opsctl(*words).stdout)["result"]["rows"]
    rows = [it for it in done.rows if len(it) == 2]
    assert len(rows) == min(50, len(wanted)) >= EVENTS
    assert {tuple(it) for it in rows} <= {(it["@timestamp"], it["message"]) for it in wanted}
