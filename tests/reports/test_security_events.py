"""Security events: what CloudTrail is asked, what is filtered here, and where it stops."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any, cast

import pytest

from opsctl.aws import Aws
from opsctl.aws.cloudtrail import Event
from opsctl.errors import UsageProblem
from opsctl.plan import Progress
from opsctl.reports import security_events as report
from opsctl.reports.security_events import Query, Search

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
QUERY = Query(NOON - timedelta(hours=2), NOON)
ROLE = "arn:aws:iam::123456789012:role/ops"
SESSION = "arn:aws:sts::123456789012:assumed-role/ops/kim"
USER = "arn:aws:iam::123456789012:user/team/alice"
EVENT = Event(
    at=NOON,
    region="eu-west-1",
    source="ecs",
    name="UpdateService",
    who=SESSION,
    username="kim",
    access_key="ASIAEXAMPLEEXAMPLE",
    address="203.0.113.7",
    agent="aws-cli",
    error="",
    message="",
    read_only=False,
    resources=(),
    mentions=("captions", "arn:aws:ecs:eu-west-1:123456789012:service/c/captions-2"),
    issuer=ROLE,
    id="1",
)


def query(**words: Any) -> Query:
    return dataclasses.replace(QUERY, **words)


def event(minutes: int = 0, **words: Any) -> Event:
    return dataclasses.replace(EVENT, at=NOON - timedelta(minutes=minutes), **words)


class Door:
    """An Aws with a CloudTrail that has these pages in each region."""

    def __init__(self, region: str, **pages: list[tuple[Event, ...]]) -> None:
        self.target = SimpleNamespace(region=region)
        self.cloudtrail = self
        self.asked: list[tuple[str, Any]] = []
        self._pages = {name.replace("_", "-"): each for name, each in pages.items()}

    def pages(self, region: str, since: Any, until: Any, attribute: Any) -> Iterator[Any]:
        self.asked.append((region, attribute))
        yield from self._pages[region]


def found(door: Door, wanted: Query = QUERY) -> tuple[list[Event], Search, list[Progress]]:
    seen: list[Progress] = []
    search = Search(wanted, seen.append)
    return list(search.events(cast(Aws, door))), search, seen


@pytest.mark.parametrize(
    ("words", "attribute"),
    [
        ({}, None),
        ({"who": "alice"}, ("Username", "alice")),
        ({"who": USER}, ("Username", "alice")),
        ({"who": SESSION}, ("Username", "kim")),
        ({"who": ROLE}, None),
        ({"who": "arn:aws:iam::123456789012:root"}, None),
        ({"who": "AKIAIOSFODNN7EXAMPLE"}, ("AccessKeyId", "AKIAIOSFODNN7EXAMPLE")),
        ({"what": "secrets"}, ("EventSource", "secretsmanager.amazonaws.com")),
        ({"what": "cognito"}, ("EventSource", "cognito-idp.amazonaws.com")),
        ({"who": "alice", "what": "iam"}, ("Username", "alice")),
        ({"who": ROLE, "what": "iam"}, ("EventSource", "iam.amazonaws.com")),
        ({"resource": "captions"}, None),
    ],
)
def test_cloudtrail_is_asked_for_one_attribute_the_narrowest(
    words: dict[str, str], attribute: Any
) -> None:
    assert report.attribute(query(**words)) == attribute


@pytest.mark.parametrize(
    ("words", "fits"),
    [
        ({}, True),
        ({"who": ROLE}, True),
        ({"who": SESSION}, True),
        ({"who": "kim"}, True),
        ({"who": "ki"}, False),
        ({"who": USER}, False),
        ({"what": "ecs"}, True),
        ({"what": "iam"}, False),
        ({"resource": "captions"}, True),
        ({"resource": "captions-2"}, True),
        ({"resource": "caption"}, False),
        ({"resource": "captions-"}, False),
        ({"errors_only": True}, False),
        ({"who": ROLE, "what": "ecs", "resource": "captions"}, True),
    ],
)
def test_the_rest_is_filtered_here(words: dict[str, Any], fits: bool) -> None:
    assert report.fits(EVENT, query(**words)) is fits


def test_errors_only_leaves_what_was_refused() -> None:
    assert report.fits(event(error="AccessDenied"), query(errors_only=True))


def test_home_and_us_east_1_come_as_one_newest_first() -> None:
    door = Door(
        "eu-west-1",
        eu_west_1=[(event(1, id="a"), event(30, id="c")), (event(50, id="e"),)],
        us_east_1=[(event(20, id="b"), event(40, id="d"))],
    )
    events, search, seen = found(door)
    assert [it.id for it in events] == ["a", "b", "c", "d", "e"]
    assert [region for region, _ in door.asked] == ["eu-west-1", "us-east-1"]
    assert (search.looked, search.found, search.cut) == (5, 5, {})
    assert seen, "it tells how far it is"


def test_us_east_1_as_home_is_asked_once() -> None:
    door = Door("us-east-1", us_east_1=[(event(1),)])
    assert len(found(door)[0]) == 1
    assert len(door.asked) == 1


def test_it_stops_where_it_has_looked_at_enough_and_says_back_to_when() -> None:
    pages = [tuple(event(10 * number, id=str(number)) for _ in range(5)) for number in range(4)]
    door = Door("us-east-1", us_east_1=pages)
    events, search, _ = found(door, query(most=10))
    assert len(events) == 10
    assert search.cut == {"us-east-1": NOON - timedelta(minutes=10)}


def test_more_than_ninety_days_and_an_unknown_service_are_refused() -> None:
    with pytest.raises(UsageProblem, match="90 days"):
        Query(NOON - timedelta(days=91), NOON)
    with pytest.raises(UsageProblem, match="--what"):
        query(what="lambda")


def test_a_line_of_json_has_no_parameters_for_they_may_hold_anything() -> None:
    line = report.to_json(EVENT)
    assert "mentions" not in line
    assert line["at"] == "2026-11-23T12:00:00+00:00"
    assert line["address"] == "203.0.113.7"
