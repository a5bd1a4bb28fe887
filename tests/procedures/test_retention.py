"""Which backups are kept."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import pytest

from opsctl.errors import UsageProblem
from opsctl.procedures import retention
from opsctl.procedures.retention import Keep

NOW = datetime(2026, 11, 24, 3, 15, tzinfo=UTC)


@dataclass(frozen=True)
class Made:
    made: datetime


def made(*days: int) -> list[Made]:
    return [Made(NOW - timedelta(days=each)) for each in days]


def test_a_number_keeps_the_newest_whatever_their_order() -> None:
    assert retention.superfluous(made(3, 1, 2), Keep(newest=2)) == tuple(made(3))
    assert retention.superfluous(made(1, 2), Keep(newest=2)) == ()


def test_a_time_keeps_what_is_younger_and_what_goes_is_oldest_first() -> None:
    keep = retention.parsed("2d", NOW)
    assert retention.superfluous(made(1, 2, 3, 4), keep) == tuple(made(4, 3))


def test_the_newest_stays_however_old_it_is() -> None:
    assert retention.superfluous(made(400, 500), retention.parsed("30d", NOW)) == tuple(made(500))


@pytest.mark.parametrize("text", ["0", "-1", "", "soon", "7 days", "٣"])
def test_what_would_keep_nothing_or_says_nothing_is_refused(text: str) -> None:
    with pytest.raises(UsageProblem):
        retention.parsed(text, NOW)


def test_what_is_kept_has_words() -> None:
    assert str(retention.parsed("7", NOW)) == "the newest 7"
    assert str(retention.parsed("1d", NOW)) == "those since 2026-11-23T03:15:00+00:00"
