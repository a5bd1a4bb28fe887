"""Rules about room: whether more load could be carried."""

from __future__ import annotations

from opsctl.reports.diagnosis import spells
from opsctl.reports.diagnosis.evidence import Evidence
from opsctl.reports.diagnosis.finding import Finding, Rule

BUSY, FULL = 85.0, 90.0
REFUSED = "AlreadyAtMaxCapacity"
LOAD = frozenset({"errors", "latency"})


def no_room(it: Evidence) -> Finding | None:
    """The tasks are busy and autoscaling may not start another."""
    if it.bounds is None or it.service is None or it.service.desired < it.bounds.maximum:
        return None
    spell = spells.last(it.of("cpu").points, it, lambda value: value >= BUSY)
    if spell is None:
        return None
    highest = max(point.value for point in spell.points)
    refused = [one for one in it.activities or () if REFUSED in one.refusals and one.at >= it.since]
    evidence = [
        f"CPU up to {highest:.0f} % {spell.words} UTC",
        f"{it.service.desired} tasks, and autoscaling may run {it.bounds.minimum} to "
        f"{it.bounds.maximum}",
    ]
    if refused:
        evidence.append(
            f"autoscaling wanted more at {refused[0].at:%H:%M:%S} UTC and was refused: {REFUSED}"
        )
    return Finding(
        spell.severity("critical" if highest >= FULL else "warning"),
        f"Capacity is exhausted: {it.service.desired} tasks are the maximum, CPU {highest:.0f} %",
        tuple(evidence),
        "More load than the tasks can carry, and the maximum keeps autoscaling from helping.",
        f"opsctl scale bounds --max {it.bounds.maximum * 2}",
        onset=spell.began,
    )


def suspended(it: Evidence) -> Finding | None:
    """Autoscaling is switched off."""
    if it.bounds is None or not it.bounds.suspended:
        return None
    cpu = it.of("cpu").since(it.fresh).highest or 0.0
    needed = cpu >= BUSY and "DynamicScalingOut" in it.bounds.suspended
    return Finding(
        "warning" if needed else "notice",
        f"Autoscaling is suspended: {', '.join(it.bounds.suspended)}",
        (f"CPU at most {cpu:.0f} % of late",),
        "Somebody switched it off, for a deployment or a test, and not on again.",
        "opsctl scale show",
    )


def memory(it: Evidence) -> Finding | None:
    """The next picture may be one too many."""
    spell = spells.last(it.of("memory").points, it, lambda value: value >= FULL)
    if spell is None or not spell.ongoing:
        return None
    highest = max(point.value for point in spell.points)
    return Finding(
        "warning",
        f"Memory is at {highest:.0f} % of what the tasks reserve",
        (f"{spell.words} UTC",),
        "A leak, or pictures that are too large for the task: ECS kills what goes beyond 100 %.",
        "opsctl scale show",
        onset=spell.began,
    )


RULES = (
    Rule("no-room", 55, no_room, LOAD, frozenset({"run", "scaling"})),
    Rule("memory-full", 57, memory, LOAD, frozenset({"deployment"})),
    Rule("autoscaling-suspended", 80, suspended, LOAD, frozenset({"run"})),
)
