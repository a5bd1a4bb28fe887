"""Deploy: facts in, plan out."""

from __future__ import annotations

from dataclasses import replace

import pytest
from samples import REGISTRY, arn, definition, deployment, digest, live, service

from opsctl.aws.ecr import Image
from opsctl.errors import UsageProblem
from opsctl.plan import Call, Danger, Do, Wait, undo_steps
from opsctl.procedures import deploy, preflight
from opsctl.procedures.deploy import Facts, Request

REQUEST = Request("prod", "1.3.0")
NEW = f"{REGISTRY}@{digest('d')}"


def facts(**changes: object) -> Facts:
    image = Image("image-caption-gen", digest("d"), ("1.3.0",), ("X86_64",))
    made = Facts(live(), NEW, image, (preflight.Finding("image 1.3.0", "ok"),))
    return replace(made, **changes)  # type: ignore[arg-type]


def test_a_new_image_is_one_update_and_a_wait_for_just_that_deployment() -> None:
    plan = deploy.plan(REQUEST, facts())
    release, wait = plan.steps
    assert isinstance(release, Do)
    assert isinstance(wait, Wait)
    assert release.call == Call(
        "ecs",
        "release",
        {
            "cluster": "image-caption-gen-cluster-prod",
            "service": "image-caption-gen-service-prod",
            "base": arn(3),
            "images": {"app": NEW},
            "leaving": arn(3),
        },
    )
    assert wait.follows
    assert plan.danger is Danger.MODERATE


def test_the_image_is_pinned_by_its_digest_and_the_difference_is_shown() -> None:
    (difference,) = deploy.plan(REQUEST, facts()).differences
    assert digest("c")[:19] in difference.before
    assert digest("d")[:19] in difference.after
    step = deploy.plan(REQUEST, facts()).steps[0]
    assert isinstance(step, Do)
    assert step.call.arguments["images"] == {"app": NEW}


def test_what_already_runs_is_nothing_to_do() -> None:
    same = facts(live=live(definition=definition(image=NEW)))
    plan = deploy.plan(REQUEST, same)
    assert plan.steps == ()
    assert "already" in plan.summary
    assert not plan.refusals


def test_the_same_deployment_under_way_is_followed_and_not_begun_again() -> None:
    flight = deployment(3, "IN_PROGRESS")
    plan = deploy.plan(REQUEST, facts(live=live(definition=definition(image=NEW), latest=flight)))
    (wait,) = plan.steps
    assert isinstance(wait, Wait)
    assert wait.check.arguments["subject"]["deployment"] == flight.arn  # type: ignore[index,call-overload]
    assert not plan.changes


def test_somebody_elses_deployment_under_way_is_refused_with_the_way_out() -> None:
    plan = deploy.plan(REQUEST, facts(live=live(latest=deployment(4, "IN_PROGRESS"))))
    (refusal,) = plan.refusals
    assert "under way" in refusal.reason
    assert "opsctl rollback" in refusal.hint


def test_an_image_that_ecr_does_not_have_is_refused_and_has_no_steps() -> None:
    finding = preflight.image(None, "9.9.9", "X86_64")
    plan = deploy.plan(REQUEST, facts(wanted="", image=None, findings=(finding,)))
    assert plan.steps == ()
    assert "ECR has no such image" in plan.refusals[0].reason


def test_an_image_for_another_processor_is_refused() -> None:
    arm = Image("image-caption-gen", digest("d"), (), ("ARM64",))
    finding = preflight.image(arm, "1.5.0-arm", "X86_64")
    assert finding.state == "wrong"
    plan = deploy.plan(REQUEST, facts(findings=(finding,)))
    assert "ARM64" in plan.refusals[0].reason


def test_a_missing_secret_key_is_refused_and_one_that_cannot_be_read_is_only_noted() -> None:
    findings = (
        preflight.Finding("secret HF_API_KEY", "wrong", "has no JSON key"),
        preflight.Finding("task role", "unknown", "no permission"),
    )
    plan = deploy.plan(REQUEST, facts(findings=findings))
    assert [it.reason for it in plan.refusals] == ["secret HF_API_KEY: has no JSON key"]
    assert any("task role: not checked" in note for note in plan.notes)


@pytest.mark.parametrize("controller", ["CODE_DEPLOY", "EXTERNAL"])
def test_another_controller_is_refused(controller: str) -> None:
    plan = deploy.plan(REQUEST, facts(live=live(service=service(controller=controller))))
    assert controller in plan.refusals[0].reason


def test_a_service_scaled_to_zero_is_refused_since_it_would_prove_nothing() -> None:
    plan = deploy.plan(REQUEST, facts(live=live(service=service(desired=0))))
    assert "scaled to 0" in plan.refusals[0].reason


def test_its_undo_points_the_service_back_and_follows_that_too() -> None:
    back, wait = undo_steps(deploy.plan(REQUEST, facts()).steps)
    assert isinstance(back, Do)
    assert isinstance(wait, Wait)
    assert back.call.method == "point_at"
    assert back.call.arguments["task_definition"] == arn(3)
    assert back.call.arguments["leaving"] == NEW
    assert wait.follows
    assert back.undo, "an undo can be undone"


@pytest.mark.parametrize(
    "asked",
    [
        *("", " ", "nginx/nginx:1", "docker.io/library/nginx", "sha256:12"),
        *("\x1b[31m", "a" * 129, "-1", "図", "1.3.0\n", f"{REGISTRY}:図", f"{REGISTRY}:1.3.0\n"),
    ],
)
def test_what_is_no_image_of_ecr_is_a_usage_error(asked: str) -> None:
    with pytest.raises(UsageProblem):
        deploy.in_ecr(asked, live())


@pytest.mark.parametrize(
    ("asked", "reference"),
    [
        ("1.3.0", "1.3.0"),
        (digest("d"), digest("d")),
        (f"{REGISTRY}:1.3.0", "1.3.0"),
        (f"{REGISTRY}@{digest('d')}", digest("d")),
    ],
)
def test_a_tag_a_digest_and_a_whole_name_are_understood(asked: str, reference: str) -> None:
    assert deploy.in_ecr(asked, live())[1:] == ("image-caption-gen", reference)
