"""Prune backups of the table: facts in, plan out."""

from __future__ import annotations

from table_samples import backup

from opsctl.aws.table_backups import Backup
from opsctl.plan import Danger, Do, Plan
from opsctl.procedures import prune_backups
from opsctl.procedures.prune_backups import Facts, Request


def planned(request: Request, *backups: Backup, ours: bool = True) -> Plan:
    made = frozenset(it.arn for it in backups) if ours else frozenset()
    return prune_backups.plan(request, Facts(backups, made))


def gone(plan: Plan) -> list[object]:
    return [step.call.arguments["name"] for step in plan.steps if isinstance(step, Do)]


WEEK = tuple(backup(day) for day in range(4))


def test_the_newest_stay_and_the_oldest_goes_first() -> None:
    plan = planned(Request("prod", "image_captions", keep=2), *WEEK)
    assert gone(plan) == ["opsctl-3", "opsctl-2"]
    assert (plan.danger, plan.subject) == (Danger.SEVERE, "image_captions")
    assert [row.name for row in plan.differences] == ["opsctl-3", "opsctl-2"]


def test_every_deletion_says_that_it_cannot_be_undone() -> None:
    steps = planned(Request("prod", "image_captions", keep=1), *WEEK).steps
    said = [(it.undo, it.no_undo) for it in steps if isinstance(it, Do)]
    assert said == [((), "a deleted backup cannot be brought back")] * 3


def test_nothing_is_old_enough() -> None:
    plan = planned(Request("prod", "image_captions", keep=4), *WEEK)
    assert not plan.steps
    assert not plan.refusals


def test_what_is_older_than_a_moment_goes_but_never_the_newest_usable_one() -> None:
    request = Request("prod", "image_captions", since="2026-11-25T00:00:00+00:00")
    assert gone(planned(request, *WEEK)) == ["opsctl-3", "opsctl-2", "opsctl-1"]


def test_one_that_is_still_being_made_does_not_count_as_the_newest() -> None:
    request = Request("prod", "image_captions", keep=1)
    plan = planned(request, backup(0, status="CREATING"), backup(1), backup(2))
    assert gone(plan) == ["opsctl-2"]


def test_what_aws_keeps_by_itself_and_what_others_made_stays() -> None:
    request = Request("prod", "image_captions", keep=1)
    kinds = (backup(0), backup(1, kind="SYSTEM"), backup(2, kind="AWS_BACKUP"))
    assert not gone(planned(request, *kinds))
    plan = planned(request, *WEEK, ours=False)
    assert not gone(plan)
    assert any("not made by opsctl" in note for note in plan.notes)
