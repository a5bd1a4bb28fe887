"""Mute rules: scheduled, active, expired."""

from datetime import UTC, datetime, timedelta

import pytest

from opsctl.sandbox.mute_rules import BadRule, MuteRule, length

NOON = datetime(2026, 3, 4, 12, 0, tzinfo=UTC)  # a Wednesday


def rule(expression: str, duration: str = "PT30M", **more: object) -> MuteRule:
    made = MuteRule("r", "arn", expression, duration, NOON, **more)  # type: ignore[arg-type]
    made.check()
    return made


@pytest.mark.parametrize(
    ("minutes", "expected"), [(-1, "SCHEDULED"), (0, "ACTIVE"), (29, "ACTIVE"), (30, "EXPIRED")]
)
def test_a_single_window_begins_and_ends_by_itself(minutes: int, expected: str) -> None:
    assert rule("at(2026-03-04T12:00)").status(NOON + timedelta(minutes=minutes)) == expected


def test_a_window_is_in_its_own_time_zone() -> None:
    assert rule("at(2026-03-04T13:00)", timezone="Europe/Berlin").status(NOON) == "ACTIVE"


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("cron(45 11 * * *)", "ACTIVE"),
        ("cron(0 11 * * *)", "SCHEDULED"),
        ("cron(*/15 * * * 3)", "ACTIVE"),
        ("cron(*/15 * * * 0)", "SCHEDULED"),
    ],
)
def test_a_recurring_window_is_active_for_its_duration(expression: str, expected: str) -> None:
    assert rule(expression).status(NOON) == expected


def test_a_recurring_rule_ends_at_its_expiry() -> None:
    assert rule("cron(* * * * *)", expire=NOON).status(NOON) == "EXPIRED"


@pytest.mark.parametrize(
    ("expression", "duration"),
    [
        ("at(2026-13-04T12:00)", "PT5M"),
        ("at(tomorrow)", "PT5M"),
        ("cron(60 * * * *)", "PT5M"),
        ("cron(* * *)", "PT5M"),
        ("at(2026-03-04T12:00)", "PT30S"),
        ("at(2026-03-04T12:00)", "P16D"),
    ],
)
def test_what_cloudwatch_would_refuse_is_refused(expression: str, duration: str) -> None:
    with pytest.raises(BadRule):
        rule(expression, duration)


def test_a_duration_adds_days_hours_and_minutes() -> None:
    assert length("P1DT2H3M") == timedelta(days=1, hours=2, minutes=3)
