"""Alarm actions switched off and on: a silence that nothing at AWS ends, so its end is recorded."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import TYPE_CHECKING, Any

from opsctl.aws import records
from opsctl.aws.gateway import Gateway
from opsctl.errors import FactsChanged
from opsctl.plan import Progress

if TYPE_CHECKING:
    from opsctl.state import Store
    from opsctl.state.table import Table

AT_ONCE = 100
"""The most names that one call takes."""
SERVER_FAILED = 500


@dataclass(frozen=True)
class Silence:
    """One alarm whose actions this tool switched off. `until` (UTC) is when that was to end."""

    alarm: str
    until: datetime
    by: str
    """The ARN of who did it."""
    reason: str = ""


class AlarmActions(Gateway):
    """DisableAlarmActions and EnableAlarmActions, and one record: `silences/ENV.json`.

    Both calls ignore names that they do not know, and neither knows an end.
    """

    def recorded(self) -> tuple[Silence, ...]:
        """What opsctl switched off and did not switch on again, the earliest end first."""
        found = [
            Silence(alarm, datetime.fromisoformat(it["until"]), it["by"], it["reason"])
            for alarm, it in self._table.read().items()
        ]
        return tuple(sorted(found, key=lambda it: (it.until, it.alarm)))

    def now(self) -> datetime:
        """The time by the clock of the records."""
        return self._store.now()

    def disable(self, alarms: list[str], until: str, by: str, reason: str = "") -> None:
        """Switches the actions of alarms off, and records first until when (ISO 8601).

        Cut off in between, the record says so all the same. Raises FactsChanged when `until` is
        over, so that no undo begins a silence that has no end any more.
        """
        if datetime.fromisoformat(until) <= self.now():
            raise FactsChanged(
                f"It was to end at {until[:16]} UTC, and that is over.",
                hint="Run the command again, with a time that lies ahead.",
            )
        row = {"until": until, "by": by, "reason": reason}
        before = self._table.read()
        self._table.change(lambda known: {**known, **dict.fromkeys(alarms, row)})
        self._each(alarms, self._client.disable_alarm_actions, before)

    def enable(self, alarms: list[str]) -> None:
        """Switches on what opsctl switched off and nobody switched on since, and forgets it."""
        recorded = self._table.read()
        mine = [name for name in alarms if name in recorded]
        for names in _parts(mine):
            self._client.enable_alarm_actions(AlarmNames=names)
        self._forget(mine)

    def are(self, alarms: list[str], enabled: bool) -> Progress:
        """Whether the actions of all these alarms are on (or off)."""
        found = self.aws.cloudwatch.named(alarms)
        right = sum(it.actions_enabled is enabled for it in found)
        words = "on" if enabled else "off"
        return Progress(right == len(alarms), f"actions of {right} of {len(alarms)} are {words}")

    def _each(self, alarms: list[str], change: Callable[..., Any], before: dict[str, Any]) -> None:
        """Changes a hundred at a time; of what AWS refuses, the record is as it was before."""
        from botocore.exceptions import ClientError

        left = list(alarms)
        try:
            for names in _parts(alarms):
                change(AlarmNames=names)
                left = left[len(names) :]
        except ClientError as error:
            # After a failure of AWS itself (5xx) they may be off all the same.
            if error.response["ResponseMetadata"]["HTTPStatusCode"] < SERVER_FAILED:
                self._forget(left, before)
            raise

    def _forget(self, alarms: list[str], before: Mapping[str, Any] | None = None) -> None:
        kept = {name: row for name, row in (before or {}).items() if name in alarms}
        self._table.change(
            lambda known: {**{k: v for k, v in known.items() if k not in alarms}, **kept}
        )

    @property
    def _client(self) -> Any:
        return self.aws.client("cloudwatch")

    @cached_property
    def _table(self) -> Table:
        from opsctl.state.table import Table

        name = f"silences/{self.aws.target.env}.json"
        return Table(self._store, name, "silences", "which alarm actions opsctl switched off")

    @cached_property
    def _store(self) -> Store:
        return records.store(self.aws.target, lambda: self.aws)


def _parts(names: list[str]) -> Iterator[list[str]]:
    return (names[at : at + AT_ONCE] for at in range(0, len(names), AT_ONCE))
