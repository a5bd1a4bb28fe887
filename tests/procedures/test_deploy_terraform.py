"""Deploy with Terraform: facts in, plan out."""

from __future__ import annotations

from dataclasses import replace

from planned import ALARM, RELEASE, saved
from samples import REGISTRY, definition, deployment, digest, live, service

from opsctl.aws.ecr import Image
from opsctl.aws.terraform_plans import Change, Planned
from opsctl.plan import Danger, Do, Plan, undo_steps
from opsctl.procedures import deploy, deploy_terraform, preflight
from opsctl.procedures.deploy import Request
from opsctl.procedures.deploy_terraform import Facts

REQUEST = Request("prod", "1.3.0")
NEW = f"{REGISTRY}@{digest('d')}"
OLD = f"{REGISTRY}@{digest('c')}"
IMAGE = Image("image-caption-gen", digest("d"), ("1.3.0",), ("X86_64",))
OK = (preflight.Finding("image 1.3.0", "ok"),)


def planned(*changes: Change, **more: object) -> Planned:
    return replace(saved(*changes, former={"image": OLD}), **more)  # type: ignore[arg-type]


def plan(it: Planned | None, **release: object) -> Plan:
    made = replace(deploy.Facts(live(), NEW, IMAGE, OK), **release)  # type: ignore[arg-type]
    return deploy_terraform.plan(REQUEST, Facts(made, it))


def test_the_saved_plan_is_applied_and_its_deployment_followed() -> None:
    made = plan(planned(*RELEASE))
    apply, _wait = made.steps
    assert isinstance(apply, Do)
    assert apply.call.arguments["values"] == {"image": NEW}
    assert made.danger is Danger.MODERATE
    assert made.result["terraform"] == {"create": 0, "change": 1, "replace": 1, "destroy": 0}
    assert next(it.check.method for it in made.checks) == "settled"
    assert digest("d")[:19] in made.differences[0].after
    assert made.on_failure


def test_its_undo_is_a_plan_of_its_own_and_is_followed_too() -> None:
    back, _wait = undo_steps(plan(planned(*RELEASE)).steps)
    assert isinstance(back, Do)
    assert back.call.method == "apply_values"


def test_what_runs_with_nothing_to_change_is_nothing_to_do() -> None:
    made = plan(planned(), live=live(definition=definition(image=NEW)))
    assert made.steps == ()
    assert "nothing to change" in made.summary


def test_what_runs_but_is_not_what_terraform_knows_is_applied() -> None:
    made = plan(planned(ALARM), live=live(definition=definition(image=NEW)))
    assert [it.title for it in made.steps if isinstance(it, Do)]


def test_a_table_made_anew_needs_the_services_name_typed() -> None:
    table = Change("aws_dynamodb_table.it", "aws_dynamodb_table", "replace")
    made = plan(planned(table, *RELEASE))
    assert (made.danger, made.subject) == (Danger.SEVERE, "image-caption-gen-service-prod")


def test_an_image_that_ecr_does_not_have_is_refused_and_nothing_was_planned() -> None:
    finding = preflight.image(None, "9.9.9", "X86_64")
    made = plan(None, wanted="", image=None, findings=(finding,))
    assert made.steps == ()
    assert made.refusals


def test_somebody_elses_deployment_and_an_empty_service_are_refused() -> None:
    assert plan(planned(*RELEASE), live=live(latest=deployment(4, "IN_PROGRESS"))).refusals
    empty = live(service=replace(service(), desired=0))
    assert "scaled to 0" in plan(planned(*RELEASE), live=empty).refusals[0].reason


def test_a_size_that_the_file_says_otherwise_is_told() -> None:
    notes = plan(planned(*RELEASE, size=(512, 1024))).notes
    assert any("size of the tasks changes too" in it and "prod.tfvars" in it for it in notes)
    assert not any("size of the tasks" in it for it in plan(planned(*RELEASE)).notes)
