"""Channels: where it is told before and after a change, as `notify` of opsctl.toml names them."""

from __future__ import annotations

import re
from dataclasses import dataclass

FORM = (
    'channels in quotes: "slack" (the webhook is in $OPSCTL_SLACK_WEBHOOK), "slack:SECRET" (it is '
    'in that secret), "sns:arn:aws:sns:eu-west-1:123456789012:changes"'
)
WEBHOOK = "OPSCTL_SLACK_WEBHOOK"

_TOPIC = re.compile(r"arn:[\w-]+:sns:(?P<region>[a-z0-9-]+):\d{12}:(?P<name>[\w-]+(\.fifo)?)")
_SECRET = re.compile(r"[\w/+=.@:-]+")
_ADDRESS = re.compile(r"://|^(slack:)?[^:]*\bhooks?\.|/services/", re.IGNORECASE)
"""A webhook's address, also without the https:// before it."""


@dataclass(frozen=True)
class Channel:
    """One channel. `kind` is slack or sns; `place` the secret (empty: the environment variable),
    or the topic's ARN."""

    kind: str
    place: str = ""

    @property
    def name(self) -> str:
        """How it is called on screens: nothing of it is secret."""
        if self.kind == "sns":
            return f"SNS topic {self.topic} in {self.region}"
        return f"Slack (secret {self.place})" if self.place else f"Slack (${WEBHOOK})"

    @property
    def topic(self) -> str:
        """The name of the topic."""
        return self.place.rpartition(":")[2]

    @property
    def region(self) -> str:
        """The region of the topic."""
        return self.place.split(":")[3]


def parse(text: str) -> Channel:
    """The channel that a text names. Raises ValueError, which never repeats an address."""
    kind, colon, place = text.partition(":")
    if kind == "slack" and not colon:
        return Channel("slack")
    if _ADDRESS.search(text):
        raise ValueError(
            f"a webhook's address is a secret: put it into ${WEBHOOK} or a secret, not here"
        )
    if kind == "slack" and _SECRET.fullmatch(place):
        return Channel("slack", place)
    if kind == "sns":
        if not (found := _TOPIC.fullmatch(place)):
            raise ValueError(f"“{place}” is not the ARN of a topic")
        if found["name"].endswith(".fifo"):
            raise ValueError(f"“{found['name']}” is a FIFO topic, which has other rules")
        return Channel("sns", place)
    raise ValueError(f"“{text}” is no channel")
