"""Which backups are kept: the newest so many, or those of a time; never none."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Protocol, TypeVar

from opsctl import durations
from opsctl.errors import UsageProblem


class Dated(Protocol):
    """Anything made at a moment."""

    @property
    def made(self) -> datetime: ...


D = TypeVar("D", bound=Dated)


@dataclass(frozen=True)
class Keep:
    """What is kept: the `newest` so many, or what was made at `since` (ISO 8601) or later."""

    newest: int = 0
    since: str = ""

    def __str__(self) -> str:
        return f"the newest {self.newest}" if self.newest else f"those since {self.since}"


def parsed(text: str, now: datetime) -> Keep:
    """`7` keeps the newest seven, `30d` what is not older. Raises UsageProblem."""
    written = text.strip()
    if written.isascii() and written.isdecimal():
        if int(written) < 1:
            raise UsageProblem("--keep 0 would leave no backup at all.", hint="Keep at least 1.")
        return Keep(newest=int(written))
    try:
        since = now.astimezone(UTC) - timedelta(seconds=durations.parse(written))
    except (ValueError, OverflowError) as error:
        raise UsageProblem(
            f"--keep: {text!r} is neither a number of backups nor {durations.FORM}."
        ) from error
    return Keep(since=since.replace(microsecond=0).isoformat())


def superfluous(backups: Iterable[D], keep: Keep) -> tuple[D, ...]:
    """Those to let go, oldest first. The newest one always stays."""
    newest = sorted(backups, key=lambda it: it.made, reverse=True)
    if keep.newest:
        return tuple(reversed(newest[keep.newest :]))
    since = datetime.fromisoformat(keep.since)
    return tuple(reversed([it for it in newest[1:] if it.made < since]))
