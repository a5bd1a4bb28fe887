"""Web ACLs: which of their rules look into an IP set, and what they then do."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Use:
    """One rule that looks into an IP set.

    `action` is Block, Allow, Count, Captcha or Challenge. `condition` is empty when being in the
    set is enough; otherwise it says what else the rule asks. `header` is the header that tells
    the address (behind another proxy); empty: the connection itself tells it.
    """

    acl: str
    rule: str
    action: str
    condition: str = ""
    header: str = ""

    @property
    def blocks(self) -> bool:
        """Whether an address is blocked by being in the set."""
        return self.action == "Block" and not self.condition


def uses(acl: Mapping[str, Any], ip_set: str) -> Iterator[Use]:
    """The rules of a web ACL, as GetWebACL answers it, that name the ARN of the set."""
    for rule in acl.get("Rules", ()):
        action = next(iter(rule.get("Action", {})), "") or next(
            iter(rule.get("OverrideAction", {})), ""
        )
        for condition, header in _references(rule.get("Statement", {}), ip_set, ""):
            yield Use(acl["Name"], rule["Name"], action, condition, header)


def _references(
    statement: Mapping[str, Any], ip_set: str, condition: str
) -> Iterator[tuple[str, str]]:
    """(what else must hold, the header looked at) for each place that names the set."""
    found = statement.get("IPSetReferenceStatement", {})
    if found.get("ARN") == ip_set:
        yield condition, found.get("IPSetForwardedIPConfig", {}).get("HeaderName", "")
    for inner in statement.get("OrStatement", {}).get("Statements", ()):
        yield from _references(inner, ip_set, condition)
    for inner in statement.get("AndStatement", {}).get("Statements", ()):
        yield from _references(inner, ip_set, "together with other conditions")
    if "NotStatement" in statement:
        inner = statement["NotStatement"].get("Statement", {})
        yield from _references(inner, ip_set, "when the address is not in it")
    if limited := statement.get("RateBasedStatement", {}).get("ScopeDownStatement"):
        yield from _references(limited, ip_set, "above a rate of requests")
