"""Channels: how opsctl.toml names them, and that an address in it is never repeated."""

from __future__ import annotations

import pytest

from opsctl.targets import channels
from opsctl.targets.channels import Channel

TOPIC = "arn:aws:sns:eu-west-1:123456789012:changes"


def test_each_kind_has_its_form_and_its_name() -> None:
    plain = channels.parse("slack")
    assert (plain, plain.name) == (Channel("slack"), "Slack ($OPSCTL_SLACK_WEBHOOK)")
    secret = channels.parse("slack:ops/slack-webhook")
    assert (secret.place, secret.name) == ("ops/slack-webhook", "Slack (secret ops/slack-webhook)")
    topic = channels.parse(f"sns:{TOPIC}")
    assert (topic.place, topic.region) == (TOPIC, "eu-west-1")
    assert topic.name == "SNS topic changes in eu-west-1"


def test_a_secret_may_be_named_by_its_arn() -> None:
    arn = "arn:aws:secretsmanager:eu-west-1:123456789012:secret:slack-AbCdEf"
    assert channels.parse(f"slack:{arn}").place == arn


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("", "is no channel"),
        ("mail:a@b", "is no channel"),
        ("slack:", "is no channel"),
        ("slack:two words", "is no channel"),
        ("sns:changes", "is not the ARN of a topic"),
        ("sns:arn:aws:sns:eu-west-1:1:changes", "is not the ARN of a topic"),
        (f"sns:{TOPIC}:0f-subscription", "is not the ARN of a topic"),
        (f"sns:{TOPIC}.fifo", "FIFO"),
    ],
)
def test_what_is_no_channel_is_told(text: str, why: str) -> None:
    with pytest.raises(ValueError, match=why):
        channels.parse(text)


@pytest.mark.parametrize(
    "text",
    [
        "https://hooks.example.com/T/B/hush",
        "slack:http://h/hush",
        "hooks.slack.com/services/T/B/hush",
        "slack:hooks.slack.com/services/T/B/hush",
        "SLACK:Hooks.Slack.com/T/B/hush",
        "sns:hooks.slack.com/services/T/B/hush",
    ],
)
def test_an_address_is_refused_and_not_repeated(text: str) -> None:
    with pytest.raises(ValueError, match="a webhook's address is a secret") as raised:
        channels.parse(text)
    assert "hush" not in str(raised.value)
