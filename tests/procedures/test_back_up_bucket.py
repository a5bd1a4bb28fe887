"""Back up the bucket: facts in, plan out."""

from dataclasses import replace

import pytest
from backup_samples import BACKUP, NEW, SOURCE, facts, rules
from copies import Buckets

from opsctl.aws import Aws
from opsctl.aws.bucket_copies import Survey
from opsctl.plan import Danger, Do, Plan, taken_back, undo_steps
from opsctl.procedures import back_up_bucket
from opsctl.procedures.back_up_bucket import Request
from opsctl.sandbox.emulator import Emulator

REQUEST = Request("prod", "s3-20261124T031500Z")


def plan(survey: Survey = NEW, **over: object) -> Plan:
    return back_up_bucket.plan(REQUEST, facts(survey, **over))


def test_what_is_missing_is_copied_in_one_step_and_looked_at_again() -> None:
    made = plan()
    (step,) = made.steps
    assert isinstance(step, Do)
    assert step.call.arguments == {
        "source": SOURCE,
        "backup": BACKUP,
        "name": REQUEST.name,
        "expected": 3,
    }
    assert step.reports
    assert made.danger is Danger.MILD
    assert [check.check.method for check in made.checks] == ["verified"]


def test_there_is_no_undo_and_it_says_why() -> None:
    (step,) = plan().steps
    assert list(undo_steps([step])) == []
    assert "prune s3" in taken_back(step)


def test_when_the_latest_backup_holds_everything_there_is_nothing_to_do() -> None:
    same = Survey(objects=3, same=3, recorded=3, latest="s3-1", latest_objects=3)
    made = plan(same)
    assert (made.steps, made.refusals) == ((), ())
    assert "s3-1" in made.summary


@pytest.mark.parametrize(
    "survey",
    [
        Survey(objects=3, same=3, recorded=2, latest="s3-1", latest_objects=3),
        Survey(objects=3, same=3, recorded=3, latest="s3-1", latest_objects=4),
        Survey(objects=3, same=3),
    ],
)
def test_a_deletion_or_a_missing_record_is_worth_a_new_manifest(survey: Survey) -> None:
    assert plan(survey).changes


def test_a_whole_backup_of_that_name_is_never_made_again() -> None:
    made = back_up_bucket.plan(REQUEST, replace(facts(), is_there=True))
    assert (made.steps, made.refusals) == ((), ())
    assert "there already" in made.summary


def test_an_empty_bucket_is_nothing_to_do() -> None:
    assert plan(Survey()).steps == ()
    assert "empty" in plan(Survey()).summary


def test_a_bucket_without_versions_to_copy_to_is_refused() -> None:
    made = plan(backup_rules=rules(versioning="Off"))
    assert made.refusals
    assert made.steps == ()


def test_objects_that_became_empty_are_a_warning() -> None:
    made = plan(replace(NEW, replaced=2, emptied=1, shrunken=1, gone=4))
    notes = " ".join(made.notes)
    assert "1 objects have become empty and 1 smaller" in notes
    assert "4 copies are of objects" in notes
    assert any(it.name == "of these, now empty" for it in made.differences)


def test_an_estimate_names_requests_and_the_engine_that_fits() -> None:
    assert "About 5 requests, less than a minute" in plan().notes[0]
    huge = replace(NEW, objects=6_000_000, added=6_000_000, bytes_to_copy=10)
    notes = plan(huge).notes
    assert "about 7 h" in notes[0]
    assert "s3-batch" in notes[1]


def test_planning_again_on_the_result_finds_nothing(door: Aws, emulator: Emulator) -> None:
    buckets = Buckets(door, emulator)
    buckets.put("a", b"1")
    made = back_up_bucket.plan(REQUEST, back_up_bucket.gather(REQUEST, buckets.aws))
    (step,) = made.steps
    assert isinstance(step, Do)
    with buckets.aws.changing():
        buckets.aws.perform(step.call, report=buckets.reports.append)
    again = back_up_bucket.gather(REQUEST, Aws(buckets.aws.target))
    assert back_up_bucket.plan(REQUEST, again).steps == ()
