"""The logs of tasks come into CloudWatch Logs, and do not fill the memory."""

from __future__ import annotations

from typing import Any

from opsctl.sandbox import task_logs


def events(account: Any, group: str, stream: str) -> list[str]:
    held = account.world.backend("logs").groups[group].streams[stream]
    return [event.message for event in held.events]


def test_lines_become_events_in_order(account: Any) -> None:
    group = account.world.names.log_group
    task_logs.write(account.world, (group, "a/b/c"), ["one", "two"])
    task_logs.write(account.world, (group, "a/b/c"), ["three"])
    assert events(account, group, "a/b/c") == ["one", "two", "three"]


def test_the_oldest_events_go_first(account: Any) -> None:
    group = account.world.names.log_group
    lines = [str(number) for number in range(task_logs.EVENTS_KEPT + 10)]
    task_logs.write(account.world, (group, "s"), lines)
    kept = events(account, group, "s")
    assert (len(kept), kept[0], kept[-1]) == (task_logs.EVENTS_KEPT, "10", lines[-1])


def test_a_deleted_group_swallows_the_lines(account: Any) -> None:
    task_logs.write(account.world, ("/gone", "s"), ["lost"])
    assert "/gone" not in account.world.backend("logs").groups
