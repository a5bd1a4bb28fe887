"""CloudTrail: who called an operation of late."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from opsctl.aws.gateway import Gateway


@dataclass(frozen=True)
class Trace:
    """One recorded call."""

    who: str
    at: datetime


class CloudTrail(Gateway):
    """Management events of the last 90 days; they appear minutes after the call."""

    @property
    def _client(self) -> Any:
        return self.aws.client("cloudtrail")

    def latest(self, event: str, *, since: datetime, about: str) -> Trace | None:
        """Who last called `event` about a resource since then; None where nothing tells.

        A missing permission is an ordinary None: the answer only adds a name to a message.
        """
        try:
            answer = self._client.lookup_events(
                LookupAttributes=[{"AttributeKey": "EventName", "AttributeValue": event}],
                StartTime=since,
                MaxResults=50,
            )
        except self._client.exceptions.ClientError:
            return None
        for it in answer["Events"]:
            if about in it.get("CloudTrailEvent", ""):
                return Trace(it.get("Username", "somebody"), it["EventTime"])
        return None


def who(trace: Trace | None) -> str:
    """A name for a message."""
    return trace.who if trace else "somebody (CloudTrail does not say yet)"
