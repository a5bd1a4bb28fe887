"""Switch to a restored table: facts in, plan out."""

from __future__ import annotations

from dataclasses import replace

from samples import arn, definition, deployment, live, service
from table_samples import NEW, TABLE, origin

from opsctl.aws.table_settings import Shape
from opsctl.plan import Danger, Do, Plan, Wait, undo_steps
from opsctl.procedures import switch_table
from opsctl.procedures.switch_table import Facts, Request
from opsctl.procedures.table_fitness import Fitness

REQUEST = Request("prod", NEW)
SHAPE = Shape({"PK": "HASH"}, {})
FACTS = Facts(
    live=live(),
    variable="TABLE",
    in_use=TABLE,
    fitness=Fitness(origin(), TABLE, SHAPE, SHAPE, ""),
    findings=(),
    configured=TABLE,
)


def planned(facts: Facts) -> Plan:
    return switch_table.plan(REQUEST, facts)


def test_the_switch_is_a_release_with_one_other_variable() -> None:
    plan = planned(FACTS)
    switch, follow = plan.steps
    assert isinstance(switch, Do)
    assert isinstance(follow, Wait)
    assert switch.call.arguments["base"] == arn(3)
    assert switch.call.arguments["variable"] == "TABLE"
    assert switch.call.arguments["table"] == NEW
    assert follow.follows
    assert plan.danger is Danger.MODERATE
    assert plan.checks[-1].title == f"Every task uses {NEW}"


def test_the_undo_points_back_at_the_former_revision_and_follows_that() -> None:
    back, follow = list(undo_steps(planned(FACTS).steps))
    assert isinstance(back, Do)
    assert back.call.method == "switch_back"
    assert back.call.arguments["former"] == arn(3)
    assert isinstance(follow, Wait)


def test_what_is_lost_and_what_else_must_be_changed_is_told() -> None:
    notes = " ".join(planned(FACTS).notes)
    assert "What was written to image_captions since 2026-11-24 03:15:00 UTC is not in" in notes
    assert f'table = "{NEW}" in [env.prod]' in notes
    assert "Terraform" in notes


def test_a_table_in_use_is_nothing_to_do() -> None:
    plan = planned(replace(FACTS, in_use=NEW))
    assert not plan.steps
    assert "already" in plan.summary


def test_a_switch_under_way_is_followed() -> None:
    now = live(latest=deployment(3, status="IN_PROGRESS"))
    plan = planned(replace(FACTS, in_use=NEW, live=now))
    assert [type(step) for step in plan.steps] == [Wait]
    assert not plan.changes


def test_a_variable_that_is_not_set_is_refused() -> None:
    plan = planned(replace(FACTS, in_use=""))
    assert "has no variable TABLE" in plan.refusals[0].reason
    assert "table_variable" in plan.refusals[0].hint


def test_an_unfit_table_is_refused() -> None:
    unfit = replace(FACTS.fitness, lacking="not replayed")
    assert planned(replace(FACTS, fitness=unfit)).refusals


def test_another_deployment_under_way_and_no_task_wanted_are_refused() -> None:
    busy = live(latest=deployment(4, status="IN_PROGRESS"))
    assert "is under way" in planned(replace(FACTS, live=busy)).refusals[0].reason
    none = live(service=service(desired=0), definition=definition())
    assert "scaled to 0" in planned(replace(FACTS, live=none)).refusals[0].reason
