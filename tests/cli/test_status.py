"""`opsctl status`: a report."""

from __future__ import annotations

from asked import Asked


def test_it_is_a_report_and_takes_no_flags_of_change(asked: Asked) -> None:
    assert asked("status", "-e", "local") == 0
    assert asked.reports == ["status"]
    assert asked("status", "-e", "local", "--yes") == 2
