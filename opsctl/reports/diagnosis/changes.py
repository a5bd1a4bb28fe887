"""What was changed, and which change something began after."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from opsctl.reports.diagnosis.evidence import Evidence
from opsctl.reports.diagnosis.finding import Finding, Rule

LATE_MINUTES = 15
"""A change counts for what begins within so many minutes after it."""


@dataclass(frozen=True)
class Change:
    """One change: a deployment, a new value of the secret, a scaling, or another run of opsctl."""

    at: datetime
    kind: str
    what: str
    mend: str = ""
    """What takes it back; empty where nothing simply does."""


def correlated(finding: Finding, rule: Rule, changes: Iterable[Change], it: Evidence) -> Finding:
    """The finding with the last change before it that could have brought it about.

    A bad period is a moment long: a change within the period in which it began counts too.
    """
    if finding.onset is None:
        return finding
    slack = timedelta(seconds=it.period)
    earliest = finding.onset - timedelta(seconds=LATE_MINUTES * it.minute)
    fitting = [
        change
        for change in changes
        if change.kind in rule.blames and earliest <= change.at <= finding.onset + slack
    ]
    if not fitting:
        return finding
    change = max(fitting, key=lambda one: one.at)
    # What is over needs nothing taken back.
    mend = "" if finding.severity == "notice" else change.mend
    command = mend or finding.next_command
    words = f"began {_after(finding.onset - change.at)} {change.what} ({change.at:%H:%M:%S} UTC)"
    return replace(finding, after=words, next_command=command)


def _after(gap: timedelta) -> str:
    seconds = round(gap.total_seconds())
    if seconds <= 0:
        return "with"
    if seconds < 120:
        return f"{seconds} s after"
    return f"{round(seconds / 60)} min after"
