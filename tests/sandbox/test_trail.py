"""The trail: what it keeps, and what it never shows."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace

from opsctl.sandbox.trail import HIDDEN, Event, Events, redacted, resources

NOW = datetime(2026, 1, 1, tzinfo=UTC)


def event(number: int) -> Event:
    return Event(
        source="ecs.amazonaws.com",
        name=f"Change{number}",
        at=NOW + timedelta(hours=number),
        identity={"type": "IAMUser", "arn": "arn:aws:iam::1:user/ops", "userName": "ops"},
        access_key="AKIA",
        address="127.0.0.1",
        agent="test",
        region="us-east-1",
        parameters={"service": "s"},
        resources=(("AWS::ECS::Service", "s"),),
        error="AccessDenied",
    )


def test_the_oldest_events_go_first() -> None:
    events = Events(kept=3)
    for number in range(5):
        events.add(event(number))
    assert [it.name for it in events.newest_first()] == ["Change4", "Change3", "Change2"]
    events.forget_before(NOW + timedelta(hours=4))
    assert [it.name for it in events.newest_first()] == ["Change4"]


def test_the_document_says_who_did_it_and_how_it_ended() -> None:
    document = json.loads(event(0).document("123456789012"))

    assert document["userIdentity"]["userName"] == "ops"
    assert document["errorCode"] == "AccessDenied"
    assert document["eventTime"] == "2026-01-01T00:00:00Z"


def test_a_role_goes_by_its_session() -> None:
    identity = {"type": "AssumedRole", "arn": "arn:aws:sts::1:assumed-role/deploy/ci-run"}
    made = event(0)

    assert Event(**{**vars(made), "identity": identity}).user == "ci-run"


def test_what_the_model_calls_sensitive_is_hidden_at_any_depth() -> None:
    secret = SimpleNamespace(metadata={"sensitive": True})
    inner = SimpleNamespace(members={"Token": secret}, metadata={})
    shape = SimpleNamespace(
        members={"Outer": inner, "Codes": SimpleNamespace(member=secret, metadata={})}, metadata={}
    )
    found = redacted({"Outer": {"Token": "t", "Name": "n"}, "Codes": ["c"]}, shape)

    assert found == {"outer": {"token": HIDDEN, "name": "n"}, "codes": [HIDDEN]}


def test_secrets_are_hidden_by_name_where_there_is_no_model() -> None:
    found = redacted({"SecretString": "s", "Password": "p", "SecretId": "db"})

    assert found == {"secretString": HIDDEN, "password": HIDDEN, "secretId": "db"}


def test_resources_are_found_in_parameters() -> None:
    found = resources({"cluster": "c", "alarmNames": ["a", "b"], "desiredCount": 3})

    assert found == (
        ("AWS::ECS::Cluster", "c"),
        ("AWS::CloudWatch::Alarm", "a"),
        ("AWS::CloudWatch::Alarm", "b"),
    )
