"""Notices on their way: to a Slack webhook, to an SNS topic; all at once and for a few seconds."""

from __future__ import annotations

import json
import os
import queue
import threading
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from opsctl.aws import webhook
from opsctl.aws.gateway import Gateway
from opsctl.errors import BadConfig, OpsctlError
from opsctl.targets import channels
from opsctl.targets.channels import WEBHOOK, Channel

TIMEOUT = 3.0
"""Seconds for one request."""
WITHIN = 5.0
"""Seconds for all channels together: what answers later was not told, and nobody waits for it."""


@dataclass(frozen=True)
class Told:
    """How telling one channel ended; `detail` says why not, and holds nothing secret."""

    channel: str
    ok: bool
    detail: str = ""


class Notices(Gateway):
    """Tells channels, as `notify` of opsctl.toml names them."""

    def tell(
        self, where: Sequence[str], subject: str, text: str, attributes: Mapping[str, str]
    ) -> tuple[Told, ...]:
        """Tells every channel at once. Never raises: each answers how it went."""
        chosen = [channels.parse(each) for each in where]
        answers: queue.SimpleQueue[tuple[Channel, str]] = queue.SimpleQueue()

        def send(channel: Channel) -> None:
            try:
                self.send(channel, subject, text, attributes)
                answers.put((channel, ""))
            except OpsctlError as error:
                answers.put((channel, error.message))
            except Exception as error:
                answers.put((channel, f"a bug in opsctl: {type(error).__name__}"))

        for channel in chosen:
            # Daemons: one that hangs must not keep the process, which has ended its work.
            threading.Thread(target=send, args=(channel,), daemon=True).start()
        ended = _gathered(answers, len(chosen))
        late = f"no answer within {WITHIN:g} s"
        return tuple(
            Told(each.name, ended.get(each) == "", ended.get(each, late)) for each in chosen
        )

    def send(
        self, channel: Channel, subject: str, text: str, attributes: Mapping[str, str]
    ) -> None:
        """Tells one channel. Raises why it could not be told."""
        if channel.kind == "slack":
            webhook.post(self._address(channel), text, TIMEOUT)
            return
        values = {
            name: {"DataType": "String", "StringValue": it} for name, it in attributes.items()
        }
        self.aws.notice_client(channel.place, channel.region).publish(
            TopicArn=channel.place, Subject=subject, Message=text, MessageAttributes=values
        )

    def check(self, channel: Channel) -> str:
        """Looks whether a channel is set up, and says what is there; nothing is sent.

        Raises what is not as it should be.
        """
        if channel.kind == "slack":
            webhook.check(self._address(channel))
            return channel.name
        found = self.aws.client("sns", channel.region).get_topic_attributes(TopicArn=channel.place)
        count = found["Attributes"].get("SubscriptionsConfirmed", "0")
        return f"{channel.name}, {count} subscriptions"

    def _address(self, channel: Channel) -> str:
        if not channel.place:
            if not (address := os.environ.get(WEBHOOK, "").strip()):
                raise BadConfig(f"${WEBHOOK} is not set", hint=f"export {WEBHOOK}=…")
            return address
        client = self.aws.client("secretsmanager")
        value = client.get_secret_value(SecretId=channel.place).get("SecretString", "")
        try:
            document = json.loads(value)
        except ValueError:
            return str(value).strip()
        found = document.get("webhook") if isinstance(document, dict) else document
        if not isinstance(found, str) or not found:
            raise BadConfig(f"secret {channel.place} has no JSON key “webhook”")
        return found.strip()


def _gathered(answers: queue.SimpleQueue[tuple[Channel, str]], count: int) -> dict[Channel, str]:
    deadline = time.monotonic() + WITHIN
    found: dict[Channel, str] = {}
    while len(found) < count and (left := deadline - time.monotonic()) > 0:
        try:
            # A short beat: a signal does not wake a queue that waits in the main thread.
            channel, problem = answers.get(timeout=min(left, 0.2))
        except queue.Empty:
            continue
        found[channel] = problem
    return found
