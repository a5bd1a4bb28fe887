"""Items of a checklist: by what was seen, or by what was said."""

from __future__ import annotations

import pytest
from checklist_samples import item, said, seen

from opsctl.journal.checklists import NO, NOT_APPLICABLE, YES
from opsctl.reports import checklist_items
from opsctl.reports.checklist_items import answered, entries, open_question
from opsctl.reports.checklist_rules import items


@pytest.mark.parametrize(
    ("word", "state"), [(YES, "ok"), (NO, "not_ok"), (NOT_APPLICABLE, "not_applicable")]
)
def test_an_answer_settles_what_was_asked(word: str, state: str) -> None:
    asked = open_question("notified", "Team notified", "Was it?", "nobody knows")
    it = answered(asked, {"notified": said("notified", word, "note")})
    assert it.state == state
    assert it.told == f"nobody knows; ana@desk said {word} at 11:00 UTC: note"


def test_an_answer_to_something_else_settles_nothing() -> None:
    asked = open_question("notified", "Team notified", "Was it?")
    assert answered(asked, {"review": said("review")}) == asked
    assert answered(asked, {"notified": said("notified", about="another plan")}) == asked
    looked_at = checklist_items.seen("notified", "Team notified", "not_ok", "no")
    assert answered(looked_at, {"notified": said("notified")}) == looked_at


def test_only_what_does_not_hold_is_mended() -> None:
    assert checklist_items.seen("a", "A", "ok", "fine", "mend it").fix == ""
    assert checklist_items.seen("a", "A", "unknown", "denied", "mend it").fix == "mend it"


def test_what_is_kept_tells_a_word_from_a_look() -> None:
    found = entries(items(seen(), {"notified": said("notified")}))
    kept = {it.item: it for it in found}
    assert kept["notified"].said == "ana@desk, 11:00 UTC"
    assert kept["tests"].said == ""
    assert kept["tests"].evidence == item("tests").evidence
