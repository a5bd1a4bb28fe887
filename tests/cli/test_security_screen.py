"""What the security commands show."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from opsctl.aws.cloudtrail import Event
from opsctl.aws.web_acls import Use
from opsctl.cli import security_screen as screen
from opsctl.reports.blocked_ips import Block, Blocked, BlockedSet
from opsctl.reports.security_events import Query, Search
from opsctl.terminal import layout

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
EVENT = Event(
    at=NOON,
    region="eu-west-1",
    source="iam",
    name="CreateAccessKey",
    who="arn:aws:iam::123456789012:user/alice",
    username="alice",
    access_key="AKIAIOSFODNN7EXAMPLE",
    address="203.0.113.7",
    agent="aws-cli/2\x1b[31m",
    error="AccessDenied",
    message="",
    read_only=False,
    resources=("mallory",),
    mentions=("hidden",),
    issuer="",
    id="1",
)


def text(*blocks: object) -> str:
    return "\n".join(layout.lines(list(blocks), colour=False))  # type: ignore[arg-type]


def test_an_event_is_one_line_with_everything_an_incident_asks() -> None:
    line = text(screen.event(EVENT))
    assert "\n" not in line
    for word in ("2026-11-23 12:00:00", "user/alice", "iam:CreateAccessKey", "mallory"):
        assert word in line
    for word in ("203.0.113.7", "AccessDenied", "aws-cli/2", "eu-west-1"):
        assert word in line
    assert "hidden" not in line
    assert "\x1b" not in line


def test_afterwards_it_says_what_cloudtrail_does_not_hold_and_where_it_stopped() -> None:
    search = Search(Query(NOON - timedelta(hours=2), NOON), lambda _: None, 100, 3)
    (only,) = screen.searched(search)
    assert "3 of 100" in only
    assert "DynamoDB items" in only
    search.cut["us-east-1"] = NOON - timedelta(hours=1)
    assert "us-east-1 at 2026-11-23 11:00" in list(screen.searched(search))[1]


def test_blocked_ranges_show_their_end_and_what_is_over() -> None:
    blocks = (
        Block("8.8.4.4/32", NOON, True),
        Block("9.9.9.9/32", NOON + timedelta(days=1), False),
        Block("7.7.7.7/32", None, False),
    )
    four = BlockedSet("ips", "CLOUDFRONT", "IPV4", "kept", blocks, (Use("acl", "r", "Block"),))
    six = BlockedSet("ips-v6", "CLOUDFRONT", "IPV6", problem="There is no IP set called ips-v6")
    shown = text(*screen.blocked(Blocked((four, six)), "prod"))
    assert "2026-11-23 12:00, over" in shown
    assert "2026-11-24 12:00" in shown
    assert "no end noted" in shown
    assert "r of acl: Block" in shown
    assert "There is no IP set called ips-v6" in shown
    assert "unblock-ip --expired --env prod" in shown


def test_a_set_that_no_rule_uses_is_told_to_block_nobody() -> None:
    empty = BlockedSet("ips", "REGIONAL", "IPV4", uses=())
    unknown = BlockedSet("ips", "REGIONAL", "IPV4", uses=None)
    shown = text(*screen.blocked(Blocked((empty, unknown)), "prod"))
    assert "blocks nobody" in shown
    assert "no right to read web ACLs" in shown
