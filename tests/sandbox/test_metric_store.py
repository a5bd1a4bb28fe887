"""The metric store: exact, aligned, bounded."""

import math
import statistics

from hypothesis import given
from hypothesis import strategies as st

from opsctl.sandbox import metric_store
from opsctl.sandbox.metric_store import MetricStore, of_statistics, of_values, statistic

KEY = ("AWS/ECS", "CPUUtilization", metric_store.dimensions([("B", "2"), ("A", "1")]))


def test_the_order_of_dimensions_does_not_matter() -> None:
    assert KEY[2] == metric_store.dimensions([("A", "1"), ("B", "2")])


def test_periods_are_aligned_to_multiples_of_themselves() -> None:
    store = MetricStore()
    for at in (119.0, 120.0, 179.9, 180.0):
        store.put(KEY, of_values(at, [at]))

    found = store.periods(KEY, 125, 300, 60)
    assert [(at, len(points)) for at, points in found] == [(120, 2), (180, 1)]


def test_late_points_take_their_place() -> None:
    store = MetricStore()
    for at in (3.0, 1.0, 2.0):
        store.put(KEY, of_values(at, [at]))

    assert [point.at for point in store.between(KEY, 0, 3)] == [1.0, 2.0]


def test_a_series_forgets_its_oldest_points() -> None:
    store = MetricStore()
    for at in range(metric_store.MAX_POINTS + 5):
        store.put(KEY, of_values(float(at), [1.0]))

    points = store.between(KEY, 0, math.inf)
    assert (len(points), points[0].at) == (metric_store.MAX_POINTS, 5.0)


def test_counts_weigh_values_and_statistics_keep_their_extremes() -> None:
    points = [
        of_values(0, [1, 10], [3, 1]),
        of_statistics(1, count=2, total=8, low=0.5, high=7.5),
    ]
    names = ("Sum", "SampleCount", "Average", "Minimum", "Maximum")

    assert [statistic(points, name) for name in names] == [21, 6, 3.5, 0.5, 10]


def test_no_points_and_unknown_statistics_have_no_value() -> None:
    assert statistic([], "Sum") is None
    assert statistic([of_values(0, [1])], "Median") is None
    assert statistic([of_values(0, [1])], "p101") is None


@given(st.lists(st.floats(-1e6, 1e6), min_size=1, max_size=50), st.integers(1, 100))
def test_a_percentile_is_the_least_value_that_enough_do_not_exceed(
    values: list[float], rank: int
) -> None:
    found = statistic([of_values(0, values)], f"p{rank}")

    assert found is not None
    assert sum(value <= found for value in values) >= len(values) * rank / 100 - 1e-9
    assert sum(value < found for value in values) < len(values) * rank / 100 + 1e-9
    assert min(values) <= found <= max(values)


def test_the_median_of_an_odd_number_is_p50() -> None:
    values = [5.0, 1.0, 9.0, 7.0, 3.0]

    assert statistic([of_values(0, values)], "p50") == statistics.median(values)


def test_points_from_a_moment_on_can_be_dropped() -> None:
    store = MetricStore()
    for at in (1.0, 2.0, 3.0):
        store.put(KEY, of_values(at, [at]))
    store.drop(KEY, 2.0)
    assert [point.at for point in store.between(KEY, 0, 9)] == [1.0]
    store.drop(("AWS/ECS", "never", ()), 0)
