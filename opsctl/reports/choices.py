"""Choices: what can be named on a command line at this moment, by kind. Never a user."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from opsctl.aws import Aws, records
from opsctl.targets import Target

if TYPE_CHECKING:
    from opsctl.journal import Journal
    from opsctl.reports.alarms import AlarmStatus

NEWEST = 50
"""More than that nobody looks through; the beginning of a longer one can be typed."""


@dataclass(frozen=True)
class Choice:
    """A word that the command takes, and what it is."""

    value: str
    about: str = ""


def of(kind: str, aws: Aws) -> list[Choice]:
    """The choices of a kind in KINDS, the likeliest first. Raises what AWS answers."""
    return list(KINDS[kind](aws))


def needs_aws(kind: str, target: Target) -> bool:
    """Whether AWS must be asked; otherwise opsctl.toml or this machine's records tell."""
    if kind in ("runs", "undoable", "incidents"):
        return bool(target.state)
    return kind not in ("secret-keys", "queries")


def _revisions(aws: Aws) -> Iterator[Choice]:
    """Revisions that served, but for the live one: what `rollback --list` shows."""
    from opsctl.reports import releases

    seen: set[int] = set()
    for it in releases.gather(aws):
        if it.status == "SUCCESSFUL" and not it.live and it.revision not in seen:
            seen.add(it.revision)
            yield Choice(str(it.revision), f"{it.image} of {it.created:%Y-%m-%d %H:%M}")


def _tags(aws: Aws) -> Iterator[Choice]:
    for tag, pushed in aws.ecr.tags(aws.target.repository)[:NEWEST]:
        yield Choice(tag, f"pushed {pushed:%Y-%m-%d %H:%M}")


def _alarms(aws: Aws) -> Iterator[Choice]:
    target = aws.target
    for it in aws.cloudwatch.alarms(target.alarm_prefix, target.alarm_suffix):
        if not it.scales:
            yield Choice(_short(it.name, target), it.state)


def _silent(aws: Aws) -> Iterator[Choice]:
    from opsctl.reports import alarms

    for it in alarms.gather(aws).alarms:
        if not it.calls and not it.scales:
            yield Choice(_short(it.name, aws.target), _until(it))


def _until(it: AlarmStatus) -> str:
    return f"silent until {it.silenced_until:%m-%d %H:%M}" if it.silenced_until else "silent"


def _bucket_backups(aws: Aws) -> Iterator[Choice]:
    from opsctl.reports import bucket_backups

    for it in bucket_backups.gather(aws).backups:
        if it.kind == "s3":
            yield Choice(it.name, f"{it.status}, {it.created:%Y-%m-%d %H:%M}")


def _table_backups(aws: Aws) -> Iterator[Choice]:
    from opsctl.reports import table_backups

    for it in table_backups.gather(aws).backups:
        if it.kind == "USER":
            yield Choice(it.name, f"{it.status.lower()}, {it.created:%Y-%m-%d %H:%M}")


def _runs(aws: Aws) -> Iterator[Choice]:
    yield Choice("last", "the newest run")
    for it in _journal(aws).runs(NEWEST):
        yield Choice(it.id, f"{it.command} {it.status}")


def _undoable(aws: Aws) -> Iterator[Choice]:
    """Runs of which something is still in effect."""
    yield Choice("last", "the newest run")
    for it in _journal(aws).runs(NEWEST):
        if it.in_effect and it.status != "running":
            yield Choice(it.id, f"{it.command} {it.status}")


def _journal(aws: Aws) -> Journal:
    from opsctl.journal import Journal

    return Journal(records.store(aws.target, lambda: aws), aws.target.env)


def _incidents(aws: Aws) -> Iterator[Choice]:
    from opsctl.journal.incidents import Incidents

    store = records.store(aws.target, lambda: aws)
    for it in Incidents(store, aws.target.env).newest_first()[:NEWEST]:
        yield Choice(it.id, f"{it.severity}, {'open' if it.is_open else 'closed'}")


def _secret_keys(aws: Aws) -> Iterator[Choice]:
    for each in aws.target.secret_keys:
        yield Choice(each.partition("=")[0], "a key of the secret")
    yield Choice("access-key", "of an IAM user")


def _queries(aws: Aws) -> Iterator[Choice]:
    from opsctl.reports import log_query

    for it in log_query.named(aws.target):
        yield Choice(it.name, it.text)


def _short(name: str, target: Target) -> str:
    return name.removeprefix(target.alarm_prefix).removesuffix(target.alarm_suffix) or name


KINDS: dict[str, Callable[[Aws], Iterable[Choice]]] = {
    "revisions": _revisions,
    "tags": _tags,
    "alarms": _alarms,
    "silent-alarms": _silent,
    "bucket-backups": _bucket_backups,
    "table-backups": _table_backups,
    "runs": _runs,
    "undoable": _undoable,
    "incidents": _incidents,
    "secret-keys": _secret_keys,
    "queries": _queries,
}
