"""The settings that a restored table lacks."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any

from table_samples import ALARM, FEATURES, MADE, NEW, TABLE, backup, settings

from opsctl.aws.saved_settings import Saved
from opsctl.aws.table_backups import Backup
from opsctl.aws.table_settings import Settings
from opsctl.errors import NotFound
from opsctl.plan import Do, Step
from opsctl.procedures import restore_settings
from opsctl.procedures.restore_settings import Wanted
from opsctl.procedures.restore_source import Source

RECORD = Saved(TABLE, "opsctl-0", datetime(2026, 11, 24, tzinfo=UTC), "kim", settings())
SOURCE = Source(TABLE, MADE, backup(), features=FEATURES)


@dataclass
class Places:
    """Where settings may be known from."""

    record: Saved | None = None
    of: str = "opsctl-0"
    """The name of the backup that has the record."""
    tables: dict[str, Settings] = field(default_factory=dict)

    @property
    def saved_settings(self) -> Places:
        return self

    @property
    def table_settings(self) -> Places:
        return self

    @property
    def table_backups(self) -> Places:
        return self

    def saved(self, name: str, table: str) -> Saved | None:
        return self.record if name == self.of else None

    def of_family(self, table: str) -> list[Backup]:
        return [backup(0), backup(1)]

    def read(self, table: str) -> Settings:
        if table not in self.tables:
            raise NotFound(table)
        return self.tables[table]


def read(places: Any, source: Source = SOURCE, table: str = TABLE) -> Wanted | None:
    return restore_settings.read(places, table, source)


def steps(wanted: Settings, now: Settings | None = None) -> list[Step]:
    return list(restore_settings.steps(Wanted(wanted, TABLE, ""), now, NEW, "-prod"))


def methods(made: list[Step]) -> list[str]:
    return [step.call.method for step in made if isinstance(step, Do)]


def test_the_record_beside_the_backup_comes_first() -> None:
    found = read(Places(RECORD, tables={TABLE: Settings()}))
    assert found
    assert found.settings == settings()
    assert "as saved with opsctl-0" in found.words


def test_of_a_deleted_table_the_record_beside_another_backup_helps() -> None:
    found = read(Places(RECORD, of="opsctl-1"))
    assert found
    assert found.settings == settings()
    assert "as saved with opsctl-1" in found.words


def test_then_the_table_it_came_from_then_its_kin() -> None:
    live = read(Places(tables={TABLE: settings()}))
    assert live
    assert live.of == TABLE
    kin = read(Places(tables={NEW: settings()}), table=NEW)
    assert kin
    assert kin.of == NEW


def test_of_a_deleted_table_the_backup_itself_tells_a_little() -> None:
    told = replace(FEATURES, ttl="ttl")
    found = read(Places(), replace(SOURCE, features=told))
    assert found
    assert found.settings.ttl == "ttl"
    assert "alarms" in found.settings.unknown
    assert read(Places()) is None


def test_a_bare_table_gets_every_setting_and_its_protection_last() -> None:
    assert methods(steps(settings())) == [
        "set_ttl",
        "set_recovery",
        "set_tags",
        "set_insights",
        "set_stream",
        "put",
        "put",
        "set_protection",
    ]


def test_what_is_there_already_is_left_out() -> None:
    (scaling, alarm) = (
        settings().scaling,
        {**ALARM, "AlarmName": f"image-caption-gen-throttles-{NEW}-prod"},
    )
    assert not steps(settings(), settings(alarms=(alarm,), scaling=scaling))
    assert methods(steps(settings(), settings(ttl="", alarms=(alarm,)))) == ["set_ttl"]


def test_the_copied_alarm_watches_the_new_table_under_a_name_that_ends_alike() -> None:
    (step,) = steps(Settings(alarms=(ALARM,)))
    assert isinstance(step, Do)
    made: Any = step.call.arguments["alarm"]
    assert made["AlarmName"] == f"image-caption-gen-throttles-{NEW}-prod"
    assert made["Dimensions"] == [{"Name": "TableName", "Value": NEW}]
    (back,) = step.undo
    assert isinstance(back, Do)
    assert back.call.arguments == {"name": made["AlarmName"]}


def test_every_setting_says_how_it_is_taken_back_or_why_it_is_not() -> None:
    changes = [it for it in steps(settings()) if isinstance(it, Do)]
    assert changes
    assert [it.title for it in changes if bool(it.undo) == bool(it.no_undo)] == []
