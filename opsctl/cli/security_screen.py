"""What the security commands show."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC

from opsctl.aws.cloudtrail import Event
from opsctl.aws.web_acls import Use
from opsctl.reports.blocked_ips import Block as Blocking
from opsctl.reports.blocked_ips import Blocked, BlockedSet
from opsctl.reports.security_events import NOT_HELD, Search
from opsctl.terminal.blocks import Block, Heading, Table, Words, bad, bold, dim, good, warn


def event(it: Event) -> Block:
    """One line: when, who, what, about which things, from where, with what, and how it ended."""
    about = f" {', '.join(it.resources)}" if it.resources else ""
    pieces = [
        f"{it.at.astimezone(UTC):%Y-%m-%d %H:%M:%S}",
        dim(f"  {it.region}  "),
        bold(it.who or it.username or "?"),
        f"  {it.source}:{it.name}{about}  from {it.address or '?'}",
    ]
    if it.error:
        pieces.append(bad(f"  {it.error}"))
    pieces.append(dim(f"  {it.agent}"))
    return Words(pieces)


def searched(search: Search) -> Iterator[str]:
    """The words after the events: how much was looked at, and what could not be in it."""
    query = search.query
    yield (
        f"{search.found} of {search.looked} events since {query.since:%Y-%m-%d %H:%M} UTC. "
        f"{NOT_HELD}"
    )
    for region, back in search.cut.items():
        yield (
            f"Stopped in {region} at {back.astimezone(UTC):%Y-%m-%d %H:%M} UTC, after "
            f"{query.most:,} events: there are older ones. Say --who or --what, or a shorter "
            "--since."
        )


def blocked(found: Blocked, env: str) -> Iterator[Block]:
    """Each set with its ranges."""
    for each in found.sets:
        yield Heading(f"{each.name} ({each.scope}, {each.version})")
        yield from _set(each)
    if over := len(found.expired):
        yield ""
        yield warn(f"{over} over: opsctl security unblock-ip --expired --env {env}")


def _set(each: BlockedSet) -> Iterator[Block]:
    if each.problem:
        yield warn(f"  {each.problem}")
        return
    if each.description:
        yield dim(f"  {each.description}")
    yield Words(("  ", _effect(each.uses)))
    if each.blocks:
        yield Table(("RANGE", "UNTIL (UTC)"), [(it.range, _until(it)) for it in each.blocks])
    else:
        yield dim("  nobody")


def _until(it: Blocking) -> str:
    if it.until is None:
        return dim("no end noted")
    text = f"{it.until.astimezone(UTC):%Y-%m-%d %H:%M}"
    return warn(f"{text}, over") if it.expired else text


def _effect(uses: tuple[Use, ...] | None) -> str:
    if uses is None:
        return warn("whether a rule blocks them is not known: no right to read web ACLs")
    if not uses:
        return bad("no rule of a web ACL looks into it: it blocks nobody")
    paint = good if any(use.blocks for use in uses) else warn
    words = [f"{it.rule} of {it.acl}: {it.action} {it.condition}".strip() for it in uses]
    return paint("; ".join(words))
