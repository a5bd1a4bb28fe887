"""Who did what, through the emulator, and through answers as AWS gives them."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from opsctl import errors
from opsctl.aws import Aws
from opsctl.aws.cloudtrail import PAGE, who
from opsctl.sandbox.emulator import Emulator

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)


def page(*events: dict[str, Any], token: str = "") -> str:
    """One answer of LookupEvents."""
    found = [
        {
            "EventId": f"id-{number}",
            "EventName": it["eventName"],
            "EventSource": it["eventSource"],
            "EventTime": NOON.timestamp() - number,
            "ReadOnly": "false",
            "Username": "session",
            "Resources": it.pop("listed", []),
            "CloudTrailEvent": json.dumps(it),
        }
        for number, it in enumerate(events)
    ]
    return json.dumps({"Events": found, **({"NextToken": token} if token else {})})


CALL = {
    "eventName": "UpdateService",
    "eventSource": "ecs.amazonaws.com",
    "awsRegion": "eu-west-1",
    "sourceIPAddress": "203.0.113.7",
    "userAgent": "aws-cli/2",
    "errorCode": "AccessDenied",
    "errorMessage": "no",
    "userIdentity": {
        "type": "AssumedRole",
        "arn": "arn:aws:sts::123456789012:assumed-role/ops/session",
        "accessKeyId": "ASIAEXAMPLEEXAMPLE",
        "sessionContext": {"sessionIssuer": {"arn": "arn:aws:iam::123456789012:role/ops"}},
    },
    "requestParameters": {"service": "captions", "deep": [{"name": "inner"}], "count": 2},
}


def test_the_last_caller_of_an_operation_is_named(local: Aws, emulator: Emulator) -> None:
    began = datetime.now(UTC) - timedelta(minutes=5)
    with local.changing():
        local.ecs.set_desired_count(local.target.cluster, local.target.service, 3, replacing=2)
    emulator.settle()
    trace = local.cloudtrail.latest("UpdateService", since=began, about=local.target.service)
    assert trace
    assert who(trace) == trace.who != ""


def test_what_nobody_did_is_nobody(local: Aws) -> None:
    began = datetime.now(UTC) - timedelta(minutes=5)
    assert local.cloudtrail.latest("DeleteCluster", since=began, about="x") is None
    assert "CloudTrail" in who(None)


def test_who_it_was_is_taken_from_the_text_inside(told: Any, at_told: Callable[..., Aws]) -> None:
    told.answer(200, page(dict(CALL)))
    ((event,),) = at_told().cloudtrail.pages("eu-west-1", NOON, NOON)
    assert event.who == "arn:aws:sts::123456789012:assumed-role/ops/session"
    assert event.issuer == "arn:aws:iam::123456789012:role/ops"
    assert (event.access_key, event.address) == ("ASIAEXAMPLEEXAMPLE", "203.0.113.7")
    assert (event.error, event.source, event.at) == ("AccessDenied", "ecs", NOON)
    assert event.resources == ()
    assert event.mentions == ("captions", "inner")


def test_every_page_is_asked_for_with_the_same_words_also_after_an_empty_one(
    told: Any, at_told: Callable[..., Aws]
) -> None:
    told.answer(200, page(dict(CALL), token="two"))
    told.answer(200, page(token="three"))
    told.answer(200, page(dict(CALL)))
    door = at_told()
    pages = list(door.cloudtrail.pages("eu-west-1", NOON, NOON, ("Username", "alice")))
    assert [len(each) for each in pages] == [1, 0, 1]
    asked = [json.loads(each.partition(" ")[2]) for each in told.seen]
    tokens = [each.pop("NextToken", "") for each in asked]
    assert tokens == ["", "two", "three"]
    assert asked[0] == asked[1] == asked[2]
    assert asked[0]["MaxResults"] == PAGE
    assert asked[0]["LookupAttributes"] == [{"AttributeKey": "Username", "AttributeValue": "alice"}]


def test_two_requests_a_second_and_no_more(told: Any, at_told: Callable[..., Aws]) -> None:
    import time

    told.answer(200, page(token="on"))
    door = at_told()
    pages = door.cloudtrail.pages("eu-west-1", NOON, NOON)
    began = time.monotonic()
    next(pages)
    next(pages)
    next(pages)
    assert time.monotonic() - began >= 0.9


def test_a_missing_right_is_said(told: Any, at_told: Callable[..., Aws]) -> None:
    told.answer(400, json.dumps({"__type": "AccessDeniedException", "message": "no"}))
    with pytest.raises(errors.NoAccess, match="LookupEvents"):
        list(at_told().cloudtrail.pages("eu-west-1", NOON, NOON))
