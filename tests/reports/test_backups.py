"""Backups of every kind, joined."""

from collections.abc import Iterator

import pytest
from copies import Buckets

from opsctl.aws import Aws
from opsctl.reports import backups
from opsctl.sandbox.emulator import Emulator


@pytest.fixture
def buckets(door: Aws, emulator: Emulator) -> Iterator[Buckets]:
    yield Buckets(door, emulator)
    emulator.front.faults.clear()


def test_backups_of_bucket_and_table_are_one_list_the_newest_first(buckets: Buckets) -> None:
    buckets.put("a", b"1")
    buckets.back_up("one")
    found = backups.lines(backups.gather(buckets.aws))
    assert {it.kind for it in found} >= {"s3", "dynamodb"}
    made = [it.created for it in found]
    assert made == sorted(made, reverse=True)


def test_a_half_that_cannot_be_read_does_not_hide_the_other(buckets: Buckets) -> None:
    buckets.put("a", b"1")
    buckets.back_up("one")
    rule = {"service": "dynamodb", "code": "AccessDeniedException", "status": 400}
    buckets.emulator.front.faults.add(rule)
    found = backups.gather(buckets.aws)
    assert "one" in [it.name for it in backups.lines(found)]
    assert found.table.unknown
