"""Rules about what visitors get: errors, by who answered them, and waiting."""

from __future__ import annotations

from opsctl.reports.diagnosis import spells
from opsctl.reports.diagnosis.evidence import Evidence
from opsctl.reports.diagnosis.finding import Finding, Rule
from opsctl.reports.diagnosis.spells import Spell

FEWEST = 3
"""Errors below it are nobody's spell."""
WORST_SHARE, BAD_SHARE = 0.05, 0.01
SLOW = 1.0
"""Seconds of the 99th percentile from which visitors wait."""
FEWEST_REQUESTS = 5
ERRORS = frozenset({"errors"})
LATENCY = frozenset({"latency"})
CHANGED = frozenset({"deployment", "secret", "run"})


def server_errors(it: Evidence) -> Finding | None:
    """The tasks themselves answer 5xx."""
    spell = spells.last(it.of("target_5xx").points, it)
    if spell is None:
        return None
    count, share, words = _share(it, "target_5xx", spell)
    if count < FEWEST or share < BAD_SHARE:
        return None
    evidence = [words, _split(it, spell)]
    if it.errors:
        evidence += [f"{times} × in the log: {text}" for text, times in it.errors.messages]
    if it.health and it.health.ok:
        evidence.append("the health endpoint answers ok, so no task is replaced for it")
    return Finding(
        spell.severity("critical" if share >= WORST_SHARE else "warning"),
        f"The application answers errors: {count} 5xx {spell.words} UTC",
        tuple(evidence),
        "The application fails inside, on something that its health check does not look at.",
        "opsctl logs search ERROR --since 15m",
        onset=spell.began,
    )


def balancer_errors(it: Evidence) -> Finding | None:
    """The load balancer answers 5xx: there is nobody behind it, or somebody does not answer."""
    spell = spells.last(it.of("balancer_5xx").points, it)
    if spell is None:
        return None
    count, share, words = _share(it, "balancer_5xx", spell)
    if count < FEWEST or share < BAD_SHARE:
        return None
    return Finding(
        spell.severity("critical" if share >= WORST_SHARE else "warning"),
        f"The load balancer answers errors itself: {count} 5xx {spell.words} UTC",
        (words, _split(it, spell)),
        "No target was healthy (503), one closed the connection (502) or took too long (504).",
        "opsctl status",
        onset=spell.began,
    )


def _share(it: Evidence, name: str, spell: Spell) -> tuple[int, float, str]:
    """Errors of a spell, their share of the requests, and both in words."""
    count = round(sum(point.value for point in spell.points))
    requests = max(count, it.sum_of("requests", spell.points[0].at))
    share = count / requests if requests else 0.0
    return count, share, f"{count} of {requests} requests ({share:.0%}) {spell.words} UTC"


def _split(it: Evidence, spell: Spell) -> str:
    start = spell.points[0].at
    return (
        f"by the tasks {it.sum_of('target_5xx', start)}, by the load balancer itself "
        f"{it.sum_of('balancer_5xx', start)}"
    )


def slow(it: Evidence) -> Finding | None:
    """Visitors wait: all of them, or the unlucky ones."""
    spell = spells.last(it.of("latency_p99").points, it, lambda value: value >= SLOW)
    if spell is None:
        return None
    start = spell.points[0].at
    if it.sum_of("requests", start) < FEWEST_REQUESTS:
        return None
    p50 = it.of("latency_p50").since(start).highest or 0.0
    p99 = max(point.value for point in spell.points)
    everybody = p50 >= SLOW
    return Finding(
        spell.severity("critical" if everybody else "warning"),
        f"{'Every answer is' if everybody else 'Some answers are'} slow: p99 {p99:.2f} s, "
        f"p50 {p50:.2f} s {spell.words} UTC",
        tuple(_slow_evidence(it)),
        _slow_cause(it, everybody),
        "opsctl logs search milliseconds --since 5m" if it.served else "opsctl metrics --since 1h",
        onset=spell.began,
    )


def _slow_evidence(it: Evidence) -> list[str]:
    found = [f"{it.sum_of('requests', it.since)} requests since {it.since:%H:%M:%S} UTC"]
    if one := it.served:
        found.append(
            f"by the tasks' own log: median {one.median:.0f} ms, slowest {one.slowest:.0f} ms "
            f"({one.path}) of {one.count} requests; {one.slow_tasks} of {one.tasks} tasks are slow"
        )
    if it.health and it.health.ok:
        found.append(f"the health endpoint answers in {it.health.milliseconds:.0f} ms")
    cpu = it.of("cpu").since(it.fresh).highest
    if cpu is not None:
        found.append(f"CPU at most {cpu:.0f} %")
    return found


def _slow_cause(it: Evidence, everybody: bool) -> str:
    cpu = it.of("cpu").since(it.fresh).highest
    if cpu is not None and cpu >= 85:
        return "The tasks have too little CPU: scale out, or give each more."
    if it.served and 0 < it.served.slow_tasks < it.served.tasks:
        return "Only some tasks are slow: look at those, or replace them."
    if everybody:
        return (
            "The tasks wait inside every request, not for CPU: for something they call "
            "(model endpoint, DynamoDB, S3, Cognito), or for a change in the release."
        )
    return "A few requests wait: large pictures, one slow dependency, or cold starts."


RULES = (
    Rule("server-errors", 60, server_errors, ERRORS, CHANGED),
    Rule("balancer-errors", 62, balancer_errors, ERRORS, CHANGED | {"scaling"}),
    Rule("slow", 70, slow, LATENCY, CHANGED | {"scaling"}),
)
