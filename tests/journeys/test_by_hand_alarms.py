"""By hand: alarms are seen, silenced and heard again as through opsctl."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import partial
from typing import Any

import pytest
from at_aws import AtAws
from by_hand import Hand, changed, compare, opsctl
from running import RunningSandbox

pytestmark = pytest.mark.journey

ALARM = "image-caption-gen-high-latency-local"
SILENCE = "Silence an alarm"
END = "End a silence"


def heard(aws: AtAws) -> None:
    """Ends every silence by plain calls."""
    for rule in aws.mute_rules():
        aws.cloudwatch.delete_alarm_mute_rule(AlarmMuteRuleName=rule["Name"])
    aws.cloudwatch.enable_alarm_actions(AlarmNames=[ALARM])


@pytest.fixture
def calling(sandbox: RunningSandbox, aws: AtAws) -> Iterator[AtAws]:
    """Every alarm calls; so it is left, too."""
    heard(aws)
    yield aws
    heard(aws)
    sandbox.client("cloudwatch").set_alarm_state(
        AlarmName=ALARM, StateValue="OK", StateReason="a journey"
    )


def silences(aws: AtAws) -> dict[str, Any]:
    """Who is silent for how many minutes and why, and whose actions are off."""
    rules = [
        {
            "alarms": it["MuteTargets"]["AlarmNames"],
            "status": it["Status"],
            "zone": it["Rule"]["Schedule"]["Timezone"],
            "minutes": it["Rule"]["Schedule"]["Duration"],
            "once": re.sub(r"\d", "0", it["Rule"]["Schedule"]["Expression"]),
            "why": "load test" in it["Description"],
        }
        for it in aws.mute_rules()
    ]
    return {"rules": rules, "actions": aws.alarm_actions()}


def test_every_alarm_with_its_state_and_its_silence(hand: Hand, calling: AtAws) -> None:
    calling.cloudwatch.set_alarm_state(AlarmName=ALARM, StateValue="ALARM", StateReason="a journey")
    opsctl(hand.sandbox, "alarms", "silence", "high-latency", "--for", "30m", "--yes")
    wanted = opsctl(hand.sandbox, "alarms", "list")["result"]["alarms"]
    alarms, *rules = hand.do("See the alarms").documents
    names = {it["alarm"]: it["state"] for it in alarms}
    assert set(names) == {it["name"] for it in wanted}
    assert names[ALARM] == next(it["state"] for it in wanted if it["name"] == ALARM) == "ALARM"
    assert [it["muted"] for it in rules] == [[ALARM]]
    assert all(it["calls"] for it in alarms)


def test_a_silence(hand: Hand, calling: AtAws) -> None:
    fill = {"ALARM": ALARM, "MINUTES": "30"}
    words = ("alarms", "silence", "high-latency", "--for", "30m", "--reason", "load test")
    compare(
        partial(silences, calling),
        changed(hand.sandbox, *words),
        partial(heard, calling),
        partial(hand.do, SILENCE, fill=fill),
        partial(hand.do, SILENCE, fill={**fill, "MINUTES": "300"}),
        partial(hand.do, SILENCE, fill={**fill, "ALARM": "image-caption-gen-latency-local"}),
        partial(hand.do, SILENCE, fill=fill, instead={'Timezone: "UTC"': 'Timezone: "Asia/Tokyo"'}),
    )


def test_the_end_of_a_silence(hand: Hand, calling: AtAws) -> None:
    words = ("alarms", "silence", "high-latency", "--yes")
    opsctl(hand.sandbox, *words)
    (rule,) = calling.mute_rules()
    opsctl(hand.sandbox, "alarms", "unsilence", "high-latency", "--yes")
    wanted = silences(calling)
    opsctl(hand.sandbox, *words)
    (rule,) = calling.mute_rules()
    hand.do(END, 0, fill={"RULE": "by-hand-nobody"}, code=None)
    assert silences(calling) != wanted
    hand.do(END, 0, fill={"RULE": rule["Name"]})
    assert silences(calling) == wanted

    calling.cloudwatch.disable_alarm_actions(AlarmNames=[ALARM])
    assert silences(calling) != wanted
    (told,) = hand.do(END, 1, fill={"ALARM": ALARM}).documents
    assert told == [{"alarm": ALARM, "calls": True}]
    assert silences(calling) == wanted
    assert hand.do(END, 1, fill={"ALARM": "nobody"}).documents == [[]]
