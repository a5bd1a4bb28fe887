"""The status screen: one report on 80 columns by 24 lines, the verdict first."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from opsctl.aws.ecs import short
from opsctl.cli import status_tables
from opsctl.reports.status import Status
from opsctl.terminal.blocks import (
    Block,
    Fields,
    Styled,
    Words,
    bad,
    bold,
    dim,
    good,
    warn,
)


def screen(found: Status, *, roomy: bool = False, wide: bool = False) -> Iterator[Block]:
    """The blocks of the screen; `roomy` where more than 24 lines can be seen, `wide` where more
    than 80 columns."""
    paint = {"healthy": good, "deploying": warn, "unhealthy": bad}[found.verdict]
    service = found.service
    yield Words(
        (
            paint(found.verdict.upper()),
            "  ",
            bold(service.name),
            f"  {found.image}",
            *([dim(_name(found))] if roomy else []),
        )
    )
    for problem in found.problems:
        yield Words((bad("  ✗ "), problem if roomy else status_tables.terse(problem)))
    for notice in found.notices:
        yield Words((warn("  ! "), notice))
    for unknown in found.unknown:
        yield Words((warn("  ? "), f"not looked at: {unknown}"))
    yield Fields(tuple(facts(found)))
    yield from status_tables.blocks(found, roomy=roomy, wide=wide)


def _name(found: Status) -> str:
    return f"  {short(found.service.task_definition)}"


def facts(found: Status) -> Iterator[tuple[str, str | Words]]:
    """What the verdict rests on, each with its name."""
    yield "targets", _targets(found)
    yield "endpoint", _endpoint(found)
    yield "alarms", _alarms(found)
    yield "scaling", _scaling(found)
    if found.last_change:
        it = found.last_change
        yield (
            "last change",
            f"{it.command} ({it.status}) by {it.caller.rpartition('/')[2] or it.caller}, "
            f"{it.began:%Y-%m-%d %H:%M} UTC, run {it.id}",
        )
    if found.blocks:
        yield "blocked", ", ".join(f"{it.range} until {_end(it.until)}" for it in found.blocks)
    if it_open := found.incident:
        since = f"{it_open.began:%Y-%m-%d %H:%M} UTC"
        yield "incident", warn(f"{it_open.id} {it_open.severity} since {since}: {it_open.title}")
    if found.lock:
        it_lock = found.lock
        yield "lock", warn(f"{it_lock.owner}: {it_lock.command} {it_lock.reason}".rstrip())


def _unseen(found: Status, part: str) -> bool:
    """Whether it could not be looked at, so that nothing there is not the same as none."""
    return any(it.startswith(f"{part}:") for it in found.unknown)


def _targets(found: Status) -> Styled:
    if not found.targets and _unseen(found, "targets"):
        return warn("not looked at")
    healthy = sum(it.state == "healthy" for it in found.targets)
    states = sorted({it.state for it in found.targets} - {"healthy"})
    others = "".join(f", {sum(t.state == s for t in found.targets)} {s}" for s in states)
    paint = good if healthy and "unhealthy" not in states else bad
    return paint(f"{healthy} healthy{others}")


def _endpoint(found: Status) -> Styled:
    it = found.endpoint
    if it is None:
        return dim("not asked: opsctl.toml names no app_url")
    return (good if it.ok else bad)(f"{it.detail} in {it.milliseconds:.0f} ms  {it.url}")


def _alarms(found: Status) -> Styled:
    if not found.alarms:
        return warn("not looked at" if _unseen(found, "alarms") else "none known")
    ringing = [it.name for it in found.alarms if it.state == "ALARM"]
    ours = [it for it in found.silences if it.silenced_by]
    off = [it.name for it in found.silences if it.off_by_others]
    text = f"{len(ringing)} of {len(found.alarms)} in ALARM"
    if ours:
        ends = [it.silenced_until for it in ours if it.silenced_until]
        last = f", the last until {_end(max(ends))}" if ends else ""
        text += f"; {len(ours)} silenced{last}"
    if off:
        text += f"; actions off: {', '.join(off)}"
    return (bad if ringing else warn if found.silences else good)(text)


def _scaling(found: Status) -> str:
    service, bounds = found.service, found.bounds
    count = f"{service.running}/{service.desired} running, {service.pending} pending"
    if bounds is None:
        unseen = _unseen(found, "autoscaling")
        return f"{count}; {'autoscaling not looked at' if unseen else 'no autoscaling'}"
    text = f"{count}; autoscaling {bounds.minimum}–{bounds.maximum}"
    if bounds.suspended:
        text += f", suspended: {', '.join(bounds.suspended)}"
    if found.activities:
        newest = found.activities[0]
        text += f"; last: {newest.description} ({newest.at:%H:%M} UTC)"
    return text


def _end(moment: datetime) -> str:
    return f"{moment:%m-%d %H:%M} UTC"
