"""Rules about what calls for attention by itself: alarms, and error lines in the log."""

from __future__ import annotations

from opsctl.reports.diagnosis.evidence import Evidence
from opsctl.reports.diagnosis.finding import Finding, Rule
from opsctl.reports.diagnosis.rules_traffic import server_errors

MANY_LINES = 10


def ringing(it: Evidence) -> Finding | None:
    """Alarms in ALARM. What stands behind them has a place before them, if it is found."""
    loud = [one for one in it.alarms or () if one.state == "ALARM"]
    if not loud:
        return None
    names = ", ".join(one.name for one in loud)
    requests, errors = it.of("requests"), it.of("target_5xx")
    evidence = [f"{one.name} since {one.since:%H:%M:%S} UTC: {one.reason}" for one in loud]
    if requests.known:
        evidence.append(
            f"the service's own numbers since {it.fresh:%H:%M:%S} UTC: "
            f"{it.sum_of('requests', it.fresh)} requests, {round(errors.since(it.fresh).total)} 5xx"
        )
    return Finding(
        "warning",
        f"{'Alarm' if len(loud) == 1 else f'{len(loud)} alarms'} in ALARM: {names}",
        tuple(evidence),
        "What is told above it, if anything is; else look at the alarm's own metric: it may watch "
        "something that nobody else looks at, or its threshold is wrong.",
        "opsctl alarms list",
        onset=min(one.since for one in loud),
    )


def none_known(it: Evidence) -> Finding | None:
    """Nothing would call anybody."""
    if it.alarms is None or it.alarms:
        return None
    return Finding(
        "notice",
        "No alarm is known: nothing would call anybody",
        ("looked for by the names that opsctl.toml gives",),
        "The alarms were never made, or alarm_prefix and alarm_suffix name others.",
        "opsctl alarms list",
    )


def error_lines(it: Evidence) -> Finding | None:
    """The log says ERROR, and that is not told with the errors that visitors got."""
    lines = it.errors
    if lines is None or server_errors(it):
        return None
    often = lines.count >= MANY_LINES and lines.last >= it.fresh
    more = " at least" if lines.cut else ""
    return Finding(
        "warning" if often else "notice",
        f"The log has{more} {lines.count} ERROR {'line' if lines.count == 1 else 'lines'}, "
        f"the last at {lines.last:%H:%M:%S} UTC",
        tuple(f"{count} × {text}" for text, count in lines.messages),
        "Read them: they name what fails.",
        "opsctl logs search ERROR --since 1h",
        onset=lines.first,
    )


CHANGED = frozenset({"deployment", "secret", "run"})
RULES = (
    Rule("error-lines", 85, error_lines, frozenset({"errors"}), CHANGED),
    Rule("alarms-ringing", 90, ringing),
    Rule("no-alarms", 96, none_known),
)
