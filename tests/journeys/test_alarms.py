"""Journeys of alarms: silent for a time, heard again, and never silent unnoticed."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from running import RunningSandbox

pytestmark = pytest.mark.journey

CPU, ERRORS = "image-caption-gen-cpu-high-local", "image-caption-gen-high-error-rate-local"


@pytest.fixture
def calling(sandbox: RunningSandbox) -> Iterator[RunningSandbox]:
    """The sandbox with every alarm calling, and no page yet; so it is left, too."""
    restore(sandbox)
    yield sandbox
    restore(sandbox)


def restore(sandbox: RunningSandbox) -> None:
    """Ends every silence by plain calls."""
    cloudwatch = sandbox.client("cloudwatch")
    for rule in cloudwatch.list_alarm_mute_rules()["AlarmMuteRuleSummaries"]:
        name = rule["AlarmMuteRuleArn"].partition(":alarm-mute-rule:")[2]
        cloudwatch.delete_alarm_mute_rule(AlarmMuteRuleName=name)
    sandbox.ask("DELETE", "faults")
    record_of(sandbox).unlink(missing_ok=True)
    cloudwatch.enable_alarm_actions(AlarmNames=[CPU, ERRORS])
    state(sandbox, "OK")
    sandbox.ask("DELETE", "pages")


def record_of(sandbox: RunningSandbox) -> Path:
    """Where it is recorded which actions opsctl switched off."""
    return Path(sandbox.environ["XDG_STATE_HOME"]) / "opsctl" / "silences" / "local.json"


def state(sandbox: RunningSandbox, value: str) -> None:
    """The error-rate alarm in that state; the sandbox leaves it there for a minute."""
    sandbox.client("cloudwatch").set_alarm_state(
        AlarmName=ERRORS, StateValue=value, StateReason="a journey"
    )


def pages(sandbox: RunningSandbox) -> list[dict[str, Any]]:
    return [it for it in sandbox.ask("GET", "pages") if it["alarm"] == ERRORS]


def document(sandbox: RunningSandbox, *words: str, code: int = 0) -> dict[str, Any]:
    it = sandbox.opsctl(*words, "-e", "local", "-o", "json")
    assert it.returncode == code, it.stderr
    answer: dict[str, Any] = json.loads(it.stdout)
    return answer


def test_a_silenced_alarm_calls_nobody_until_its_silence_is_ended(
    calling: RunningSandbox,
) -> None:
    made = document(calling, "alarms", "silence", "*error*", "--reason", "drill", "--yes")
    assert made["result"]["alarms"] == [ERRORS]
    state(calling, "ALARM")
    assert pages(calling) == []

    (found,) = document(calling, "alarms", "list", "--state", "ALARM")["result"]["alarms"]
    end = datetime.fromisoformat(found["silenced_until"])
    assert timedelta(minutes=28) < end - datetime.now(UTC) <= timedelta(minutes=31)
    assert found["silenced_by"].endswith("/operator")
    assert found["silenced_why"] == "drill"
    status = document(calling, "status", code=30)["result"]
    assert any("silenced until" in it for it in status["problems"])
    again = document(calling, "alarms", "silence", "high-error-rate", "--for", "5m", "--yes")
    assert again["status"] == "nothing_to_do"

    ended = document(calling, "alarms", "unsilence", "high-error-rate", "--yes")
    assert any("calls at once" in note for note in ended["plan"]["notes"])
    assert [(it["state"], it["held"]) for it in pages(calling)] == [("ALARM", True)]


def test_undo_ends_it_and_leaves_no_rule(calling: RunningSandbox) -> None:
    made = document(calling, "alarms", "silence", "*", "--yes")
    document(calling, "undo", made["run"], "--yes")
    assert calling.client("cloudwatch").list_alarm_mute_rules()["AlarmMuteRuleSummaries"] == []


def test_without_mute_rules_an_end_that_is_over_is_shouted_everywhere(
    calling: RunningSandbox,
) -> None:
    calling.ask("POST", "faults", {"operation": "ListAlarmMuteRules", "code": "AccessDenied"})
    made = document(calling, "alarms", "silence", "cpu-high", "--for", "1m", "--yes")
    assert made["result"]["how"] == "actions off"
    state_file = record_of(calling)
    known = json.loads(state_file.read_text())
    known["silences"][CPU]["until"] = (datetime.now(UTC) - timedelta(minutes=1)).isoformat()
    state_file.write_text(json.dumps(known))
    calling.ask("DELETE", "faults")

    (late,) = (
        it
        for it in document(calling, "alarms", "list", code=30)["result"]["alarms"]
        if it["overdue"]
    )
    assert late["name"] == CPU
    notices = document(calling, "status")["result"]["notices"]
    assert any(CPU in it and "unsilence --expired" in it for it in notices)
    checks = document(calling, "doctor", code=30)["result"]["checks"]
    assert [it["status"] for it in checks if it["name"] == "silences"] == ["fail"]

    document(calling, "alarms", "unsilence", "--expired", "--yes")
    assert document(calling, "alarms", "list")["result"]["known"] == 4
    assert document(calling, "alarms", "unsilence", "--expired", "--yes")["status"] == (
        "nothing_to_do"
    )


def test_a_rule_that_is_refused_changes_nothing_and_names_the_other_way(
    calling: RunningSandbox,
) -> None:
    calling.ask("POST", "faults", {"operation": "PutAlarmMuteRule", "code": "AccessDenied"})
    refused = calling.opsctl("alarms", "silence", "cpu-high", "-e", "local", "--yes")
    assert refused.returncode == 11, refused.stderr
    assert "--disable-actions" in refused.stderr
    assert "Nothing was changed." in refused.stderr
    done = document(calling, "alarms", "silence", "cpu-high", "--disable-actions", "--yes")
    document(calling, "undo", done["run"], "--yes")
    (alarm,) = calling.client("cloudwatch").describe_alarms(AlarmNames=[CPU])["MetricAlarms"]
    assert alarm["ActionsEnabled"]


def test_what_names_no_alarm_silences_none(calling: RunningSandbox) -> None:
    for words, code in (
        (("cpu-high", "nobo*"), 12),
        (("$(reboot)",), 12),
        (("",), 2),
        (("cpu-high", "--for", "16d"), 2),
    ):
        assert calling.opsctl("alarms", "silence", *words, "-e", "local", "-y").returncode == code
    assert calling.client("cloudwatch").list_alarm_mute_rules()["AlarmMuteRuleSummaries"] == []


def test_a_quiet_release_that_fails_is_heard_again(
    calling: RunningSandbox, steady: RunningSandbox
) -> None:
    failed = document(steady, "deploy", "1.4.0-crash", "--silence", "--yes", code=23)
    assert "End the silence of 4 alarms" in failed["error"]["message"]
    assert steady.client("cloudwatch").list_alarm_mute_rules()["AlarmMuteRuleSummaries"] == []
    steady.settle()
