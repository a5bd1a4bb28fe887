"""Task size: facts in, plan out."""

from __future__ import annotations

from dataclasses import replace

import pytest
from samples import REGISTRY, arn, definition, deployment, digest, live, service

from opsctl.aws.task_definitions import ContainerDefinition
from opsctl.errors import UsageProblem
from opsctl.plan import Call, Danger, Do, Plan, Wait, undo_steps
from opsctl.procedures import task_size
from opsctl.procedures.task_size import Facts, Request


def planned(
    cpu: int | None = 512,
    memory: int | None = 1024,
    *containers: dict[str, int],
    was: tuple[str, str] = ("256", "512"),
    requires: tuple[str, ...] = ("FARGATE",),
) -> Plan:
    """A plan for containers with limits of their own; with none, for one without."""
    made = definition(requires=requires, cpu=was[0], memory=was[1])
    (first,) = made.containers
    each: list[ContainerDefinition] = [
        replace(first, name=f"c{place}", **limits) for place, limits in enumerate(containers)
    ]
    now = live(definition=replace(made, containers=tuple(each) or made.containers))
    return task_size.plan(Request("prod", cpu, memory), Facts(now, ()))


def test_another_size_is_one_update_and_a_wait_for_just_that_deployment() -> None:
    plan = planned()
    resize, wait = plan.steps
    assert isinstance(resize, Do)
    assert isinstance(wait, Wait)
    assert resize.call == Call(
        "releases",
        "resize",
        {
            "cluster": "image-caption-gen-cluster-prod",
            "service": "image-caption-gen-service-prod",
            "base": arn(3),
            "images": {},
            "cpu": 512,
            "memory": 1024,
            "leaving": arn(3),
        },
    )
    assert wait.follows
    assert plan.danger is Danger.MODERATE
    assert plan.differences[0].before == "0.25 vCPU, 512 MiB"
    assert plan.differences[0].after == "0.5 vCPU, 1 GiB"


def test_its_undo_goes_back_to_the_former_revision_and_follows_that() -> None:
    back, wait = undo_steps(planned().steps)
    assert isinstance(back, Do)
    assert isinstance(wait, Wait)
    assert back.call.method == "size_back"
    assert back.call.arguments["former"] == arn(3)
    assert wait.follows


def test_the_same_size_is_nothing_to_do() -> None:
    plan = planned(256, 512)
    assert plan.steps == ()
    assert "already" in plan.summary


def test_what_is_not_given_stays() -> None:
    (resize, _) = planned(None, 1024).steps
    assert isinstance(resize, Do)
    assert (resize.call.arguments["cpu"], resize.call.arguments["memory"]) == (256, 1024)


def test_the_same_size_under_way_is_followed() -> None:
    now = live(latest=deployment(3, "IN_PROGRESS"))
    plan = task_size.plan(Request("prod", 256, 512), Facts(now, ()))
    (wait,) = plan.steps
    assert isinstance(wait, Wait)
    assert wait.pick_up == "opsctl scale task-size --cpu 256 --memory 512 --env prod"


def test_a_pair_that_fargate_does_not_have_is_a_usage_error() -> None:
    with pytest.raises(UsageProblem, match="256 CPU units with 8192 MiB"):
        planned(None, 8192)


def test_a_container_that_has_the_whole_task_gets_the_whole_of_the_new_one() -> None:
    plan = planned(512, 1024, {"cpu": 256, "memory": 512})
    assert not plan.refusals
    assert [it.name for it in plan.differences] == ["task size", "cpu of c0", "memory of c0"]


def test_a_smaller_limit_of_a_container_stays_and_is_told() -> None:
    plan = planned(512, 1024, {"memory": 300})
    assert not plan.refusals
    assert "Container c0 keeps its own memory of 300." in plan.notes


@pytest.mark.parametrize(
    "containers",
    [
        ({"cpu": 256}, {"cpu": 128}),
        ({"memory": 900}, {"memory": 600}),
        ({"reserved": 600}, {"reserved": 500, "memory": 1000}),
        ({"memory": 3000, "reserved": 10},),
    ],
)
def test_limits_that_would_not_fit_are_refused(containers: tuple[dict[str, int], ...]) -> None:
    plan = planned(256, 1024, *containers, was=("512", "2048"))
    assert len(plan.refusals) == 1
    assert "more than the" in plan.refusals[0].reason


def test_an_image_named_by_a_tag_is_pinned_to_the_digest_that_runs() -> None:
    tagged = live(definition=definition(image=f"{REGISTRY}:1.2.0"))
    assert list(task_size._pins(tagged)) == [("app", f"{REGISTRY}@{digest('c')}")]
    other = replace(tagged, latest=deployment(2))
    assert list(task_size._pins(other)) == []


def test_tasks_of_other_kinds_are_refused() -> None:
    assert "not made for Fargate" in planned(requires=("EC2",)).refusals[0].reason
    assert "no size" in planned(was=("", "")).refusals[0].reason


def test_another_controller_and_somebody_elses_deployment_are_refused() -> None:
    now = live(service=service(controller="CODE_DEPLOY"), latest=deployment(4, "IN_PROGRESS"))
    plan = task_size.plan(Request("prod", 512, 1024), Facts(now, ()))
    assert len(plan.refusals) == 2
