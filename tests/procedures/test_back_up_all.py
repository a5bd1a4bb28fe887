"""Back up everything: two plans as one."""

from backup_samples import NEW, facts
from table_samples import backup, settings

from opsctl.aws.bucket_copies import Survey
from opsctl.plan import Danger, Plan
from opsctl.procedures import back_up_all, back_up_bucket, back_up_table
from opsctl.procedures.back_up_all import Facts, Request

REQUEST = Request(
    back_up_table.Request("prod", "image_captions", "opsctl-0"),
    back_up_bucket.Request("prod", "s3-0"),
)
SAME = Survey(objects=3, same=3, recorded=3, latest="s3-1", latest_objects=3)


def plan(survey: Survey = NEW, *, there: bool = False, **over: object) -> Plan:
    table = back_up_table.Facts(settings(), (backup(),) if there else (), None)
    return back_up_all.plan(REQUEST, Facts(table, facts(survey, **over)))


def test_the_steps_of_both_are_one_plan() -> None:
    made = plan()
    one = back_up_table.plan(REQUEST.table, back_up_table.Facts(settings(), (), None))
    other = back_up_bucket.plan(REQUEST.bucket, facts(NEW))
    assert made.steps == (*one.steps, *other.steps)
    assert made.checks == other.checks
    assert made.danger is Danger.MILD
    assert set(made.result) == {"dynamodb", "s3"}


def test_a_half_with_nothing_to_do_is_only_mentioned() -> None:
    made = plan(SAME)
    assert made.summary == "Back up image_captions as opsctl-0"
    assert any("s3-1" in note for note in made.notes)


def test_with_nothing_to_do_in_either_there_is_nothing_to_do() -> None:
    made = plan(SAME, there=True)
    assert (made.steps, made.refusals) == ((), ())
    assert "s3-1" in made.summary
    assert "opsctl-0" in made.summary


def test_a_reason_against_one_half_is_a_reason_against_both() -> None:
    made = plan(backup="")
    assert made.refusals
    assert "backup create dynamodb" in made.notes[0]
