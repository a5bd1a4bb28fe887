"""Blocks: what the firewall's sets hold, and the steps that add to them and take from them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from opsctl.aws import Aws, networks
from opsctl.aws.block_expiries import BlockExpiries
from opsctl.aws.waf import Waf
from opsctl.aws.web_acls import Use
from opsctl.errors import NoAccess, UsageProblem
from opsctl.plan import Call, Danger, Do, Wait, call

SLOW = (
    "It takes effect within seconds to some minutes, not everywhere at the same time. "
    "Connections that are open stay open."
)


@dataclass(frozen=True)
class Held:
    """One IP set as far as the decision depends on it.

    What others put into the set meanwhile changes nothing, so only `there` counts: those of the
    asked ranges that the set holds, each with every range that covers it.
    """

    name: str
    scope: str
    version: str
    there: tuple[tuple[str, str], ...]
    size: int = field(compare=False)
    uses: tuple[Use, ...] | None = field(compare=False)
    """None where it may not be looked at."""

    def covered(self, range_: str) -> str:
        """The range of the set that holds all of this one; empty when none does."""
        around = [by for each, by in self.there if each == range_]
        return range_ if range_ in around else next(iter(around), "")

    def has(self, range_: str) -> bool:
        """Whether the set holds this very range."""
        return (range_, range_) in self.there

    @property
    def blocks(self) -> bool:
        """Whether a rule is known to block what the set holds."""
        return any(use.blocks for use in self.uses or ())


def read(aws: Aws, ranges: Iterable[str]) -> tuple[Held, ...]:
    """The sets that these ranges belong to, IPv4 first."""
    target = aws.target
    names = {"IPV4": target.blocked_ips, "IPV6": target.blocked_ips_v6}
    asked = tuple(ranges)
    wanted = sorted({networks.version(each) for each in asked})
    return tuple(
        _held(aws, names[version], [it for it in asked if networks.version(it) == version])
        for version in wanted
    )


def _held(aws: Aws, name: str, asked: list[str]) -> Held:
    scope = aws.target.waf_scope
    found, uses = aws.at_once(
        lambda: aws.waf.addresses(name, scope), lambda: rules(aws, name, scope)
    )
    there = tuple(
        (each, around) for each in asked for around in networks.covering(each, found.ranges)
    )
    return Held(name, scope, found.version, there, len(found.ranges), uses)


def rules(aws: Aws, name: str, scope: str) -> tuple[Use, ...] | None:
    """The rules that look into a set; None where web ACLs may not be read."""
    try:
        return aws.waf.uses(name, scope)
    except NoAccess:
        return None


def parsed(words: Iterable[str]) -> tuple[str, ...]:
    """Ranges in their one written form, none twice. Raises UsageProblem for what is none."""
    found = []
    for word in words:
        try:
            found.append(networks.written(word))
        except ValueError as error:
            raise UsageProblem(
                f"{word!r} is not an address or a range: {error}",
                hint="Write 203.0.113.7, 203.0.113.0/24 or 2001:db8::/48",
            ) from error
    return tuple(dict.fromkeys(found))


def of_version(held: Held, ranges: Iterable[str]) -> list[str]:
    """Those of the ranges that belong into the set."""
    return [each for each in ranges if networks.version(each) == held.version]


def add(held: Held, ranges: list[str], danger: Danger = Danger.MILD) -> Do:
    """Blocks ranges; taking it back removes these and no others."""
    back = Do(f"Unblock {listed(ranges)}", _unblock(held, ranges), danger=Danger.MILD)
    it = call(Waf.block, held.name, held.scope, list(ranges))
    return Do(f"Block {listed(ranges)} in {held.name}", it, undo=(back,), danger=danger)


def take(held: Held, ranges: list[str], danger: Danger = Danger.MILD) -> Do:
    """Unblocks ranges; taking it back blocks them again."""
    again = call(Waf.block, held.name, held.scope, list(ranges))
    back = Do(f"Block {listed(ranges)} again", again, danger=Danger.MILD)
    title = f"Unblock {listed(ranges)} in {held.name}"
    return Do(title, _unblock(held, ranges), undo=(back,), danger=danger)


def record(title: str, after: dict[str, str | None], before: dict[str, str | None]) -> Do:
    """Notes until when each range is blocked (ISO 8601; None: without an end)."""
    back = Do(
        "Put back what was noted of their end",
        call(BlockExpiries.record, dict(before)),
        danger=Danger.MILD,
    )
    it = call(BlockExpiries.record, dict(after))
    return Do(title, it, undo=(back,), danger=Danger.MILD)


def check(held: Held, ranges: list[str], wanted: bool) -> Wait:
    """Whether the set holds them, or none of them."""
    it = call(Waf.holds, held.name, held.scope, list(ranges), wanted)
    words = "holds" if wanted else "does not hold"
    return Wait(f"{held.name} {words} {listed(ranges)}", it, timeout=30)


def listed(ranges: Iterable[str]) -> str:
    """`203.0.113.7, 203.0.113.8 and 4 more`; an address alone is written without its length."""
    names = [each.removesuffix("/32" if "." in each else "/128") for each in ranges]
    if len(names) <= 3:
        return ", ".join(names)
    return f"{', '.join(names[:3])} and {len(names) - 3} more"


def effect(held: Held) -> str:
    """Whether what the set holds is really blocked, in a sentence."""
    place = f"{held.name} ({held.scope})"
    if held.uses is None:
        return f"Whether a rule blocks what {place} holds is not known: no right to read web ACLs."
    if not held.uses:
        return f"No rule of a web ACL looks into {place}: being in it blocks nobody."
    if not held.blocks:
        rules = ", ".join(f"{it.rule} of {it.acl}: {_does(it)}" for it in held.uses)
        return f"No rule simply blocks what {place} holds: {rules}."
    it = next(use for use in held.uses if use.blocks)
    by = f", by the address in the header {it.header}" if it.header else ""
    return f"The rule {it.rule} of {it.acl} blocks what {place} holds{by}."


def _does(use: Use) -> str:
    return f"{use.action} {use.condition}".strip()


def _unblock(held: Held, ranges: list[str]) -> Call:
    return call(Waf.unblock, held.name, held.scope, list(ranges))
