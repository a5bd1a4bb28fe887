"""Back up the bucket by a job: facts in, plan out."""

from datetime import UTC, datetime

from backup_samples import BACKUP, SOURCE, ends

from opsctl.aws.batch_jobs import Job
from opsctl.plan import Do, Plan, Wait, undo_steps
from opsctl.procedures import back_up_by_batch
from opsctl.procedures.back_up_by_batch import Facts, Request

ROLE = "arn:aws:iam::123456789012:role/backup"
REQUEST = Request("prod", "s3-1")
JOB = Job("j-1", "s3-0", "Active", datetime(2026, 11, 24, 3, tzinfo=UTC), 100, 40, 0)


def plan(facts: Facts) -> Plan:
    return back_up_by_batch.plan(REQUEST, facts)


def test_a_job_is_begun_followed_and_recorded() -> None:
    made = plan(Facts(ends(), ROLE, ()))
    begin, follow, record = made.steps
    assert isinstance(begin, Do)
    assert begin.call.arguments == {
        "source": SOURCE,
        "backup_bucket": BACKUP,
        "name": "s3-1",
        "role": ROLE,
    }
    assert isinstance(follow, Wait)
    assert follow.follows
    assert "--engine s3-batch" in follow.pick_up
    assert isinstance(record, Do)
    assert (record.call.method, record.call.arguments["name"]) == ("copy", "s3-1")


def test_the_undo_cancels_the_job() -> None:
    (back,) = undo_steps(plan(Facts(ends(), ROLE, ())).steps[:1])
    assert isinstance(back, Do)
    assert back.call.method == "cancel"


def test_a_job_that_is_under_way_is_only_followed_under_its_own_name() -> None:
    made = plan(Facts(ends(), ROLE, ("j-1 s3-0",), (JOB,)))
    follow, record = made.steps
    assert isinstance(follow, Wait)
    assert follow.check.arguments["job"] == "j-1"
    assert not follow.follows
    assert isinstance(record, Do)
    assert record.call.arguments["name"] == "s3-0"


def test_a_whole_backup_of_that_name_is_never_made_again() -> None:
    made = plan(Facts(ends(), ROLE, (), is_there=True))
    assert (made.steps, made.refusals) == ((), ())


def test_without_a_role_or_a_fit_bucket_it_is_refused() -> None:
    (refusal,) = plan(Facts(ends(), "", ())).refusals
    assert "backup_role" in refusal.hint
    made = plan(Facts(ends(backup_rules=None), ROLE, ()))
    assert "does not exist" in made.refusals[0].reason
    assert made.steps == ()
