"""Sets of IP addresses that the web firewall knows."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from opsctl.aws.gateway import Gateway
from opsctl.errors import NotFound

CLOUDFRONT = "CLOUDFRONT"
REGIONAL = "REGIONAL"
PAGE = 100
"""The most that ListIPSets answers at once."""


@dataclass(frozen=True)
class IpSet:
    """One IP set. `scope` is CLOUDFRONT (kept in us-east-1) or REGIONAL."""

    name: str
    id: str
    arn: str
    scope: str


class Waf(Gateway):
    """AWS WAF, version 2."""

    def _waf(self, scope: str) -> Any:
        return self.aws.client("wafv2", "us-east-1" if scope == CLOUDFRONT else None)

    def ip_set(self, name: str, scope: str = CLOUDFRONT) -> IpSet:
        """The IP set of a name in a scope. Raises NotFound, naming those there are."""
        names = []
        words: dict[str, Any] = {"Scope": scope, "Limit": PAGE}
        while True:
            page = self._waf(scope).list_ip_sets(**words)
            for found in page["IPSets"]:
                if found["Name"] == name:
                    return IpSet(name, found["Id"], found["ARN"], scope)
                names.append(found["Name"])
            # ListIPSets has no paginator, and its last page may carry a marker too.
            if not page.get("NextMarker") or not page["IPSets"]:
                break
            words["NextMarker"] = page["NextMarker"]
        raise NotFound(
            f"There is no IP set called {name} in scope {scope}.",
            hint=f"There are: {', '.join(sorted(names)) or 'none'}",
        )
