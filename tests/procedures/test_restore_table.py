"""Restore the table: facts in, plan out."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from table_samples import FEATURES, MADE, NEW, TABLE, backup, origin, settings

from opsctl.aws.table_backups import Window
from opsctl.aws.table_restores import Origin
from opsctl.plan import Danger, Do, Plan, Wait, undo_steps
from opsctl.procedures import restore_table
from opsctl.procedures.restore_settings import Wanted
from opsctl.procedures.restore_source import Source
from opsctl.procedures.restore_table import Facts, Request

REQUEST = Request("prod", TABLE, "opsctl-0")
FRESH = Facts(
    source=Source(TABLE, MADE, backup(), features=FEATURES),
    new=NEW,
    origin=None,
    wanted=Wanted(settings(), TABLE, "as saved with the backup"),
    now=None,
    lacking="there is no table",
    known=True,
    erased=2,
    denied=(),
    suffix="-prod",
)
DONE = replace(
    FRESH,
    origin=origin(),
    now=replace(
        settings(),
        alarms=({"AlarmName": f"image-caption-gen-throttles-{NEW}-prod"},),
    ),
    lacking="",
)


def planned(facts: Facts) -> Plan:
    return restore_table.plan(REQUEST, facts)


def methods(plan: Plan) -> list[str]:
    return [
        step.call.method if isinstance(step, Do) else step.check.method
        for step in plan.steps
        if isinstance(step, Do | Wait)
    ]


def test_a_new_table_is_made_waited_for_rid_of_the_erased_and_then_set() -> None:
    plan = planned(FRESH)
    assert methods(plan)[:5] == ["from_backup", "ready", "compared", "replay", "set_ttl"]
    assert not plan.refusals
    assert [check.check.method for check in plan.checks] == ["complete"]
    assert plan.result["table"] == NEW
    assert any("being erased now: 2." in note for note in plan.notes)


def test_erasures_are_replayed_also_where_there_were_none() -> None:
    """Without the note that it was done, the table could never be brought into service."""
    assert "replay" in methods(planned(replace(FRESH, erased=0)))


def test_the_undo_deletes_the_new_table_last_and_only_that_one() -> None:
    back = [step for step in undo_steps(planned(FRESH).steps) if isinstance(step, Do)]
    assert back[-1].call.method == "delete"
    assert back[-1].call.arguments == {"table": NEW, "created_from": backup().arn}
    assert back[-1].danger is Danger.SEVERE


def test_a_second_run_goes_on_where_the_first_one_stopped() -> None:
    waiting = replace(FRESH, origin=origin(status="CREATING", restoring=True))
    assert methods(planned(waiting))[0] == "ready"
    unset = replace(FRESH, origin=origin(), now=replace(settings(), tags={}), lacking="not yet")
    assert methods(planned(unset))[:3] == ["compared", "replay", "set_tags"]


def test_when_all_of_it_was_done_nothing_is() -> None:
    plan = planned(DONE)
    assert not plan.steps
    assert not plan.refusals


def test_who_was_erased_after_the_restore_is_erased_again() -> None:
    plan = planned(replace(DONE, lacking="somebody was erased after the restore"))
    assert methods(plan) == ["compared", "replay"]


def test_another_table_of_that_name_is_refused() -> None:
    others: tuple[Origin, ...] = (
        origin(backup="", source="", moment=None),
        origin(backup="another"),
    )
    for other in others:
        plan = planned(replace(FRESH, origin=other))
        assert "does not come from this restore" in plan.refusals[0].reason
        assert not plan.steps


def test_a_restore_never_takes_the_name_of_its_source_not_even_of_one_that_is_gone() -> None:
    plan = planned(replace(FRESH, new=TABLE, origin=origin(table=TABLE)))
    assert "never takes the name" in plan.refusals[0].reason
    plan = planned(replace(FRESH, new=TABLE))
    assert "served before the erased are erased again" in plan.refusals[0].reason


def test_erasures_of_a_table_that_the_data_map_does_not_know_are_a_reason_not_to() -> None:
    plan = planned(replace(FRESH, known=False))
    assert "they would come back" in plan.refusals[0].reason
    assert not planned(replace(FRESH, known=False, erased=0)).refusals


def test_a_moment_is_restored_from_the_table_itself() -> None:
    window = Window(MADE - timedelta(days=1), MADE, 35)
    source = Source(TABLE, MADE, window=window)
    plan = planned(replace(FRESH, source=source))
    first = plan.steps[0]
    assert isinstance(first, Do)
    assert first.call.method == "of_moment"
    assert first.call.arguments["moment"] == MADE.isoformat()
    again = planned(replace(DONE, source=source, origin=origin(backup="", moment=MADE)))
    assert not again.steps
    other = origin(backup="", moment=MADE - timedelta(hours=1))
    assert planned(replace(FRESH, source=source, origin=other)).refusals


def test_a_wait_that_was_left_says_how_to_come_back() -> None:
    wait = planned(FRESH).steps[1]
    assert isinstance(wait, Wait)
    assert wait.pick_up == (f"opsctl backup restore dynamodb {backup().arn} --as {NEW} --env prod")


def test_a_missing_permission_is_told_before() -> None:
    notes = planned(replace(FRESH, denied=("dynamodb:PutItem",))).notes
    assert any("denies you, on the new table, dynamodb:PutItem" in note for note in notes)
    notes = planned(replace(FRESH, denied=None)).notes
    assert any("could not be asked" in note for note in notes)


def test_unknown_settings_are_told_not_guessed() -> None:
    plan = planned(replace(FRESH, wanted=None))
    assert methods(plan)[-1] == "replay"
    assert any("Settings: not known" in note for note in plan.notes)
