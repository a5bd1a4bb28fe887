"""Rules about DynamoDB and Cognito refusing requests as too many."""

from __future__ import annotations

import re
from datetime import datetime

from opsctl.aws.metrics import Point
from opsctl.reports.diagnosis import spells
from opsctl.reports.diagnosis.evidence import Evidence
from opsctl.reports.diagnosis.finding import Finding, Rule
from opsctl.reports.diagnosis.spells import Spell

THROTTLING = frozenset({"throttling", "errors", "latency"})
_EVENTS = re.compile(r"(?P<kind>read|write)_throttles(?::(?P<cause>\w+))?(?:@(?P<index>.+))?")

CAUSES = {
    "KeyRange": (
        "One key range is asked too often (a hot partition): a user or picture that everybody "
        "asks for. More capacity does not help; cache it, or spread its keys."
    ),
    "OnDemandMax": "The table's own maximum throughput is reached: raise it, or ask less.",
    "AccountLimit": "The account's limit for DynamoDB is reached: ask AWS to raise the quota.",
    "Provisioned": "The provisioned capacity is used up: raise it, or change to on-demand.",
}
UNKNOWN = (
    "On-demand tables throttle when traffic more than doubles within half an hour, or when one "
    "key range is hot."
)


def table(it: Evidence) -> Finding | None:
    """DynamoDB refuses reads or writes. `UserErrors` would not tell: it leaves throttles out."""
    counted = [(found, it.of(name)) for name in it.numbers if (found := _EVENTS.fullmatch(name))]
    points = [
        point for found, series in counted if not found["cause"] for point in series.points
    ] + [p for name in it.numbers if name.startswith("throttled_requests:")
         for p in it.of(name).points]  # fmt: skip
    spell = spells.last(points, it)
    if spell is None:
        return None
    start = spell.points[0].at
    cause = _cause(it, start)
    visible = spells.last(it.of("target_5xx").points, it)
    return Finding(
        spell.severity("critical" if visible and visible.ongoing else "warning"),
        f"DynamoDB throttles the table {spell.words} UTC{f': {cause}' if cause else ''}",
        tuple(_evidence(it, start, spell)),
        CAUSES.get(cause, UNKNOWN),
        "opsctl metrics --since 1h",
        onset=spell.began,
    )


def _cause(it: Evidence, start: datetime) -> str:
    """What most of the throttled events were for."""
    sums: dict[str, float] = {}
    for name in it.numbers:
        found = _EVENTS.fullmatch(name)
        if found and found["cause"]:
            total = it.of(name).since(start).total
            sums[found["cause"]] = sums.get(found["cause"], 0.0) + total
    most = max(sums, key=lambda cause: sums[cause], default="")
    return most if most and sums[most] else ""


def _evidence(it: Evidence, start: datetime, spell: Spell) -> list[str]:
    lines = []
    for name in it.numbers:
        found = _EVENTS.fullmatch(name)
        count = it.sum_of(name, start) if found else 0
        if found and count and not found["cause"]:
            where = f"index {found['index']}" if found["index"] else "the table"
            lines.append(f"{count} throttled {found['kind']}s of {where}")
    requests = {
        name.partition(":")[2]: it.sum_of(name, start)
        for name in it.numbers
        if name.startswith("throttled_requests:")
    }
    told = ", ".join(f"{count} {name}" for name, count in requests.items() if count)
    if told:
        lines.append(f"whole requests: {told}")
    lines.append(f"{spell.words} UTC")
    return lines


def sign_ins(it: Evidence) -> Finding | None:
    """Cognito refuses sign-ins as too many."""
    spell = spells.last(it.of("sign_in_throttles").points, it)
    if spell is None:
        return None
    count = _total(spell.points)
    return Finding(
        spell.severity("warning"),
        f"Cognito throttles sign-ins: {count} {spell.words} UTC",
        (f"{count} throttled sign-ins",),
        "More sign-ins a second than the account's quota: a rush, or somebody who tries passwords.",
        "opsctl security blocked-ips",
        onset=spell.began,
    )


def _total(points: tuple[Point, ...]) -> int:
    return round(sum(point.value for point in points))


RULES = (
    Rule("table-throttled", 53, table, THROTTLING, frozenset({"deployment"})),
    Rule("sign-ins-throttled", 54, sign_ins, frozenset({"throttling", "auth"})),
)
