"""`opsctl metrics`: a report over a time."""

from __future__ import annotations

import pytest
from asked import Asked


def test_it_is_a_report_and_takes_no_flags_of_change(asked: Asked) -> None:
    assert asked("metrics", "--since", "24h", "-e", "local") == 0
    assert asked.reports == ["metrics"]
    assert asked("metrics", "-e", "local", "--yes") == 2


@pytest.mark.parametrize("since", ["soon", "", "2999-01-01T00:00:00Z", "0s", "-3h"])
def test_what_is_no_time_of_the_past_is_refused(since: str, asked: Asked) -> None:
    assert asked("metrics", "--since", since, "-e", "local") == 2
