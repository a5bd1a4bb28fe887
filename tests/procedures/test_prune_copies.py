"""Prune backups of the bucket: facts in, plan out."""

from backup_samples import BACKUP, SOURCE, head

from opsctl.aws.copy_pruning import Superfluous
from opsctl.plan import Danger, Do, taken_back
from opsctl.procedures import prune_copies
from opsctl.procedures.prune_copies import Facts, Request
from opsctl.procedures.retention import Keep

DAYS = tuple(head(f"s3-{day}", f"2026-11-{day}T03:00:00+00:00") for day in (24, 23, 22))
FACTS = Facts(SOURCE, BACKUP, DAYS, Superfluous(7, 700))
REQUEST = Request("prod", Keep(newest=2))


def test_the_oldest_goes_with_the_copies_that_only_it_names() -> None:
    made = prune_copies.plan(REQUEST, FACTS)
    (step,) = made.steps
    assert isinstance(step, Do)
    assert step.call.arguments == {
        "bucket": BACKUP,
        "drop": ["s3-22"],
        "keeping": ["s3-24", "s3-23"],
        "expected": 7,
    }
    assert (made.danger, made.subject) == (Danger.SEVERE, BACKUP)
    assert any("7 copies go, 700 bytes" in note for note in made.notes)
    assert made.differences[0].name == "s3-22"


def test_it_cannot_be_undone_and_says_so() -> None:
    (step,) = prune_copies.plan(REQUEST, FACTS).steps
    assert "cannot be brought back" in taken_back(step)


def test_when_everything_is_kept_there_is_nothing_to_do() -> None:
    made = prune_copies.plan(Request("prod", Keep(newest=3)), FACTS)
    assert (made.steps, made.refusals) == ((), ())


def test_a_backup_that_was_cut_off_goes_once_there_is_a_newer_whole_one() -> None:
    cut = head("s3-cut", "2026-11-23T12:00:00+00:00", complete=False)
    newest = head("s3-now", "2026-11-24T12:00:00+00:00", complete=False)
    made = prune_copies.dropped(REQUEST, Facts(SOURCE, BACKUP, (newest, *DAYS, cut)))
    assert [it.name for it in made] == ["s3-22", "s3-cut"]


def test_backups_of_another_bucket_are_kept() -> None:
    others = head("s3-other", "2026-11-01T03:00:00+00:00", source="others")
    made = prune_copies.plan(REQUEST, Facts(SOURCE, BACKUP, (*DAYS, others)))
    (step,) = made.steps
    assert isinstance(step, Do)
    kept = step.call.arguments["keeping"]
    assert isinstance(kept, list)
    assert "s3-other" in kept


def test_without_a_backup_bucket_it_is_refused() -> None:
    (refusal,) = prune_copies.plan(REQUEST, Facts(SOURCE, "")).refusals
    assert "backup_bucket" in refusal.hint
