"""How a key differs from what is wanted, and the way back."""

import pytest
from copies import entry

from opsctl.aws.manifests import Record
from opsctl.aws.object_changes import (
    DELETED,
    NEWER,
    OVERWRITTEN,
    Change,
    Seen,
    Wanted,
    compare,
    taking_back,
)
from opsctl.aws.object_history import History

THREE, FOUR = "2026-11-24T03:00:00.000Z", "2026-11-24T04:00:00.000Z"
OLD = entry("a", "1", at=THREE, etag="good")
WANTED = Wanted.of_entry("pictures", OLD)


def history(*entries: object) -> History:
    return History("a", entries)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("now", "wanted", "kind"),
    [
        (history(entry("a", "2", latest=True, etag="bad", at=FOUR), OLD), WANTED, OVERWRITTEN),
        (history(entry("a", "2", latest=True, marker=True, at=FOUR), OLD), WANTED, DELETED),
        (None, WANTED, DELETED),
        (history(entry("a", "2", latest=True, at=FOUR)), None, NEWER),
        (history(entry("a", "2", latest=True, marker=True, at=FOUR)), None, None),
        (history(OLD), WANTED, None),
        (history(entry("a", "2", latest=True, etag="good", at=FOUR), OLD), WANTED, None),
        (history(entry("a", "2", latest=True, etag="good", size=9), OLD), WANTED, OVERWRITTEN),
    ],
)
def test_each_way_to_differ_has_its_word(
    now: History | None, wanted: Wanted | None, kind: str | None
) -> None:
    change = compare(now, wanted)
    assert (change.kind if change else None) == kind


def test_what_was_made_since_is_only_touched_when_that_was_asked_for() -> None:
    newer = Change("a", NEWER, None, history(entry("a", latest=True)))
    assert not newer.acts(delete_newer=False)
    assert newer.acts(delete_newer=True)
    assert Change("a", DELETED, WANTED, None).acts(delete_newer=False)


def test_a_copy_is_known_by_the_etag_of_either_end() -> None:
    wanted = Wanted.recorded("backup", Record("a", "1", 5, "etag-of-source", "c", "size", "other"))
    assert wanted.etag == "other"
    assert wanted.is_(entry("a", "1", etag="etag-of-source"))
    assert wanted.is_(entry("a", "2", etag="other"))
    assert not wanted.is_(entry("a", "c", etag="third"))


def test_taking_back_only_undoes_what_the_restore_put_there() -> None:
    ours = entry("a", "3", latest=True, etag="good", at=FOUR)
    bad = entry("a", "2", etag="bad", at=THREE)
    back = taking_back(history(ours, bad, OLD), WANTED, "pictures", FOUR[:19])
    assert back is not None
    assert back.wanted is not None
    assert back.wanted.version == "2"
    since = entry("a", "4", latest=True, etag="newest", at=FOUR)
    assert taking_back(history(since, ours, bad), WANTED, "pictures", FOUR[:19]) is None
    assert taking_back(history(bad, OLD), WANTED, "pictures", FOUR[:19]) is None


def test_what_was_deleted_before_is_deleted_again_and_what_was_hidden_comes_back() -> None:
    ours = entry("a", "3", latest=True, etag="good", at=FOUR)
    marker = entry("a", "m", marker=True, at=THREE)
    again = taking_back(history(ours, marker, OLD), WANTED, "pictures", FOUR[:19])
    assert again is not None
    assert again.wanted is None
    hidden = entry("a", "m", latest=True, marker=True, at=FOUR)
    shown = taking_back(history(hidden, OLD), None, "pictures", FOUR[:19])
    assert shown is not None
    assert shown.wanted == WANTED


def test_a_look_counts_and_notes_how_far_back_versions_reach() -> None:
    seen = Seen()
    seen.look(history(entry("a", at=FOUR), entry("a", at=THREE)))
    seen.look(history(entry("b", at=FOUR)))
    seen.count(Change("a", OVERWRITTEN, WANTED, None))
    seen.count(Change("b", NEWER, None, None))
    assert (seen.oldest, seen.overwritten, seen.newer, seen.bytes) == (THREE, 1, 1, 5)
    assert (seen.changes(delete_newer=False), seen.changes(delete_newer=True)) == (1, 2)
