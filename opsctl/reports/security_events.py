"""Security events: who called what, from where and how it ended, as CloudTrail has it."""

from __future__ import annotations

import heapq
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from opsctl.aws import Aws
from opsctl.aws.cloudtrail import Event
from opsctl.errors import UsageProblem
from opsctl.plan import Json, Progress, Report

KEPT = timedelta(days=90)
GLOBAL = "us-east-1"
"""Where the calls of IAM, CloudFront, its firewall and the console's sign-in are recorded."""
MOST = 10_000
"""Events looked at in one region before the search stops and says so: 200 requests, 100 s."""
SOURCES = {
    "iam": "iam.amazonaws.com",
    "ecs": "ecs.amazonaws.com",
    "secrets": "secretsmanager.amazonaws.com",
    "s3": "s3.amazonaws.com",
    "cognito": "cognito-idp.amazonaws.com",
}
NOT_HELD = (
    "CloudTrail's event history has management calls of the last 90 days, some minutes late. It "
    "does not have: reading and writing of S3 objects and DynamoDB items, sign-ins of Cognito's "
    "users, and what was refused before AWS knew who called."
)
_ACCESS_KEY = re.compile(r"(?:AKIA|ASIA)[A-Z0-9]{12,}")
_ARN = re.compile(r"arn:[\w-]+:(?:iam|sts)::\d{12}:(?P<kind>[\w-]+)/?(?P<name>.*)")


@dataclass(frozen=True)
class Query:
    """What is looked for, between two moments. `who` is an ARN, a user or an access key, `what`
    one of SOURCES, `resource` a name that the event lists or that stands in its parameters."""

    since: datetime
    until: datetime
    who: str = ""
    what: str = ""
    resource: str = ""
    errors_only: bool = False
    most: int = MOST

    def __post_init__(self) -> None:
        if self.until - self.since > KEPT:
            raise UsageProblem(
                "CloudTrail's event history goes back 90 days.",
                hint="Older events are in the bucket of a trail, if the account has one.",
            )
        if self.what and self.what not in SOURCES:
            raise UsageProblem(f"--what is one of {', '.join(SOURCES)}.")


@dataclass
class Search:
    """One search. `cut` tells, by region, back to when it looked before it had enough."""

    query: Query
    report: Report
    looked: int = 0
    found: int = 0
    cut: dict[str, datetime] = field(default_factory=dict)

    def events(self, aws: Aws) -> Iterator[Event]:
        """What is found, newest first, in the target's region and in us-east-1."""
        regions = dict.fromkeys((aws.target.region, GLOBAL))
        each = [self._region(aws, region) for region in regions]
        yield from heapq.merge(*each, key=lambda event: event.at, reverse=True)

    def _region(self, aws: Aws, region: str) -> Iterator[Event]:
        query, looked = self.query, 0
        pages = aws.cloudtrail.pages(region, query.since, query.until, attribute(query))
        for page in pages:
            looked += len(page)
            self.looked += len(page)
            chosen = [event for event in page if fits(event, query)]
            self.found += len(chosen)
            back = f", back to {page[-1].at:%Y-%m-%d %H:%M}" if page else ""
            self.report(
                Progress(False, f"{region}: {self.looked} events, {self.found} fit{back} …")
            )
            yield from chosen
            if looked >= query.most:
                self.cut[region] = page[-1].at
                return


def attribute(query: Query) -> tuple[str, str] | None:
    """The one attribute that CloudTrail looks for by itself; the rest is filtered here.

    A role has no attribute of its own: its sessions are called as they please. A resource is
    not asked for either, since of many services the event lists none.
    """
    found = _ARN.fullmatch(query.who)
    if _ACCESS_KEY.fullmatch(query.who):
        return "AccessKeyId", query.who
    if found and found["kind"] in ("user", "assumed-role"):
        return "Username", found["name"].rpartition("/")[2]
    if query.who and not found:
        return "Username", query.who
    return ("EventSource", SOURCES[query.what]) if query.what else None


def fits(event: Event, query: Query) -> bool:
    """Whether an event is what is looked for, in every respect."""
    tests: tuple[Callable[[], bool], ...] = (
        lambda: not query.who or _is(event, query.who),
        lambda: not query.what or f"{event.source}.amazonaws.com" == SOURCES[query.what],
        lambda: not query.resource or _names(event, query.resource),
        lambda: not query.errors_only or bool(event.error),
    )
    return all(test() for test in tests)


def to_json(event: Event) -> dict[str, Json]:
    """One line of `-o json`. Times are UTC, ISO 8601; `error` is empty for a success."""
    return {
        "at": event.at.isoformat(),
        "region": event.region,
        "source": event.source,
        "name": event.name,
        "who": event.who,
        "username": event.username,
        "access_key": event.access_key,
        "address": event.address,
        "agent": event.agent,
        "error": event.error,
        "message": event.message,
        "read_only": event.read_only,
        "resources": list(event.resources),
        "id": event.id,
    }


def _is(event: Event, who: str) -> bool:
    return who in (event.who, event.issuer, event.username, event.access_key)


def _names(event: Event, resource: str) -> bool:
    """A name is met whole, or as the last part of an ARN or a path: never as a piece of another."""
    whole = re.compile(rf"(?<![\w.-]){re.escape(resource)}(?![\w.-])")
    return any(whole.search(each) for each in (*event.resources, *event.mentions))
