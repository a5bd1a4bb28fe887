"""The diagnosis on the screen: worst first, what to type next, what was not looked at."""

from __future__ import annotations

from dataclasses import replace

from ill import NOW, SINCE

from opsctl.cli.diagnose_screen import screen
from opsctl.reports.diagnosis import Diagnosis, Finding
from opsctl.terminal import layout

QUIET = Diagnosis("all", SINCE, NOW, (), ("alarms", "targets"), (), ())
FINDING = Finding(
    "critical",
    "2 tasks died",
    ("at 03:00:00 UTC", "\x1b[31mred\x07"),
    "Out of memory.",
    "opsctl rollback --env prod",
    after="began 2 min after the deployment of revision 7",
)


def shown(found: Diagnosis) -> list[str]:
    return list(layout.lines(screen(found), colour=False))


def test_a_healthy_service_is_told_in_two_lines() -> None:
    assert shown(QUIET) == [
        "Nothing found since 2026-11-24 02:00:00 UTC.",
        "Examined: alarms, targets",
    ]


def test_a_finding_is_told_with_evidence_cause_change_and_command() -> None:
    made = shown(replace(QUIET, findings=(FINDING, replace(FINDING, severity="notice"))))
    assert made[:6] == [
        "✗ CRITICAL  2 tasks died",
        "    began 2 min after the deployment of revision 7",
        "    - at 03:00:00 UTC",
        "    - [31mred",
        "    Out of memory.",
        "    → opsctl rollback --env prod",
    ]
    assert made[7] == "· NOTICE  2 tasks died"


def test_what_was_not_looked_at_stands_together_by_its_reason() -> None:
    unknown = ("alarms: AWS throttles", "tasks: AWS throttles", "users: kim may not: ask")
    made = shown(replace(QUIET, unknown=unknown))
    assert "  ? not looked at: alarms, tasks: AWS throttles" in made
    assert "  ? not looked at: users: kim may not: ask" in made
    assert made[-1].startswith("Examined:")


def test_at_a_terminal_lines_break_between_words_and_keep_their_place() -> None:
    told = replace(FINDING, evidence=("one two three four five six",), likely="a b c d e f " * 4)
    made = list(layout.lines(screen(replace(QUIET, findings=(told,)), 30), colour=False))
    assert made[2:4] == ["    - one two three four five", "      six"]
    assert all(len(line) <= 30 for line in made[2:-1])
