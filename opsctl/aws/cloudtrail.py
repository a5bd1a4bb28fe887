"""CloudTrail: who called which operation, and how that ended."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from typing import Any

from opsctl.aws.gateway import Gateway
from opsctl.aws.pacing import Pace

PAGE = 50
"""The most that LookupEvents answers at once."""
BETWEEN_LOOKUPS = 0.5
"""Seconds: LookupEvents is limited to two requests a second of an account in a region."""


@dataclass(frozen=True)
class Trace:
    """One recorded call."""

    who: str
    at: datetime


@dataclass(frozen=True, kw_only=True)
class Event:
    """One call of the event history. `at` is UTC; `error` is AWS's code, empty for a success.

    `who` is the ARN of the caller. `resources` are what the event itself lists; of many services
    (ECS) that is nothing, and the names stand among the `mentions`: every text in the parameters.
    """

    at: datetime
    region: str
    source: str
    """The service, as in `ecs`."""
    name: str
    who: str
    username: str
    access_key: str
    address: str
    agent: str
    error: str
    message: str
    read_only: bool
    resources: tuple[str, ...]
    mentions: tuple[str, ...] = field(repr=False)
    issuer: str
    """The ARN of the role behind a session; empty for a user."""
    id: str


class CloudTrail(Gateway):
    """Management events of the last 90 days; they appear minutes after the call."""

    def latest(self, event: str, *, since: datetime, about: str) -> Trace | None:
        """Who last called `event` about a resource since then; None where nothing tells.

        A missing permission is an ordinary None: the answer only adds a name to a message.
        """
        client = self.aws.client("cloudtrail")
        try:
            answer = client.lookup_events(
                LookupAttributes=[{"AttributeKey": "EventName", "AttributeValue": event}],
                StartTime=since,
                MaxResults=PAGE,
            )
        except client.exceptions.ClientError:
            return None
        for it in answer["Events"]:
            if about in it.get("CloudTrailEvent", ""):
                return Trace(it.get("Username", "somebody"), it["EventTime"])
        return None

    def pages(
        self,
        region: str,
        since: datetime,
        until: datetime,
        attribute: tuple[str, str] | None = None,
    ) -> Iterator[tuple[Event, ...]]:
        """The events of a region between two moments, newest first, a page at a time.

        CloudTrail takes one attribute at most, as in ("Username", "alice"); without one it
        answers everything. A page may be empty and not be the last one.
        """
        words: dict[str, Any] = {"StartTime": since, "EndTime": until, "MaxResults": PAGE}
        if attribute:
            key, value = attribute
            words["LookupAttributes"] = [{"AttributeKey": key, "AttributeValue": value}]
        while True:
            self._paces.setdefault(region, Pace(BETWEEN_LOOKUPS)).wait()
            # With the token, every other parameter must be sent again as it was.
            answer = self.aws.client("cloudtrail", region).lookup_events(**words)
            yield tuple(_event(it, region) for it in answer["Events"])
            if not answer.get("NextToken"):
                return
            words["NextToken"] = answer["NextToken"]

    @cached_property
    def _paces(self) -> dict[str, Pace]:
        return {}


def who(trace: Trace | None) -> str:
    """A name for a message."""
    return trace.who if trace else "somebody (CloudTrail does not say yet)"


def _event(found: Mapping[str, Any], region: str) -> Event:
    """An event; who it was stands only in the JSON text inside it."""
    inside = json.loads(found.get("CloudTrailEvent") or "{}")
    identity = inside.get("userIdentity") or {}
    issuer = (identity.get("sessionContext") or {}).get("sessionIssuer") or {}
    return Event(
        at=found["EventTime"],
        region=inside.get("awsRegion", region),
        source=str(found.get("EventSource", "")).removesuffix(".amazonaws.com"),
        name=found.get("EventName", ""),
        who=identity.get("arn") or identity.get("invokedBy") or found.get("Username", ""),
        username=found.get("Username", ""),
        access_key=found.get("AccessKeyId", "") or identity.get("accessKeyId", ""),
        address=inside.get("sourceIPAddress", ""),
        agent=inside.get("userAgent", ""),
        error=inside.get("errorCode", ""),
        message=inside.get("errorMessage", ""),
        read_only=str(found.get("ReadOnly", "")).lower() == "true",
        resources=_resources(found, inside),
        mentions=tuple(_texts(inside.get("requestParameters"))),
        issuer=issuer.get("arn", ""),
        id=found["EventId"],
    )


def _resources(found: Mapping[str, Any], inside: Mapping[str, Any]) -> tuple[str, ...]:
    listed = [it.get("ResourceName", "") for it in found.get("Resources", ())]
    listed += [it.get("ARN", "") for it in inside.get("resources") or ()]
    return tuple(dict.fromkeys(name for name in listed if name))


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for each in value.values():
            yield from _texts(each)
    elif isinstance(value, list):
        for each in value:
            yield from _texts(each)
