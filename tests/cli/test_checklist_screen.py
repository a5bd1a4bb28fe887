"""The checklist on the screen."""

from __future__ import annotations

from typing import Any

from checklist_samples import COMMIT, NOW, PLANNED, said, seen

from opsctl.cli.checklist_screen import screen
from opsctl.journal.checklists import NOT_APPLICABLE, Answer
from opsctl.reports.checklist_items import Checklist
from opsctl.reports.checklist_rules import items
from opsctl.terminal import layout


def shown(*answers: Answer, colour: bool = False, **over: Any) -> str:
    it = seen(**over)
    found = items(it, {each.item: each for each in answers})
    subject = it.subject
    made = Checklist(
        "prod",
        subject.tag,
        subject.commit,
        subject.live,
        NOW,
        found,
        all(each.holds for each in found),
    )
    return "".join(f"{line}\n" for line in layout.lines(screen(made), colour=colour))


def test_each_item_is_a_line_with_its_mark_and_what_was_seen() -> None:
    text = shown()
    assert text.startswith("Before a deployment of 1.3.0 to prod\n")
    assert f"commit      {COMMIT}\n" in text
    assert "serves now  image-caption-gen-prod:3\n" in text
    assert "looked at   2026-11-24 12:00:00 UTC\n" in text
    assert "  ✓ Tests pass in CI: GitHub: lint, test passed on commit 1a2b3c4d1a2b\n" in text
    assert "  ✓ Terraform plan reviewed: not applicable; prod has no `terraform`" in text


def test_what_is_not_answered_says_how_to_answer() -> None:
    text = shown()
    assert "  ? Team notified: not answered\n" in text
    assert "      → opsctl checklist deploy 1.3.0 --said notified --env prod\n" in text
    assert "1 of 11 do not hold: Team notified.\n" in text
    assert "Next: opsctl deploy" not in text


def test_when_everything_holds_the_next_command_is_the_deployment() -> None:
    text = shown(said("notified", note="#ops"))
    assert "  ✓ Team notified: ana@desk said yes at 11:00 UTC: #ops\n" in text
    assert "Everything holds.\nAn answer counts for 4h" in text
    assert text.endswith("Next: opsctl deploy 1.3.0 --env prod\n")


def test_without_a_tag_it_is_about_what_is_checked_out() -> None:
    text = shown(tag="", release=None)
    assert text.startswith("Before a deployment of what is checked out to prod\n")
    assert "→ opsctl checklist deploy --said notified --env prod\n" in text


def test_what_could_not_be_looked_at_is_no_tick() -> None:
    from opsctl.reports.checklist import Unknown

    text = shown(lock=Unknown("AccessDenied"))
    assert "  ? Nobody holds the environment: could not look; AccessDenied\n" in text
    assert "      → opsctl lock show --env prod\n" in text


def test_hostile_notes_are_text() -> None:
    note = "[bold]x[/y] \x1b]0;pwn\x07\n  ✓ Backup fresh\u202e"
    text = shown(said("notified", NOT_APPLICABLE, note), colour=True, planned=PLANNED)
    assert "[bold]x[/y] ]0;pwn ✓ Backup fresh\n" in text
    assert "\x07" not in text
    assert "\u202e" not in text
    assert "\x1b]" not in text
