"""Facts about alarms and what silences them, to start a test from."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from samples import BEGAN

from opsctl.aws.alarm_actions import Silence
from opsctl.aws.cloudwatch import Alarm
from opsctl.aws.muting import MuteRule, described
from opsctl.procedures.alarm_names import choose
from opsctl.procedures.silences import Facts

WHO = "arn:aws:iam::123456789012:user/alice"
PREFIX, SUFFIX = "image-caption-gen-", "-prod"


def at(minutes: float) -> datetime:
    """So many minutes after the beginning."""
    return BEGAN + timedelta(minutes=minutes)


def alarm(short: str, **changes: Any) -> Alarm:
    """An alarm of prod, by its short name; OK, and with its actions on."""
    plain: dict[str, Any] = {"state": "OK", "since": BEGAN, "reason": "", "actions_enabled": True}
    return Alarm(**{"name": f"{PREFIX}{short}{SUFFIX}", **plain, **changes})


def rule(
    *short: str, minutes: float | None = 30, name: str = "opsctl-prod-1", **changes: Any
) -> MuteRule:
    """A mute rule of opsctl about these alarms, until so many minutes after the beginning."""
    words: dict[str, Any] = {
        "name": name,
        "alarms": tuple(f"{PREFIX}{it}{SUFFIX}" for it in short),
        "until": None if minutes is None else at(minutes),
        "by_opsctl": name.startswith("opsctl-"),
        "reason": "drill",
        "by": WHO,
        "description": described(WHO, "drill"),
    }
    return MuteRule(**{**words, **changes})


def off(short: str, minutes: float = 30) -> Silence:
    """What is recorded of an alarm whose actions opsctl switched off."""
    return Silence(f"{PREFIX}{short}{SUFFIX}", at(minutes), WHO, "drill")


def facts(
    *alarms: Alarm,
    meant: tuple[str, ...] = ("*",),
    rules: tuple[MuteRule, ...] = (),
    recorded: tuple[Silence, ...] = (),
    problem: str = "",
) -> Facts:
    """What would be gathered where there are these alarms."""
    return Facts(choose(alarms, meant, PREFIX, SUFFIX), rules, problem, recorded, WHO, alarms)
