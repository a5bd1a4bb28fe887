"""Deployments begin, pause, are taken back and end with AWS's states and words."""

from __future__ import annotations

from typing import Any

from opsctl.sandbox import deploying


def test_a_deployment_that_serves_is_successful(account: Any) -> None:
    account.serve("1.0.0")
    deployment = account.deploy("1.1.0")
    assert deployment.status == "PENDING"
    account.advance(0.3)
    assert deployment.status == "IN_PROGRESS"
    account.settle()
    assert deployment.status == "SUCCESSFUL"
    assert deployment.breaker == "MONITORING_COMPLETE"
    assert deployment.final_counts[deployment.target.arn] == (2, 2, 0)
    assert account.service.last_good is deployment.target


def test_a_new_deployment_stops_the_one_under_way(account: Any) -> None:
    account.serve("1.0.0")
    first = account.deploy("1.1.0")
    account.advance(0.9)
    second = account.deploy("1.2.0")
    assert (first.status, first.status_reason) == ("STOPPED", deploying.SUPERSEDED)
    assert first.stopped is not None
    account.settle()
    assert second.status == "SUCCESSFUL"
    assert {task.image.tag for task in account.service.tasks} == {"1.2.0"}


def test_a_failed_release_goes_back_to_the_last_completed_one_not_the_superseded(
    account: Any,
) -> None:
    account.serve("1.0.0")
    account.deploy("1.1.0")
    account.advance(0.6)
    account.deploy("1.4.0-crash")
    account.settle()
    assert {task.image.tag for task in account.service.tasks} == {"1.0.0"}


def test_a_requested_rollback_restores_the_former_revision(account: Any) -> None:
    account.serve("1.0.0")
    former = account.service.last_good
    deployment = account.deploy("1.1.0")
    account.advance(0.6)
    deploying.request_rollback(account.service, deploying.BY_USER)
    assert deployment.status == "ROLLBACK_REQUESTED"
    account.advance(0.3)
    assert deployment.status == "ROLLBACK_IN_PROGRESS"
    account.settle()
    assert deployment.status == "ROLLBACK_SUCCESSFUL"
    assert deployment.back_to is former
    assert deployment.breaker == "MONITORING_COMPLETE"
    assert {task.image.tag for task in account.service.tasks} == {"1.0.0"}


def test_a_rollback_brings_back_the_tasks_that_were_already_taken_away(account: Any) -> None:
    account.serve("1.0.0")
    deployment = account.deploy("1.1.0")
    while len(account.service.rollouts) < 2 or any(
        task.live for task in account.service.tasks if task.image and task.image.tag == "1.0.0"
    ):
        account.advance(0.3)
    deploying.request_rollback(account.service, deploying.BY_USER)
    account.settle()
    assert deployment.status == "ROLLBACK_SUCCESSFUL"
    assert {task.image.tag for task in account.service.tasks} == {"1.0.0"}
    assert len(account.service.tasks) == 2


def test_a_first_deployment_that_fails_has_nothing_to_go_back_to(account: Any) -> None:
    account.serve("1.0.0")
    account.service.last_good = None
    deployment = account.deploy("1.4.0-crash")
    account.advance(10)
    assert deployment.status == "ROLLBACK_FAILED"
    assert deploying.NO_CANDIDATE in deployment.status_reason


def test_a_paused_deployment_waits_and_goes_on(account: Any) -> None:
    account.serve("1.0.0")
    account.service.pause_at = "PRE_SCALE_UP"
    deployment = account.deploy("1.1.0")
    account.advance(5)
    hook = deployment.waiting_hook
    assert hook
    assert deployment.stage == "PRE_SCALE_UP"
    assert all(task.image.tag == "1.0.0" for task in account.service.tasks)
    deploying.answer_hook(account.service, hook, "CONTINUE")
    account.settle()
    assert deployment.status == "SUCCESSFUL"


def test_a_paused_deployment_can_be_rolled_back_at_its_hook(account: Any) -> None:
    account.serve("1.0.0")
    account.service.pause_at = "PRE_SCALE_UP"
    deployment = account.deploy("1.1.0")
    account.advance(1)
    deploying.answer_hook(account.service, deployment.waiting_hook, "ROLLBACK")
    account.settle()
    assert deployment.status == "ROLLBACK_SUCCESSFUL"
    assert deployment.hooks[0].status == "FAILED"


def test_a_hook_that_nobody_answers_takes_its_own_way_out(account: Any) -> None:
    account.serve("1.0.0")
    account.service.pause_at = "PRE_SCALE_UP"
    deployment = account.deploy("1.1.0")
    account.advance(1)
    deployment.waiting_hook.expires = account.world.clock()
    account.settle()
    assert deployment.hooks[0].status == "FAILED"
    assert deployment.status == "ROLLBACK_SUCCESSFUL"


def test_a_revision_keeps_the_digest_that_its_tag_had(account: Any) -> None:
    account.serve("1.0.0")
    digest = account.world.registry.known_images["1.0.0"].digest
    assert account.service.last_good.digests == {"app": digest}
