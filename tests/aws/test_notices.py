"""Notices on their way: each channel by itself, for a few seconds at most, nothing secret told."""

from __future__ import annotations

import json
import socket
import time
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from opsctl.aws import Aws, notices
from opsctl.aws.notices import Told
from opsctl.errors import BadConfig, NotFound, OpsctlError
from opsctl.targets import channels

ACCOUNT = "123456789012"
TOPIC = f"arn:aws:sns:eu-central-1:{ACCOUNT}:changes"
SNS = "SNS topic changes in eu-central-1"
WORDS = ("subject", "text", {"env": "prod"})


@pytest.fixture
def topic(aws: Aws) -> str:
    """A topic in another region than the target's, and a queue that hears it."""
    with aws.changing():
        sns, sqs = aws.client("sns", "eu-central-1"), aws.client("sqs", "eu-central-1")
        made: str = sns.create_topic(Name="changes")["TopicArn"]
        sqs.create_queue(QueueName="heard")
        queue = f"arn:aws:sqs:eu-central-1:{ACCOUNT}:heard"
        sns.subscribe(TopicArn=made, Protocol="sqs", Endpoint=queue)
    return made


def heard(aws: Aws) -> list[dict[str, Any]]:
    with aws.changing():
        sqs = aws.client("sqs", "eu-central-1")
        url = sqs.get_queue_url(QueueName="heard")["QueueUrl"]
        found = sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10).get("Messages", [])
    return [json.loads(it["Body"]) for it in found]


def test_a_topic_is_told_outside_of_changing_and_leaves_no_request_of_the_plan(
    aws: Aws, topic: str
) -> None:
    before = len(aws.requests)
    assert aws.notices.tell([f"sns:{topic}"], *WORDS) == (Told(SNS, True),)
    (message,) = heard(aws)
    assert (message["Subject"], message["Message"]) == ("subject", "text")
    assert message["MessageAttributes"]["env"]["Value"] == "prod"
    assert not [it for it in aws.requests[before:] if it.operation == "Publish"]


def test_the_client_publishes_to_that_topic_and_does_nothing_else(aws: Aws, topic: str) -> None:
    client = aws.notice_client(topic, "eu-central-1")
    other = topic.replace("changes", "other")
    forbidden: list[Callable[[], Any]] = [
        lambda: client.publish(TopicArn=other, Message="x"),
        lambda: client.publish(PhoneNumber="+4930123", Message="x"),
        lambda: client.publish(TopicArn=topic, TargetArn=other, Message="x"),
        lambda: client.publish_batch(TopicArn=topic, PublishBatchRequestEntries=[]),
        lambda: client.create_topic(Name="x"),
        lambda: client.delete_topic(TopicArn=topic),
        lambda: aws.client("sns", "eu-central-1").publish(TopicArn=topic, Message="x"),
    ]
    for change in forbidden:
        with pytest.raises(OpsctlError, match="no plan is being applied"):
            change()
    client.publish(TopicArn=topic, Message="x")


def test_the_client_waits_briefly_and_tries_once(aws: Aws) -> None:
    config = aws.notice_client(TOPIC, "eu-central-1").meta.config
    assert (config.connect_timeout, config.read_timeout) == (3, 3)
    assert config.retries["total_max_attempts"] == 1


