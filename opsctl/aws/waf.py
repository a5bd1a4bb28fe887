"""Sets of IP addresses that the web firewall knows."""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from opsctl.aws import networks, web_acls
from opsctl.aws.gateway import Gateway
from opsctl.aws.pacing import Pace
from opsctl.aws.web_acls import Use
from opsctl.errors import FactsChanged, NotFound
from opsctl.plan import Progress

CLOUDFRONT = "CLOUDFRONT"
REGIONAL = "REGIONAL"
PAGE = 100
"""The most that ListIPSets and ListWebACLs answer at once."""
MOST_ADDRESSES = 10_000
"""What one set holds."""
ATTEMPTS = 8
BETWEEN_CHANGES = 1.0
"""Seconds: WAF takes about one change a second of an account in a region."""
LONGEST_WAIT = 8.0


@dataclass(frozen=True)
class IpSet:
    """One IP set. `scope` is CLOUDFRONT (kept in us-east-1) or REGIONAL."""

    name: str
    id: str
    arn: str
    scope: str


@dataclass(frozen=True)
class Addresses:
    """What an IP set holds, each range in opsctl's own writing. `version` is IPV4 or IPV6."""

    ip_set: IpSet
    version: str
    ranges: tuple[str, ...]
    description: str


class Waf(Gateway):
    """AWS WAF, version 2."""

    def ip_set(self, name: str, scope: str = CLOUDFRONT) -> IpSet:
        """The IP set of a name in a scope. Raises NotFound, naming those there are."""
        names = []
        for found in self._listed(scope, "list_ip_sets", "IPSets"):
            if found["Name"] == name:
                return IpSet(name, found["Id"], found["ARN"], scope)
            names.append(found["Name"])
        raise NotFound(
            f"There is no IP set called {name} in scope {scope}.",
            hint=f"There are: {', '.join(sorted(names)) or 'none'}",
        )

    def addresses(self, name: str, scope: str = CLOUDFRONT) -> Addresses:
        """What the set of that name holds. Raises NotFound."""
        it = self.ip_set(name, scope)
        found = self._get(it)["IPSet"]
        ranges = tuple(networks.written(each) for each in found["Addresses"])
        return Addresses(it, found["IPAddressVersion"], ranges, found.get("Description", ""))

    def uses(self, name: str, scope: str = CLOUDFRONT) -> tuple[Use, ...]:
        """The rules of web ACLs that look into the set; groups of rules are not looked into."""
        arn = self.ip_set(name, scope).arn
        waf = self._waf(scope)
        acls = [
            waf.get_web_acl(Name=it["Name"], Scope=scope, Id=it["Id"])["WebACL"]
            for it in self._listed(scope, "list_web_acls", "WebACLs")
        ]
        return tuple(use for acl in acls for use in web_acls.uses(acl, arn))

    def block(self, name: str, scope: str, ranges: list[str]) -> None:
        """Adds ranges to a set and keeps everything else in it, whoever put it there.

        Raises FactsChanged when others change it without end.
        """

        def more(there: list[str]) -> list[str]:
            known = {networks.written(each) for each in there}
            return there + [each for each in ranges if networks.written(each) not in known]

        self._change(name, scope, more)

    def unblock(self, name: str, scope: str, ranges: list[str]) -> None:
        """Takes ranges out of a set and keeps everything else in it."""
        gone = {networks.written(each) for each in ranges}

        def fewer(there: list[str]) -> list[str]:
            return [each for each in there if networks.written(each) not in gone]

        self._change(name, scope, fewer)

    def holds(self, name: str, scope: str, ranges: list[str], wanted: bool) -> Progress:
        """Whether each of the ranges is in the set (or, not wanted, none of them is)."""
        there = set(self.addresses(name, scope).ranges)
        found = [each for each in ranges if networks.written(each) in there]
        done = len(found) == (len(ranges) if wanted else 0)
        return Progress(done, f"{len(found)} of {len(ranges)} in {name}")

    def _change(self, name: str, scope: str, make: Callable[[list[str]], list[str]]) -> None:
        """Get, merge, update; again when somebody else was quicker.

        UpdateIPSet replaces the whole set, its description too. The lock token makes sure that
        what is replaced is what was read; between the two nothing is waited for.
        """
        it = self.ip_set(name, scope)
        for attempt in range(ATTEMPTS):
            self._pace.wait()
            now = self._get(it)
            there = now["IPSet"]["Addresses"]
            wanted = make(there)
            if wanted == there or self._put(it, now, wanted):
                return
            time.sleep(random.uniform(0, min(LONGEST_WAIT, 0.2 * 2**attempt)))  # noqa: S311
        raise FactsChanged(
            f"{name} was changed by somebody else each of the {ATTEMPTS} times opsctl tried.",
            hint="Something writes it all the time. Find out what: opsctl security events "
            "--since 1h --resource " + it.id,
        )

    def _put(self, it: IpSet, read: dict[str, Any], ranges: list[str]) -> bool:
        """Writes the whole set; False when it is not as it was read any more."""
        waf = self._waf(it.scope)
        # Left out, the description would be emptied; empty, it is refused.
        text = read["IPSet"].get("Description")
        words = {"Description": text} if text else {}
        try:
            waf.update_ip_set(
                Name=it.name,
                Scope=it.scope,
                Id=it.id,
                Addresses=ranges,
                LockToken=read["LockToken"],
                **words,
            )
        except waf.exceptions.WAFOptimisticLockException:
            return False
        return True

    def _get(self, it: IpSet) -> Any:
        return self._waf(it.scope).get_ip_set(Name=it.name, Scope=it.scope, Id=it.id)

    def _listed(self, scope: str, operation: str, key: str) -> Iterator[dict[str, Any]]:
        """Every page: neither list has a paginator, and the last page may carry a marker too."""
        words: dict[str, Any] = {"Scope": scope, "Limit": PAGE}
        while True:
            page = getattr(self._waf(scope), operation)(**words)
            yield from page[key]
            if not page.get("NextMarker") or not page[key]:
                return
            words["NextMarker"] = page["NextMarker"]

    def _waf(self, scope: str) -> Any:
        return self.aws.client("wafv2", "us-east-1" if scope == CLOUDFRONT else None)

    @cached_property
    def _pace(self) -> Pace:
        return Pace(BETWEEN_CHANGES)
