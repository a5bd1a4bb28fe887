"""Whom opsctl has erased, as every restore must know it: its own record, for AWS has none."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from opsctl.aws import records
from opsctl.aws.gateway import Gateway
from opsctl.state.cases import Cases

MARGIN = timedelta(minutes=5)
"""What the clocks that dated a copy and an erasure may differ by: one so shortly before the copy
counts as after it."""


@dataclass(frozen=True)
class Erased:
    """Who was erased since some moment; it can be asked, but names nobody."""

    cases: tuple[str, ...]
    fingerprints: frozenset[str] = field(repr=False)
    fingerprint: Callable[[str], str] = field(repr=False, compare=False)

    @property
    def count(self) -> int:
        """How many cases there were."""
        return len(self.cases)

    def holds(self, identifier: str) -> bool:
        """Whether that is a username, sub or e-mail address of somebody who was erased."""
        return bool(self.fingerprints) and self.fingerprint(identifier) in self.fingerprints


class Erasures(Gateway):
    """The suppression list of one environment."""

    def since(self, moment: datetime) -> Erased:
        """Who was erased after `moment`, or is being erased now: a copy of that moment may hold
        them. Raises Forbidden where the record cannot be read: then nothing may be restored."""
        cases = Cases(records.store(self.aws.target, lambda: self.aws), self.aws.target.env)
        found = [it for it in cases.all() if it.counts_after(moment)]
        names = frozenset(name for it in found for name in (it.subject, *it.identifiers))
        return Erased(tuple(it.id for it in found), names, cases.fingerprint)
