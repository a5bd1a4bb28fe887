"""Back up the table: facts in, plan out."""

from __future__ import annotations

from table_samples import backup, settings

from opsctl.plan import Danger, Do, Wait, undo_steps
from opsctl.procedures import back_up_table
from opsctl.procedures.back_up_table import Facts, Request

REQUEST = Request("prod", "image_captions", "opsctl-0")


def test_the_settings_are_saved_before_the_backup_begins() -> None:
    plan = back_up_table.plan(REQUEST, Facts(settings(), (), None))
    save, make, wait = plan.steps
    assert isinstance(save, Do)
    assert isinstance(make, Do)
    assert isinstance(wait, Wait)
    assert (save.call.method, make.call.method) == ("save", "create")
    assert wait.pick_up == "opsctl backup create dynamodb --name opsctl-0 --env prod"
    assert plan.danger is Danger.MILD


def test_the_undo_deletes_the_backup_for_good_and_says_so() -> None:
    plan = back_up_table.plan(REQUEST, Facts(settings(), (), None))
    first, last = [step for step in undo_steps(plan.steps) if isinstance(step, Do)]
    assert first.title == "Delete the backup opsctl-0"
    assert first.danger is Danger.SEVERE
    assert last.call.method == "forget"


def test_a_backup_of_that_name_is_nothing_to_do() -> None:
    plan = back_up_table.plan(REQUEST, Facts(settings(), (backup(),), None))
    assert not plan.steps
    assert not plan.refusals


def test_a_backup_under_way_is_only_waited_for() -> None:
    plan = back_up_table.plan(REQUEST, Facts(settings(), (backup(status="CREATING"),), None))
    assert [type(step) for step in plan.steps] == [Wait]
    assert not plan.changes


def test_two_backups_of_one_name_are_refused() -> None:
    two = (backup(status="CREATING"), backup(1, status="CREATING"))
    plan = back_up_table.plan(REQUEST, Facts(settings(), two, None))
    assert "have the name opsctl-0" in plan.refusals[0].reason


def test_what_could_not_be_read_is_told() -> None:
    plan = back_up_table.plan(REQUEST, Facts(settings(unknown=("alarms",)), (), None))
    assert any("not saved: alarms" in note for note in plan.notes)
    assert any("Point-in-time recovery is off" in note for note in plan.notes)
