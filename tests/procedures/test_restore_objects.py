"""Restore the bucket: facts in, plan out."""

import pytest
from backup_samples import BACKUP, SOURCE, head, restore_facts, rules
from copies import Buckets

from opsctl.aws import Aws
from opsctl.aws.object_changes import Row, Seen
from opsctl.plan import Danger, Do, Plan, undo_steps
from opsctl.procedures import restore_objects
from opsctl.procedures.restore_objects import Facts, Request
from opsctl.sandbox.emulator import Emulator

AT = "2026-11-24T03:00:00+00:00"
OLD = "2026-11-20T00:00:00.000Z"
SEEN = Seen(overwritten=2, deleted=1, same=5, bytes=30, oldest=OLD, rows=[Row("a", "deleted", 10)])


def plan(seen: Seen = SEEN, *, facts: Facts | None = None, **words: object) -> Plan:
    request = Request(**{"env": "prod", "at": AT, **words})  # type: ignore[arg-type]
    found = facts or restore_facts(seen=seen)
    return restore_objects.plan(request, found)


def test_what_differs_is_one_step_that_names_the_bucket_to_be_typed() -> None:
    made = plan(prefix="images/")
    (step,) = made.steps
    assert isinstance(step, Do)
    assert step.call.arguments == {
        "bucket": SOURCE,
        "at": AT,
        "backup": [],
        "prefix": "images/",
        "delete_newer": False,
        "expected": 3,
    }
    assert (made.danger, made.subject) == (Danger.SEVERE, SOURCE)
    assert made.checks[0].check.method == "verified"


def test_the_undo_goes_back_to_what_was_there_before_this_moment() -> None:
    (back,) = undo_steps(plan().steps)
    assert isinstance(back, Do)
    assert (back.call.method, back.danger) == ("take_back", Danger.SEVERE)
    assert back.call.arguments["since"] == "2026-11-24T04:00:00+00:00"
    (again,) = undo_steps([back])
    assert isinstance(again, Do)
    assert again.call.method == "restore"


def test_when_nothing_differs_there_is_nothing_to_do() -> None:
    made = plan(Seen(same=8, newer=2, oldest=OLD))
    assert (made.steps, made.refusals) == ((), ())
    assert "8 objects are the same" in made.summary
    assert any("--delete-newer" in note for note in made.notes)


def test_hiding_what_was_made_since_is_a_change() -> None:
    made = plan(Seen(same=8, newer=2, oldest=OLD), delete_newer=True)
    assert made.changes
    assert any("hidden" in it.name for it in made.differences)


def test_users_who_were_erased_are_told_by_count_only() -> None:
    made = plan(Seen(deleted=1, erased=3, oldest=OLD))
    assert any("3 objects are of users who were erased" in note for note in made.notes)


@pytest.mark.parametrize(
    ("facts", "words", "reason"),
    [
        (restore_facts(seen=Seen(oldest="2026-11-24T03:30:00.000Z", newer=3)), {}, "was not kept"),
        (restore_facts(rules=rules(versioning="Off")), {}, "is gone"),
        (restore_facts(rules=rules(versioning="")), {}, "may not be read"),
        (
            restore_facts(rules=rules(versioning="Suspended"), head=head()),
            {"at": "", "backup": "s3-1"},
            "could not be brought back",
        ),
        (restore_facts(backup_bucket=""), {"at": "", "backup": "s3-1"}, "no backup bucket"),
        (
            restore_facts(head=head(source="others")),
            {"at": "", "backup": "s3-1"},
            "is of others",
        ),
    ],
)
def test_each_reason_not_to_is_a_refusal_without_steps(
    facts: Facts, words: dict[str, object], reason: str
) -> None:
    made = plan(facts=facts, **words)
    (refusal,) = made.refusals
    assert reason in refusal.reason
    assert refusal.hint
    assert made.steps == ()


def test_an_incomplete_backup_and_a_time_beyond_the_buckets_rule_are_told() -> None:
    cut = restore_facts(head=head(complete=False), seen=SEEN)
    assert any("not complete" in it for it in plan(facts=cut, at="", backup="s3-1").notes)
    rule = restore_facts(rules=rules(lifecycle_noncurrent_days=1), seen=SEEN)
    old = plan(facts=rule, at="2026-11-20T03:00:00+00:00")
    assert any("deletes versions 1 days" in note for note in old.notes)
    assert not any("deletes versions" in note for note in plan(facts=rule).notes)


def test_the_first_objects_are_named_and_json_names_more() -> None:
    rows = [Row(f"k{number}", "overwritten", 1) for number in range(30)]
    made = plan(Seen(overwritten=30, oldest=OLD, rows=rows))
    named = [it.name for it in made.differences if it.name.startswith("k")]
    assert len(named) == restore_objects.ROWS
    objects = made.result["objects"]
    assert isinstance(objects, list)
    assert len(objects) == 30


def test_a_backup_is_read_from_its_bucket() -> None:
    made = plan(facts=restore_facts(head=head(), seen=SEEN), at="", backup="s3-1")
    (step,) = made.steps
    assert isinstance(step, Do)
    assert step.call.arguments["backup"] == [BACKUP, "s3-1"]


def test_planning_again_on_the_result_finds_nothing_and_the_undo_restores_it(
    door: Aws, emulator: Emulator
) -> None:
    buckets = Buckets(door, emulator)
    buckets.put("a", b"good")
    request = Request("local", buckets.moment())
    buckets.put("a", b"corrupt")
    emulator.advance(2)
    made = restore_objects.plan(request, restore_objects.gather(request, buckets.aws))
    (step,) = made.steps
    assert isinstance(step, Do)
    with buckets.aws.changing():
        buckets.aws.perform(step.call, report=buckets.reports.append)
    assert buckets.body("a") == b"good"
    again = restore_objects.gather(request, Aws(buckets.aws.target))
    assert restore_objects.plan(request, again).steps == ()
    (back,) = undo_steps(made.steps)
    assert isinstance(back, Do)
    with buckets.aws.changing():
        buckets.aws.perform(back.call, report=buckets.reports.append)
    assert buckets.body("a") == b"corrupt"
