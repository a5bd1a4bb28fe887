"""The settings that a restored table lacks: where they are known from, and a step for each."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from opsctl.aws import Aws
from opsctl.aws import table_scaling as scaling
from opsctl.aws.table_alarms import TableAlarms, copied
from opsctl.aws.table_backups import Backup, family
from opsctl.aws.table_restores import TableRestores
from opsctl.aws.table_scaling import TableScaling
from opsctl.aws.table_settings import Settings, TableSettings
from opsctl.errors import NotFound
from opsctl.plan import Call, Danger, Do, Step, Wait, call
from opsctl.procedures.restore_source import Source

GOES_WITH_IT = "it goes with the table, when that is deleted"


@dataclass(frozen=True)
class Wanted:
    """The settings that the new table must get; `of` is the table that had them."""

    settings: Settings
    of: str
    words: str
    """Where they come from."""


def read(aws: Aws, table: str, source: Source) -> Wanted | None:
    """The settings that the new table must get.

    The record beside the backup, else the table it came from, else the configured `table` where
    that is of its kin, else the newest record beside another backup, else the little that the
    backup itself tells, else None.
    """
    if source.backup and (found := _saved(aws, source.backup)):
        return found
    kin = [source.table, *([table] if family(table) == family(source.table) else [])]
    for name in dict.fromkeys(kin):
        try:
            return Wanted(aws.table_settings.read(name), name, f"as {name} has them now")
        except NotFound:
            continue
    for other in aws.table_backups.of_family(source.table):
        if found := _saved(aws, other):
            return found
    return _told(source)


def _saved(aws: Aws, backup: Backup) -> Wanted | None:
    saved = aws.saved_settings.saved(backup.name, backup.table)
    if saved is None:
        return None
    words = f"as saved with {backup.name}, {saved.at:%Y-%m-%d %H:%M} UTC"
    return Wanted(saved.settings, backup.table, words)


def _told(source: Source) -> Wanted | None:
    told = source.features
    if told and (told.ttl or told.stream):
        rest = ("tags", "point-in-time recovery", "deletion protection", "autoscaling", "alarms")
        found = Settings(ttl=told.ttl, stream=told.stream, unknown=rest)
        words = "what the backup tells of its table, which is gone"
        return Wanted(found, source.table, words)
    return None


def steps(known: Wanted, now: Settings | None, table: str, suffix: str) -> Iterator[Step]:
    """A step for each setting that is wanted and not there yet, each harmless to repeat."""
    wanted, has = known.settings, now or Settings()
    if wanted.ttl and has.ttl != wanted.ttl:
        yield _set(
            f"Let items end by their attribute {wanted.ttl}",
            call(TableSettings.set_ttl, table, wanted.ttl),
        )
    if wanted.recovery_days and has.recovery_days != wanted.recovery_days:
        yield _set(
            f"Point-in-time recovery of {wanted.recovery_days} days",
            call(TableSettings.set_recovery, table, wanted.recovery_days),
        )
    tags = dict(wanted.tags)
    if any(has.tags.get(name) != value for name, value in tags.items()):
        yield _set(f"Tags: {', '.join(sorted(tags))}", call(TableSettings.set_tags, table, tags))
    if wanted.insights and not has.insights:
        yield _set("Contributor Insights", call(TableSettings.set_insights, table))
    if wanted.stream and has.stream != wanted.stream:
        yield _set(
            f"A stream of {wanted.stream}, whose readers must be connected by hand",
            call(TableSettings.set_stream, table, wanted.stream),
        )
        yield _active(table)
    yield from _scaling(wanted, has, table)
    yield from _alarms(known, has, table, suffix)
    if wanted.protected and not has.protected:
        yield _protection(table)
        yield _active(table)


def _set(title: str, change: Call) -> Do:
    return Do(f"Set on it: {title}", change, no_undo=GOES_WITH_IT, danger=Danger.MILD)


def _active(table: str) -> Wait:
    return Wait("Wait until it is ACTIVE again", call(TableRestores.ready, table), timeout=1800)


def _scaling(wanted: Settings, has: Settings, table: str) -> Iterator[Do]:
    if scaling.same(wanted.scaling, has.scaling):
        return
    for entry in wanted.scaling:
        document = dict(entry)
        what = str(entry["dimension"]).rpartition(":")[2]
        index = f" of {entry['index']}" if entry["index"] else ""
        yield Do(
            f"Set on it: autoscaling of {what}{index}, {entry['minimum']}–{entry['maximum']}",
            call(TableScaling.put, table, document),
            undo=(
                Do(
                    f"Take away the autoscaling of {what}{index}",
                    call(TableScaling.remove, table, document),
                    danger=Danger.MILD,
                ),
            ),
            danger=Danger.MILD,
        )


def _alarms(known: Wanted, has: Settings, table: str, suffix: str) -> Iterator[Do]:
    there = {str(it["AlarmName"]) for it in has.alarms}
    for alarm in known.settings.alarms:
        made = copied(alarm, known.of, table, suffix)
        if made["AlarmName"] in there:
            continue
        yield Do(
            f"Set on it: the alarm {made['AlarmName']}",
            call(TableAlarms.put, made),
            undo=(
                Do(
                    f"Delete the alarm {made['AlarmName']}",
                    call(TableAlarms.remove, str(made["AlarmName"])),
                    danger=Danger.MILD,
                ),
            ),
            danger=Danger.MILD,
        )


def _protection(table: str) -> Do:
    return Do(
        "Set on it: protection against deletion",
        call(TableSettings.set_protection, table, True),
        undo=(
            Do(
                "Take away the protection against deletion",
                call(TableSettings.set_protection, table, False),
                danger=Danger.MILD,
            ),
            _active(table),
        ),
        danger=Danger.MILD,
    )
