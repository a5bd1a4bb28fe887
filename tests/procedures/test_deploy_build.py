"""Build and deploy: facts in, plan out."""

from __future__ import annotations

from dataclasses import replace

import pytest
from samples import REGISTRY, arn, definition, deployment, digest, live, service

from opsctl.aws.ecr import Image
from opsctl.errors import UsageProblem
from opsctl.plan import Danger, Do, Wait, undo_steps
from opsctl.procedures import deploy_build, preflight
from opsctl.procedures.deploy_build import Facts, Request

REQUEST = Request("prod", "1.3.0", "/src", "Dockerfile")
NEW = f"{REGISTRY}:1.3.0"


def facts(**changes: object) -> Facts:
    made = Facts(live(), NEW, None, True, (preflight.Finding("task role", "ok"),), "28.0.0")
    return replace(made, **changes)  # type: ignore[arg-type]


def test_it_builds_pushes_releases_by_digest_and_follows() -> None:
    plan = deploy_build.plan(REQUEST, facts())
    build, push, release, wait = plan.steps
    assert isinstance(build, Do)
    assert isinstance(push, Do)
    assert isinstance(release, Do)
    assert isinstance(wait, Wait)
    calls = [f"{it.call.gateway}.{it.call.method}" for it in (build, push, release)]
    assert calls == ["docker.build", "docker.push", "image_releases.tagged"]
    assert build.call.arguments["architecture"] == "X86_64"
    assert release.call.arguments["image"] == NEW
    assert release.call.arguments["leaving"] == arn(3)
    assert wait.follows
    assert plan.danger is Danger.MODERATE


def test_what_cannot_be_undone_says_why_and_the_release_goes_back() -> None:
    plan = deploy_build.plan(REQUEST, facts())
    build, push = plan.steps[:2]
    assert isinstance(build, Do)
    assert isinstance(push, Do)
    assert build.no_undo
    assert "stays in ECR" in push.no_undo
    back, wait = undo_steps(plan.steps)
    assert isinstance(back, Do)
    assert isinstance(wait, Wait)
    assert (back.call.method, back.call.arguments["former"]) == ("take_back", arn(3))


def test_a_cut_off_run_goes_on_with_the_pushed_tag() -> None:
    wait = deploy_build.plan(REQUEST, facts()).steps[-1]
    assert isinstance(wait, Wait)
    assert wait.pick_up == "opsctl deploy 1.3.0 --env prod"


def test_a_tag_that_is_taken_is_refused_with_both_ways_on() -> None:
    there = Image("image-caption-gen", digest("d"), ("1.3.0",), ())
    (refusal,) = deploy_build.plan(REQUEST, facts(there=there)).refusals
    assert "taken" in refusal.reason
    assert "opsctl deploy 1.3.0 --env prod" in refusal.hint
    assert "--build TAG" in refusal.hint


@pytest.mark.parametrize(
    "tag", ["latest", "", "-x", "a b", "1.3.0\n", "図", "a" * 129, "a:b", "../x"]
)
def test_what_names_no_release_is_a_usage_error(tag: str) -> None:
    with pytest.raises(UsageProblem, match="no tag for a release"):
        deploy_build._check_tag(tag)


def test_tags_that_can_be_moved_are_told() -> None:
    notes = deploy_build.plan(REQUEST, facts(immutable=False)).notes
    assert any("IMMUTABLE" in note for note in notes)
    notes = deploy_build.plan(REQUEST, facts(immutable=None)).notes
    assert any("could not be read" in note for note in notes)


def test_another_deployment_a_missing_secret_and_an_empty_service_are_refused() -> None:
    now = live(service=service(desired=0), latest=deployment(4, "IN_PROGRESS"))
    wrong = (preflight.Finding("secret HF_API_KEY", "wrong", "has no JSON key"),)
    plan = deploy_build.plan(REQUEST, facts(live=now, findings=wrong))
    assert len(plan.refusals) == 3


def test_the_processor_of_the_task_decides_the_platform() -> None:
    arm = live(definition=definition(architecture="ARM64"))
    build = deploy_build.plan(REQUEST, facts(live=arm)).steps[0]
    assert isinstance(build, Do)
    assert build.call.arguments["architecture"] == "ARM64"
    assert "linux/arm64" in build.title
