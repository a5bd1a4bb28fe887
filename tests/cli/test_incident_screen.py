"""Incidents on the screen: what lasts is told, and a forged line does not become two."""

from __future__ import annotations

from collections.abc import Iterable

from incident_samples import alarm, at, call, incident, run

from opsctl.cli import incident_screen as screen
from opsctl.reports.incident import Story
from opsctl.reports.incident_timeline import entries
from opsctl.terminal import layout
from opsctl.terminal.blocks import Block


def lines(blocks: Iterable[Block]) -> list[str]:
    return list(layout.lines(blocks, colour=False))


def story(**changes: object) -> Story:
    it = incident()
    parts = {
        "incident": it,
        "until": at(30),
        "made": at(60),
        "entries": entries(it, (run(),), (), (alarm(),), (call(),)),
        "runs": (run(),),
        "deployments": (),
        "alarms": (alarm(),),
        "calls": (call(),),
        "not_examined": ("alarms: no permission",),
        "manipulated": ("journal: line 1 was edited",),
    }
    return Story(**{**parts, **changes})  # type: ignore[arg-type]


def test_a_story_tells_the_incident_its_gaps_and_its_timeline() -> None:
    shown = lines(screen.story(story()))
    assert shown[0] == "closed  20261123-1  sev2  errors after the release"
    text = "\n".join(shown)
    assert "lasted    30m" in text
    assert "closed    2026-11-23T12:30:00Z by ana@desk: the old release serves" in text
    assert "not examined: alarms: no permission" in text
    assert "edited by hand: journal: line 1 was edited" in text
    rows = [line for line in shown if line.startswith("  2026-11-23T12:")]
    assert [row.split()[1] for row in rows] == [
        "incident",
        "run",
        "call",
        "alarm",
        "run",
        "note",
        "incident",
    ]
    assert "20261123T120200Z-1111" in rows[1]


def test_an_open_incident_says_that_it_lasts() -> None:
    shown = lines(screen.head(incident(ended=None), at(5)))
    assert shown[0].startswith("OPEN")
    assert any("lasts" in line and "5m" in line for line in shown)


def test_a_title_of_two_lines_stays_one() -> None:
    shown = lines(screen.listed([incident(title="a\n20261123-2  sev1  closed")], "prod"))
    assert len(shown) == 2


def test_no_incident_is_said() -> None:
    assert lines(screen.listed([], "prod")) == ["prod has had no incident."]


def test_what_was_written_is_told_with_digests() -> None:
    made = {
        "report": "/r/a.md",
        "evidence": [{"path": "/r/a/x.json", "sha256": "e" * 64}],
        "not_examined": ["CloudTrail: no permission"],
    }
    text = "\n".join(lines(screen.written(made)))
    assert "/r/a.md" in text
    assert f"/r/a/x.json  {'e' * 64}" in text
    assert "not examined: CloudTrail: no permission" in text
