"""What a mute rule says, read from GetAlarmMuteRule's answer."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from opsctl.aws import muting

ARN = "arn:aws:sts::123456789012:assumed-role/oncall/alice"


def answer(**schedule: str) -> dict[str, Any]:
    plain = {"Expression": "at(2026-11-24T02:30)", "Duration": "PT30M", "Timezone": "UTC"}
    return {
        "Name": "opsctl-prod-1",
        "Description": muting.described(ARN, "load  test\n#12"),
        "Rule": {"Schedule": {**plain, **schedule}},
        "MuteTargets": {"AlarmNames": ["b", "a"]},
        "Status": "ACTIVE",
    }


def test_a_rule_of_opsctl_says_who_made_it_and_why() -> None:
    it = muting.parsed(answer())
    assert (it.by, it.reason, it.by_opsctl) == (ARN, "load test #12", True)
    assert it.alarms == ("a", "b")


def test_without_a_reason_it_says_only_who() -> None:
    it = muting.parsed({**answer(), "Description": muting.described(ARN, " ")})
    assert (it.by, it.reason) == (ARN, "")


def test_a_long_reason_is_cut_to_what_cloudwatch_takes() -> None:
    assert len(muting.described(ARN, "x" * 5000)) == 1024


def test_a_rule_of_others_is_told_by_its_description() -> None:
    it = muting.parsed({**answer(), "Name": "night", "Description": "nightly build"})
    assert (it.by, it.reason, it.by_opsctl) == ("", "nightly build", False)
    bare = {key: value for key, value in answer().items() if key != "Description"}
    assert muting.parsed(bare).reason == ""


@pytest.mark.parametrize(
    ("schedule", "until"),
    [
        ({}, datetime(2026, 11, 24, 3, 0, tzinfo=UTC)),
        ({"Duration": "P1DT2H"}, datetime(2026, 11, 25, 4, 30, tzinfo=UTC)),
        ({"Timezone": "Asia/Tokyo"}, datetime(2026, 11, 23, 18, 0, tzinfo=UTC)),
        ({"Expression": "cron(0 2 * * *)"}, None),
        ({"Timezone": "Mars/Olympus"}, None),
        ({"Timezone": "../etc/passwd"}, None),
    ],
)
def test_it_ends_when_its_window_does_in_utc(
    schedule: dict[str, str], until: datetime | None
) -> None:
    assert muting.parsed(answer(**schedule)).until == until


def test_a_rule_that_expires_within_its_window_ends_then() -> None:
    expires = datetime(2026, 11, 24, 2, 45, tzinfo=UTC)
    assert muting.parsed({**answer(), "ExpireDate": expires}).until == expires


def test_a_rule_that_names_no_alarm_mutes_none_that_is_known() -> None:
    bare = {key: value for key, value in answer().items() if key != "MuteTargets"}
    assert muting.parsed(bare).alarms == ()
