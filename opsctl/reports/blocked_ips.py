"""Blocked addresses: what the firewall's sets hold, until when, and whether a rule blocks them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from opsctl.aws import Aws
from opsctl.aws.web_acls import Use
from opsctl.errors import NoAccess, NotFound


@dataclass(frozen=True)
class Block:
    """One range. `until` is when it was meant to end (UTC); None: it was given no end."""

    range: str
    until: datetime | None
    expired: bool


@dataclass(frozen=True)
class BlockedSet:
    """One IP set. `uses` is None where web ACLs may not be read; `problem` says why a set could
    not be looked at."""

    name: str
    scope: str
    version: str
    description: str = ""
    blocks: tuple[Block, ...] = ()
    uses: tuple[Use, ...] | None = None
    problem: str = ""


@dataclass(frozen=True)
class Blocked:
    """Every set, IPv4 first."""

    sets: tuple[BlockedSet, ...]

    @property
    def expired(self) -> tuple[Block, ...]:
        """The blocks whose time is over."""
        return tuple(it for each in self.sets for it in each.blocks if it.expired)


def gather(aws: Aws) -> Blocked:
    """Reads both sets, the rules that look into them, and what is noted of ends."""
    target = aws.target
    first, second = aws.at_once(
        lambda: _set(aws, target.blocked_ips, "IPV4"),
        lambda: _set(aws, target.blocked_ips_v6, "IPV6"),
    )
    return Blocked((first, second))


def expired(aws: Aws) -> tuple[Block, ...]:
    """The blocks that are over and still hold; asks AWS only where something is noted as over."""
    now = aws.block_expiries.now()
    if not any(it.until <= now for it in aws.block_expiries.recorded()):
        return ()
    return gather(aws).expired


def _set(aws: Aws, name: str, version: str) -> BlockedSet:
    scope = aws.target.waf_scope
    try:
        found = aws.waf.addresses(name, scope)
    except NotFound as error:
        return BlockedSet(name, scope, version, problem=error.message)
    ends = {it.range: it.until for it in aws.block_expiries.recorded()}
    now = aws.block_expiries.now()
    blocks = tuple(
        Block(each, ends.get(each), each in ends and ends[each] <= now) for each in found.ranges
    )
    return BlockedSet(name, scope, version, found.description, blocks, _uses(aws, name, scope))


def _uses(aws: Aws, name: str, scope: str) -> tuple[Use, ...] | None:
    try:
        return aws.waf.uses(name, scope)
    except NoAccess:
        return None
