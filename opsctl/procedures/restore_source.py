"""What a table is restored from: one backup, or a moment within the window of PITR."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime

from opsctl.aws import Aws
from opsctl.aws.table_backups import Backup, Features, Window, family
from opsctl.errors import NotFound, UsageProblem
from opsctl.plan import Refusal

LONGEST = 255
"""Characters of a table's name."""


@dataclass(frozen=True)
class Source:
    """`backup` is None for a moment; `window` is None where PITR is off or the table is gone."""

    table: str
    moment: datetime
    backup: Backup | None = None
    window: Window | None = None
    gone: bool = False
    """There is no such table any more."""
    features: Features | None = field(default=None, compare=False)
    """What the backup tells of its table."""

    @property
    def since(self) -> str:
        """The moment in ISO 8601: whoever was erased after it is erased again."""
        return self.moment.isoformat()

    @property
    def items(self) -> int:
        """How many items the backup tells of; 0 where that is not known."""
        return self.features.items if self.features else 0

    @property
    def words(self) -> str:
        """What it is, for titles."""
        if self.backup:
            return f"{self.table} from {self.backup.name} of {self.moment:%Y-%m-%d %H:%M} UTC"
        return f"{self.table} as it was at {self.moment:%Y-%m-%d %H:%M:%S} UTC"

    @property
    def new_name(self) -> str:
        """The same for the same moment, so that a second run finds what the first one began."""
        tail = f"-restored-{self.moment:%Y%m%dT%H%M}"
        return family(self.table)[: LONGEST - len(tail)] + tail


def find(aws: Aws, table: str, backup: str, at: str) -> Source:
    """The source that was asked for; with neither backup nor moment, the newest usable backup.

    Raises NotFound, and UsageProblem for a name that several backups have.
    """
    if at:
        return _of_moment(aws, table, datetime.fromisoformat(at))
    arn = backup if backup.startswith("arn:") else _chosen(aws, table, backup).arn
    found, features = aws.table_backups.described(arn)
    return Source(found.table, found.created, found, features=features)


def refusals(source: Source, *, begun: bool) -> Iterator[Refusal]:
    """Why nothing can be restored from it; what was `begun` once needs it no more."""
    if begun:
        return
    if source.backup:
        if not source.backup.usable:
            yield Refusal(
                f"The backup {source.backup.name} is {source.backup.status}.",
                hint="Wait until it is AVAILABLE, or choose another: opsctl backup list",
            )
    elif source.gone:
        yield Refusal(
            f"There is no table {source.table}, so no moment of it can be restored.",
            hint="What AWS kept of a deleted table is a SYSTEM backup: opsctl backup list",
        )
    elif source.window is None:
        yield Refusal(
            f"Point-in-time recovery of {source.table} is off.",
            hint="Restore a backup instead: opsctl backup list",
        )
    elif not source.window.earliest <= source.moment <= source.window.latest:
        yield Refusal(
            f"{source.table} can be restored from {source.window.earliest:%Y-%m-%d %H:%M:%S} to "
            f"{source.window.latest:%Y-%m-%d %H:%M:%S} UTC, not at "
            f"{source.moment:%Y-%m-%d %H:%M:%S}.",
            hint="Choose a moment in between, or a backup: opsctl backup list",
        )


def _of_moment(aws: Aws, table: str, moment: datetime) -> Source:
    try:
        return Source(table, moment, window=aws.table_backups.window(table))
    except NotFound:
        return Source(table, moment, gone=True)


def _chosen(aws: Aws, table: str, name: str) -> Backup:
    found = [it for it in aws.table_backups.of_family(table) if it.status != "DELETED"]
    if not name:
        newest = next((it for it in found if it.usable), None)
        if newest is None:
            raise NotFound(
                f"There is no backup of {table} that can be used.",
                hint="A moment may do: opsctl backup restore dynamodb --at TIME",
            )
        return newest
    named = [it for it in found if it.name == name]
    if not named:
        raise NotFound(
            f"There is no backup of {table} called {name}.", hint="See: opsctl backup list"
        )
    if len(named) > 1:
        arns = "\n".join(f"{it.arn} of {it.created:%Y-%m-%d %H:%M:%S} UTC" for it in named)
        raise UsageProblem(f"{len(named)} backups are called {name}.", hint=f"Say which:\n{arns}")
    return named[0]
