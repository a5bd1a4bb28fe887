"""Tasks through the emulator."""

from __future__ import annotations

from opsctl.aws import Aws
from opsctl.sandbox.emulator import Emulator


def test_the_running_tasks_of_a_service_are_read_whole(local: Aws) -> None:
    tasks = local.tasks.of_service(local.target.cluster, local.target.service)
    assert len(tasks) == 2
    for task in tasks:
        assert task.status == "RUNNING"
        assert task.started_by.startswith("ecs-svc/")
        assert task.started
        assert task.containers[0].image_digest.startswith("sha256:")
        assert task.id in task.arn


def test_a_task_that_died_is_among_the_stopped_ones_with_its_exit_code(
    local: Aws, emulator: Emulator
) -> None:
    emulator.processes()[0].code = 3
    emulator.settle()
    stopped = local.tasks.of_service(local.target.cluster, local.target.service, stopped=True)
    assert stopped[0].containers[0].exit_code == 3
    assert stopped[0].stop_code == "EssentialContainerExited"


def test_no_stopped_task_is_an_empty_answer_and_no_error(local: Aws) -> None:
    assert local.tasks.of_service(local.target.cluster, local.target.service, stopped=False)
