"""A webhook: what is posted, and that no failure tells its address."""

from __future__ import annotations

import json
import socket
from typing import Any

import pytest

from opsctl.aws import webhook
from opsctl.errors import BadConfig, OpsctlError, Unreachable

PATH = "/services/T0/B0/hush"


@pytest.mark.parametrize(
    "address", ["https://hooks.slack.com/services/T/B/x", "http://127.0.0.1:9/x", "http://[::1]/x"]
)
def test_https_is_used_and_http_on_this_machine(address: str) -> None:
    assert webhook.check(address) == address


@pytest.mark.parametrize(
    "address",
    [
        "",
        "hooks.slack.com/hush",
        "http://hooks.slack.com/hush",
        "http://127.0.0.1.example.com/hush",
        "file:///etc/hush",
        "https:///hush",
        "https://h/hush\r\nX: y",
        "https://h/hush hush",
        "https://[::1/hush",
        "https://h:port/hush",
    ],
)
def test_another_address_is_refused_and_not_shown(address: str) -> None:
    with pytest.raises(BadConfig) as raised:
        webhook.post(address, "x", 1)
    assert "hush" not in raised.value.message + raised.value.hint


def test_a_text_is_posted_as_json_and_cannot_call_a_channel(told: Any) -> None:
    told.answer(200, "ok")
    webhook.post(told.url + PATH, "a <!channel> & b", 3)
    (seen,) = told.seen
    path, body = seen.split(" ", 1)
    assert path == PATH
    assert json.loads(body) == {"text": "a &lt;!channel&gt; &amp; b"}


@pytest.mark.parametrize("status", [400, 403, 404, 429, 500])
def test_a_refusal_is_told_by_its_number(told: Any, status: int) -> None:
    told.answer(status, "no_service hush")
    with pytest.raises(Unreachable, match=f"it answered HTTP {status}") as raised:
        webhook.post(told.url + PATH, "x", 3)
    assert "hush" not in str(raised.value)


def test_a_redirect_is_not_followed(told: Any) -> None:
    told.answer(302, "", Location="http://127.0.0.1:9/elsewhere")
    with pytest.raises(Unreachable, match="HTTP 302"):
        webhook.post(told.url + PATH, "x", 3)
    assert len(told.seen) == 1


def test_a_proxy_never_gets_what_is_for_this_machine(
    told: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:9")
    told.answer(200, "ok")
    webhook.post(told.url + PATH, "x", 3)
    webhook.post(told.url.replace("http:", "HTTP:") + PATH, "x", 3)
    assert len(told.seen) == 2


def test_who_does_not_answer_is_waited_for_no_longer_than_said() -> None:
    with socket.create_server(("127.0.0.1", 0)) as deaf:
        address = f"http://127.0.0.1:{deaf.getsockname()[1]}{PATH}"
        with pytest.raises(Unreachable, match=r"no answer within 0\.2 s"):
            webhook.post(address, "x", 0.2)


def test_nobody_there_and_no_such_name_are_told_without_the_address() -> None:
    for address in (f"http://127.0.0.1:9{PATH}", f"https://no-such-host.invalid{PATH}"):
        with pytest.raises(OpsctlError, match="it does not answer: ") as raised:
            webhook.post(address, "x", 2)
        assert "hush" not in str(raised.value)


def test_a_certificate_that_is_not_valid_is_refused(told: Any) -> None:
    with pytest.raises(Unreachable):
        webhook.post(told.url.replace("http:", "https:") + PATH, "x", 2)