def test_a_topic_that_is_not_there_is_told_and_the_others_are_told_all_the_same(
    aws: Aws, told: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    told.answer(200, "ok")
    monkeypatch.setenv("OPSCTL_SLACK_WEBHOOK", f"{told.url}/hush")
    gone, slack = aws.notices.tell([f"sns:{TOPIC}", "slack"], *WORDS)
    assert (gone.channel, gone.ok) == (SNS, False)
    assert "sns:Publish" in gone.detail
    assert slack == Told("Slack ($OPSCTL_SLACK_WEBHOOK)", True)
    assert told.seen == ['/hush {"text": "text"}']


@pytest.mark.parametrize(
    ("status", "code", "words"),
    [
        (403, "AuthorizationError", "sns:Publish"),
        (400, "Throttling", "throttles"),
        (500, "InternalError", "500"),
    ],
)
def test_what_sns_refuses_is_told_in_a_sentence(
    at_told: Callable[..., Aws], told: Any, status: int, code: str, words: str
) -> None:
    told.answer(
        status,
        f"<ErrorResponse><Error><Type>Sender</Type><Code>{code}</Code><Message>no</Message>"
        "</Error></ErrorResponse>",
    )
    (it,) = at_told().notices.tell([f"sns:{TOPIC}"], *WORDS)
    assert not it.ok
    assert words in it.detail
    assert len(told.seen) == 1


@pytest.mark.parametrize("value", ["{}/hush\n", '{{"webhook": "{}/hush"}}', '"{}/hush"'])
def test_a_webhook_is_read_from_a_secret(aws: Aws, told: Any, value: str) -> None:
    told.answer(200, "ok")
    with aws.changing():
        client = aws.client("secretsmanager")
        client.create_secret(Name="hook", SecretString=value.format(told.url))
    assert aws.notices.tell(["slack:hook"], *WORDS) == (Told("Slack (secret hook)", True),)
    assert told.seen


@pytest.mark.parametrize(
    ("value", "why"),
    [
        ('{"url": "https://h/hush"}', "has no JSON key “webhook”"),
        ('{"webhook": ["https://h/hush"]}', "has no JSON key “webhook”"),
        ("hush", "is not usable"),
    ],
)
def test_a_secret_that_holds_no_webhook_is_told_without_its_value(
    aws: Aws, value: str, why: str
) -> None:
    with aws.changing():
        aws.client("secretsmanager").create_secret(Name="hook", SecretString=value)
    (it,) = aws.notices.tell(["slack:hook"], *WORDS)
    assert why in it.detail
    assert "hush" not in it.detail


def test_a_secret_that_is_not_there_and_a_variable_that_is_not_set_are_told(
    aws: Aws, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("OPSCTL_SLACK_WEBHOOK", raising=False)
    secret, variable = aws.notices.tell(["slack:hook", "slack"], *WORDS)
    assert "secretsmanager:GetSecretValue" in secret.detail
    assert variable.detail == "$OPSCTL_SLACK_WEBHOOK is not set"


def test_nobody_waits_longer_than_said_for_one_that_hangs(
    aws: Aws, told: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(notices, "WITHIN", 0.5)
    with socket.create_server(("127.0.0.1", 0)) as deaf:
        address = f"http://127.0.0.1:{deaf.getsockname()[1]}/hush"
        monkeypatch.setenv("OPSCTL_SLACK_WEBHOOK", address)
        began = time.monotonic()
        (it,) = aws.notices.tell(["slack"], *WORDS)
    assert time.monotonic() - began < 2.5
    assert it.detail == "no answer within 0.5 s"


def test_a_bug_on_the_way_is_told_by_its_kind(aws: Aws, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: Any) -> None:
        raise KeyError("hush")

    monkeypatch.setattr(notices.webhook, "post", broken)
    monkeypatch.setenv("OPSCTL_SLACK_WEBHOOK", "https://h/hush")
    assert aws.notices.tell(["slack"], *WORDS)[0].detail == "a bug in opsctl: KeyError"


def test_looking_whether_a_channel_is_set_up_sends_nothing(
    aws: Aws, topic: str, told: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OPSCTL_SLACK_WEBHOOK", f"{told.url}/hush")
    look = aws.notices.check
    assert look(channels.parse("slack")) == "Slack ($OPSCTL_SLACK_WEBHOOK)"
    assert "subscriptions" in look(channels.parse(f"sns:{topic}"))
    assert told.seen == []
    assert heard(aws) == []
    with pytest.raises(NotFound):
        look(channels.parse(f"sns:{topic}-other"))
    with pytest.raises(NotFound):
        look(channels.parse("slack:hook"))
    monkeypatch.setenv("OPSCTL_SLACK_WEBHOOK", "http://elsewhere/hush")
    with pytest.raises(BadConfig):
        look(channels.parse("slack"))


def test_a_debug_trace_holds_no_webhook(
    target: Any, no_user_files: Any, told: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    from moto import mock_aws

    lines: list[str] = []
    told.answer(404, "x")
    with mock_aws():
        aws = Aws(replace(target), debug=lines.append)
        with aws.changing():
            secret = f"{told.url}/hush"
            aws.client("secretsmanager").create_secret(Name="hook", SecretString=secret)
        aws.notices.tell(["slack:hook"], *WORDS)
    assert lines
    assert "hush" not in "\n".join(lines)
