"""What counts as now, and numbers that were never asked for."""

from __future__ import annotations

from ill import ago, well

from opsctl.aws.metrics import Series


def test_five_minutes_are_fresh_and_fifteen_recent() -> None:
    assert (well().fresh, well().recent) == (ago(5), ago(15))


def test_coarse_metrics_stretch_both_and_a_quicker_world_shortens_them() -> None:
    assert well(period=3600, since=ago(999)).fresh == ago(120)
    assert (well(minute=10, period=10).fresh, well(minute=10, period=10).recent) == (
        ago(50 / 60),
        ago(150 / 60),
    )


def test_nothing_is_fresh_that_was_not_asked_about() -> None:
    assert well(since=ago(1)).fresh == well(since=ago(1)).recent == ago(1)


def test_a_series_that_was_not_read_is_not_known() -> None:
    assert well().of("nothing") == Series("nothing", "", known=False)
    assert well().sum_of("requests", ago(2)) == 200
