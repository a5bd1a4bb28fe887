"""StartLiveTail as a stream that goes on."""

from __future__ import annotations

import json
from typing import Any

import pytest
from botocore.exceptions import ClientError

from opsctl.aws import Aws
from opsctl.sandbox.emulator import Emulator
from opsctl.sandbox.moto_parts import logs_live


def _arn(local: Aws, group: str = "") -> str:
    return f"arn:aws:logs:us-east-1:123456789012:log-group:{group or local.target.log_group}"


def test_it_goes_on_after_its_first_message(local: Aws) -> None:
    answer = local.client("logs").start_live_tail(logGroupIdentifiers=[_arn(local)])
    stream = iter(answer["responseStream"])
    kinds = [next(iter(next(stream))) for _ in range(4)]
    answer["responseStream"].close()
    assert kinds == ["sessionStart", "sessionUpdate", "sessionUpdate", "sessionUpdate"]


def test_other_calls_are_answered_meanwhile(local: Aws) -> None:
    answer = local.client("logs").start_live_tail(logGroupIdentifiers=[_arn(local)])
    next(iter(answer["responseStream"]))
    assert local.logs.group_exists(local.target.log_group)
    answer["responseStream"].close()


def test_after_three_hours_it_says_so(emulator: Emulator, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(logs_live, "LASTS", 0.0)
    body = {"logGroupIdentifiers": [emulator.world.names.log_group]}
    (last,) = logs_live.updates(emulator.world, json.dumps(body).encode())
    assert b"SessionTimeoutException" in last


@pytest.mark.parametrize(
    ("over", "code"),
    [
        ({"logEventFilterPattern": "what!"}, "InvalidParameterException"),
        ({"logGroupIdentifiers": ["arn:aws:logs:us-east-1:1:log-group:/gone"]}, "ResourceNotFound"),
    ],
)
def test_refusals(local: Aws, over: dict[str, Any], code: str) -> None:
    with pytest.raises(ClientError, match=code):
        local.client("logs").start_live_tail(**{"logGroupIdentifiers": [_arn(local)], **over})
