"""What a table is restored from."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest
from table_samples import FEATURES, MADE, NEW, TABLE, backup

from opsctl.aws.table_backups import Backup, Features, Window
from opsctl.errors import NotFound, UsageProblem
from opsctl.procedures import restore_source
from opsctl.procedures.restore_source import Source

WINDOW = Window(MADE - timedelta(days=35), MADE, 35)


@dataclass
class Backups:
    """The gateway, with these backups and no AWS."""

    there: tuple[Backup, ...] = ()
    has_window: Window | None = WINDOW

    @property
    def table_backups(self) -> Backups:
        return self

    def of_family(self, table: str) -> tuple[Backup, ...]:
        return self.there

    def described(self, arn: str) -> tuple[Backup, Features]:
        return next(it for it in self.there if it.arn == arn), FEATURES

    def window(self, table: str) -> Window | None:
        if table != TABLE:
            raise NotFound("no such table")
        return self.has_window


def find(aws: Any, backup: str = "", at: str = "", table: str = TABLE) -> Source:
    return restore_source.find(aws, table, backup, at)


def reasons(source: Source, *, begun: bool = False) -> str:
    return " ".join(it.reason for it in restore_source.refusals(source, begun=begun))


def test_a_backup_is_found_by_its_name_or_its_arn() -> None:
    aws = Backups((backup(0), backup(1)))
    assert find(aws, "opsctl-1").backup == backup(1)
    assert find(aws, backup(1).arn).backup == backup(1)


def test_with_neither_name_nor_moment_it_is_the_newest_usable_one() -> None:
    aws = Backups((backup(0, status="CREATING"), backup(1), backup(2)))
    assert find(aws).backup == backup(1)


def test_a_name_that_two_backups_have_is_refused_with_both() -> None:
    with pytest.raises(UsageProblem) as refused:
        find(Backups((backup(0, name="nightly"), backup(1, name="nightly"))), "nightly")
    assert backup(0).arn in refused.value.hint
    assert backup(1).arn in refused.value.hint


def test_an_unknown_name_and_no_backup_at_all_are_not_found() -> None:
    with pytest.raises(NotFound):
        find(Backups((backup(),)), "nightly")
    with pytest.raises(NotFound):
        find(Backups())


def test_the_new_name_tells_the_moment_and_does_not_grow() -> None:
    assert find(Backups((backup(),)), "opsctl-0").new_name == NEW
    again = Backups((backup(0, table=NEW),))
    assert find(again, "opsctl-0").new_name == NEW
    long = Source("x" * 255, MADE)
    assert len(long.new_name) == 255


def test_a_moment_must_lie_within_the_window() -> None:
    assert not reasons(find(Backups(), at=MADE.isoformat()))
    later = (MADE + timedelta(hours=1)).isoformat()
    assert "can be restored from" in reasons(find(Backups(), at=later))


def test_a_moment_needs_recovery_and_a_table() -> None:
    assert "is off" in reasons(find(Backups(has_window=None), at=MADE.isoformat()))
    assert "There is no table gone" in reasons(find(Backups(), at=MADE.isoformat(), table="gone"))


def test_a_restore_that_was_begun_needs_its_source_no_more() -> None:
    late = find(Backups(has_window=None), at=MADE.isoformat())
    assert not reasons(late, begun=True)


def test_a_backup_that_is_not_available_is_refused() -> None:
    assert "CREATING" in reasons(find(Backups((backup(status="CREATING"),)), "opsctl-0"))
