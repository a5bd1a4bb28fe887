"""Whether every alarm calls somebody: the line of the checklist that is about silences."""

from __future__ import annotations

import shlex
from typing import Literal

from opsctl.aws import Aws
from opsctl.reports import alarms

MANY = 20
"""Mute rules that are over, and that CloudWatch goes on to list."""
Line = tuple[Literal["ok", "warn", "fail"], str, str]


def look(aws: Aws) -> Line:
    """(status, detail, fix). A silence that is over, and still holds, is the worst."""
    found = alarms.gather(aws)
    expired = f"opsctl alarms unsilence --expired --env {aws.target.env}"
    if overdue := ", ".join(it.name for it in found.overdue):
        return "fail", f"over, and the actions are still off: {overdue}", expired
    if off := [it.name for it in found.alarms if it.off_by_others]:
        fix = f"aws cloudwatch enable-alarm-actions --alarm-names {shlex.join(off)}"
        return "warn", f"actions off, and not by opsctl: {', '.join(off)}", fix
    if found.unknown:
        fix = "allow cloudwatch:ListAlarmMuteRules and cloudwatch:GetAlarmMuteRule"
        return "warn", "; ".join(found.unknown), fix
    silenced = "; ".join(f"{it.name}: {it.silence}" for it in found.alarms if not it.calls)
    detail = silenced or "no alarm is silenced"
    leftovers = len(aws.mute_rules.leftovers(aws.target.env))
    if leftovers >= MANY:
        return "warn", f"{detail}; {leftovers} mute rules are over, and listed still", expired
    return "ok", detail, ""
