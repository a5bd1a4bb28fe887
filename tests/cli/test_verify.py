"""`opsctl verify`: a report, and its screen."""

from __future__ import annotations

from asked import Asked

from opsctl.cli.verify import _shown
from opsctl.reports.verify import Finding, Verification
from opsctl.terminal import layout


def test_it_is_a_report(asked: Asked) -> None:
    assert asked("verify", "--revision", "12", "-e", "local") == 0
    assert asked.reports == ["verify"]


def test_the_screen_ends_with_the_verdict_and_shows_fixes_only_where_needed() -> None:
    found = Verification(
        "f:3", (Finding("a", True, "fine", fix="x"), Finding("b", False, "no", "do"))
    )
    lines = list(layout.lines(_shown(found), colour=False))
    assert lines[-1] == "f:3 is not verified."
    assert any("→ do" in line for line in lines)
    assert not any("→ x" in line for line in lines)
