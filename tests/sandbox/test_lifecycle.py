"""A task goes through AWS's states in order, and drains before it is asked to end."""

from __future__ import annotations

from typing import Any


def test_a_task_goes_from_provisioning_to_stopped_in_order(account: Any) -> None:
    service = account.serve(desired=1)
    service.set_desired(2)
    account.advance(0.3)
    task = next(each for each in service.tasks if each.status != "RUNNING")
    seen = [task.status]
    for _ in range(12):
        account.advance()
        seen.append(task.status)
    service.set_desired(0)
    for _ in range(12):
        account.advance()
        seen.append(task.status)
    order = list(dict.fromkeys(seen))
    assert order == ["PROVISIONING", "PENDING", "RUNNING", "DEACTIVATING", "STOPPING", "STOPPED"]


def test_a_task_is_asked_to_end_only_after_its_target_has_drained(account: Any) -> None:
    service = account.serve(desired=1)
    task = service.tasks[0]
    service.set_desired(0)
    account.advance(0.6)
    assert task.target.state == "draining"
    assert task.process.code is None
    while task.signalled is None:
        account.advance()
    waited = (task.signalled - task.stopping).total_seconds()
    assert waited >= account.world.pace.deregistration_delay


def test_a_process_that_ignores_sigterm_is_killed(account: Any) -> None:
    service = account.serve(desired=1)
    task = service.tasks[0]
    task.process.terminate = lambda: None
    service.set_desired(0)
    account.advance(5)
    assert task.status == "STOPPING"
    account.advance(8)
    assert (task.status, task.exit_code) == ("STOPPED", 137)


def test_out_of_memory_is_told_from_any_other_kill(account: Any) -> None:
    account.serve("1.0.0")
    account.service.tasks[0].process.kill()
    account.settle()
    account.deploy("1.4.3-oom")
    account.settle()
    said = {(task.image.tag, task.exit_code, task.container_reason) for task in account.stopped()}
    killed = "OutOfMemoryError: Container killed due to memory usage"
    assert said == {("1.0.0", 137, ""), ("1.4.3-oom", 137, killed)}


def test_the_log_of_a_task_is_in_its_own_stream(account: Any) -> None:
    account.serve("1.0.0")
    account.deploy("1.4.0-crash")
    account.settle()
    task = next(task for task in account.stopped() if task.exit_code == 1)
    group, stream = task.stream
    assert stream == f"ecs/app/{task.id}"
    events = account.world.backend("logs").groups[group].streams[stream].events
    assert events[-1].message == "RuntimeError: this release fails"


def test_a_task_that_is_stopped_before_it_started_never_starts(account: Any) -> None:
    service = account.serve(desired=1)
    started = len(account.runner.launched)
    service.set_desired(2)
    account.world.fleet.tick()
    service.set_desired(1)
    account.settle()
    assert len(account.runner.launched) == started
