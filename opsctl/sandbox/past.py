"""`/_sandbox/past`: what was measured, logged and stopped, which `DELETE` forgets."""

from __future__ import annotations

from typing import TYPE_CHECKING

from opsctl.sandbox import metrics, scaling

if TYPE_CHECKING:
    from opsctl.sandbox.world import World


def control(world: World, method: str, _: bytes) -> dict[str, int]:
    """`DELETE` forgets all metrics, log events, stopped tasks and scaling activities, so that only
    what happens later is seen; answers how many there were. An alarm follows its metric at once,
    also one whose state was set by hand."""
    if method != "DELETE":
        raise ValueError("DELETE is all that can be done")
    logs = world.backend("logs")
    with world.lock:
        streams = [it for group in logs.groups.values() for it in group.streams.values()]
        world.balancer_counters.drain()
        world.service_counters.drain()
        events = [it.events for it in streams]
        activities = scaling.activities_of(world)
        found = {
            "series": metrics.store(world).clear(),
            "events": sum(map(len, events)),
            "tasks": len(world.fleet.stopped),
            "activities": len(activities),
        }
        for alarm in world.backend("cloudwatch").alarms.values():
            alarm.held_until = 0.0
        for it in (*events, world.fleet.stopped, activities):
            it.clear()
    return found
