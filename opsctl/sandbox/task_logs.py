"""The logs of tasks, written to CloudWatch Logs as the awslogs driver does."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from opsctl.sandbox.world import World

EVENTS_KEPT = 50_000
"""Of one stream; the oldest go first, so that a sandbox left running does not fill the memory."""

MESSAGE_LIMIT = 256 * 1024


def write(world: World, stream: tuple[str, str], lines: list[str]) -> None:
    """Add lines to a (log group, stream). A group that was deleted meanwhile swallows them."""
    if not lines:
        return
    group, name = stream
    logs = world.backend("logs")
    if group not in logs.groups:
        return
    logs.ensure_log_stream(group, name)
    at = int(world.clock().timestamp() * 1000)
    events = [{"timestamp": at, "message": line[:MESSAGE_LIMIT]} for line in lines]
    held = logs.groups[group].streams[name]
    held.put_log_events(events)
    del held.events[:-EVENTS_KEPT]
