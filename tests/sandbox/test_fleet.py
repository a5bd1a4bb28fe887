"""The fleet holds services and tasks, and forgets the stopped ones in time."""

from __future__ import annotations

from typing import Any

import pytest

from opsctl.sandbox.refusals import Refused


def test_services_and_tasks_are_found_by_name_and_arn(account: Any) -> None:
    service = account.serve()
    names, fleet = account.world.names, account.world.fleet
    assert fleet.service(names.cluster, names.service) is service
    assert fleet.service(service.cluster_arn, service.arn) is service
    assert fleet.service("another", names.service) is None
    task = service.tasks[0]
    assert fleet.task(names.cluster, task.id) is fleet.task(names.cluster, task.arn) is task
    assert fleet.task("another", task.id) is None


def test_running_tasks_can_be_sampled(account: Any) -> None:
    service = account.serve()
    sampled = account.world.tasks()
    assert {it.task_arn for it in sampled} == {task.arn for task in service.tasks}
    assert {(it.cpu_units, it.memory_mib, it.service) for it in sampled} == {
        (256, 512, service.name)
    }
    assert all(it.pid for it in sampled)


def test_stopped_tasks_are_forgotten_after_an_hour(account: Any) -> None:
    service = account.serve()
    service.tasks[0].process.kill()
    account.settle()
    (gone,) = account.stopped()
    account.advance(0.3)
    assert account.world.fleet.task(service.cluster, gone.id) is gone
    gone.stopped = gone.stopped.replace(year=gone.stopped.year - 1)
    account.advance(0.3)
    assert account.world.fleet.task(service.cluster, gone.id) is None


def test_a_loose_task_needs_a_cluster(account: Any) -> None:
    with pytest.raises(Refused, match="ClusterNotFoundException"):
        account.world.fleet.run("nowhere", account.definition("1.0.0"), "", "")


def test_a_loose_task_that_ends_is_not_replaced(account: Any) -> None:
    definition = account.definition("1.0.0")
    task = account.world.fleet.run(account.world.names.cluster, definition, "", "me")
    account.advance(1)
    assert task.status == "RUNNING"
    account.runner.launched[-1].code = 0
    account.advance(1)
    assert (task.status, task.exit_code) == ("STOPPED", 0)
    assert account.world.fleet.tasks() == []


def test_every_task_has_an_address_of_its_own(account: Any) -> None:
    service = account.serve(desired=4)
    assert len({task.address for task in service.tasks}) == 4


def test_a_cluster_counts_what_runs_in_it(account: Any) -> None:
    account.serve(desired=3)
    cluster = account.world.backend("ecs").clusters[account.world.names.cluster]
    assert (cluster.running_tasks_count, cluster.active_services_count) == (3, 1)


def test_whoever_wants_to_know_is_told_when_processes_change(account: Any) -> None:
    told: list[int] = []
    account.world.fleet.on_processes_changed = lambda running: told.append(len(running))
    account.serve(desired=2)
    account.advance(3)
    assert told == [2]
