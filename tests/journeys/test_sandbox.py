"""The sandbox as a newcomer, a game day and an unlucky machine meet it."""

from __future__ import annotations

import concurrent.futures
import json
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import psutil
import pytest
from running import RunningSandbox, until

from opsctl.sandbox import control, processes, shell_env
from opsctl.sandbox.state_files import Known, StateFiles, is_alive

pytestmark = pytest.mark.journey


def deploy(sandbox: RunningSandbox, tag: str) -> str:
    """Deploy a tag through the API alone; answers how the deployment ended."""
    ecs, names = sandbox.client("ecs"), sandbox.found["names"]
    live = ecs.describe_task_definition(taskDefinition=names["family"])["taskDefinition"]
    host = f"{sandbox.found['account']}.dkr.ecr.{sandbox.found['region']}.amazonaws.com"
    live["containerDefinitions"][0]["image"] = f"{host}/{names['repository']}:{tag}"
    known = ecs.meta.service_model.operation_model("RegisterTaskDefinition").input_shape.members
    made = ecs.register_task_definition(**{key: it for key, it in live.items() if key in known})
    where = {"cluster": names["cluster"], "service": names["service"]}
    ecs.update_service(**where, taskDefinition=made["taskDefinition"]["taskDefinitionArn"])

    def status() -> str:
        return str(ecs.list_service_deployments(**where)["serviceDeployments"][0]["status"])

    ended = ("SUCCESSFUL", "ROLLBACK_SUCCESSFUL", "STOPPED", "ROLLBACK_FAILED")
    until(lambda: status() in ended, 90)
    return status()


def test_a_release_that_runs_out_of_memory_is_rolled_back(sandbox: RunningSandbox) -> None:
    assert deploy(sandbox, "1.4.3-oom") == "ROLLBACK_SUCCESSFUL"
    ecs, names = sandbox.client("ecs"), sandbox.found["names"]
    pages = ecs.get_paginator("list_tasks").paginate(
        cluster=names["cluster"], desiredStatus="STOPPED"
    )
    # Other journeys may have left more than the hundred tasks of one page.
    stopped = [
        task
        for page in pages
        if page["taskArns"]
        for task in ecs.describe_tasks(cluster=names["cluster"], tasks=page["taskArns"])["tasks"]
    ]
    reasons = {task["containers"][0].get("reason", "") for task in stopped}
    assert "OutOfMemoryError: Container killed due to memory usage" in reasons


def test_killed_tasks_come_back(sandbox: RunningSandbox) -> None:
    sandbox.settle()
    ecs, names = sandbox.client("ecs"), sandbox.found["names"]
    before = set(ecs.list_tasks(cluster=names["cluster"])["taskArns"])
    done = sandbox.opsctl("sandbox", "break", "crash", "-o", "json")
    assert done.returncode == 0, done.stderr
    until(lambda: not before & set(ecs.list_tasks(cluster=names["cluster"])["taskArns"]))
    sandbox.settle()
    stopped = ecs.describe_tasks(cluster=names["cluster"], tasks=sorted(before))["tasks"]
    assert {task["containers"][0]["exitCode"] for task in stopped} == {137}
    health = f"{sandbox.app_url}/_stcore/health"
    until(lambda: httpx.get(health, trust_env=False).text == "ok")


def test_the_log_of_a_crash_can_be_read(sandbox: RunningSandbox) -> None:
    assert deploy(sandbox, "1.4.0-crash") == "ROLLBACK_SUCCESSFUL"
    events = sandbox.client("logs").filter_log_events(
        logGroupName=sandbox.found["names"]["log_group"], filterPattern="RuntimeError"
    )["events"]
    assert any("CAPTION_FAULT=crash" in event["message"] for event in events)
    assert all(event["logStreamName"].startswith("ecs/app/") for event in events)


def test_throttling_ends_by_itself_and_can_be_healed(sandbox: RunningSandbox) -> None:
    done = sandbox.opsctl("sandbox", "break", "throttle", "--for", "60s")
    assert done.returncode == 0, done.stderr
    ecs = sandbox.client("ecs")
    with pytest.raises(ecs.exceptions.ClientError, match="ThrottlingException"):
        ecs.list_clusters()
    assert sandbox.opsctl("sandbox", "heal").returncode == 0
    assert ecs.list_clusters()["clusterArns"]


def test_a_tripped_alarm_goes_into_alarm(sandbox: RunningSandbox) -> None:
    assert sandbox.opsctl("sandbox", "break", "alarm").returncode == 0
    alarms = sandbox.client("cloudwatch")
    until(lambda: alarms.describe_alarms(StateValue="ALARM")["MetricAlarms"])
    assert sandbox.opsctl("sandbox", "heal").returncode == 0


def test_a_deployment_can_be_made_to_pause(sandbox: RunningSandbox) -> None:
    sandbox.settle()
    ecs, names = sandbox.client("ecs"), sandbox.found["names"]
    where = {"cluster": names["cluster"], "service": names["service"]}
    sandbox.ask("POST", "pause", {"stage": "PRE_SCALE_UP"})
    try:
        ecs.update_service(**where, forceNewDeployment=True)
        arn = ecs.describe_services(cluster=names["cluster"], services=[names["service"]])[
            "services"
        ][0]["currentServiceDeployment"]

        def paused() -> Any:
            found = ecs.describe_service_deployments(serviceDeploymentArns=[arn])
            return found["serviceDeployments"][0].get("lifecycleHookDetails")

        until(paused)
        hook = paused()[0]["hookId"]
        ecs.continue_service_deployment(serviceDeploymentArn=arn, hookId=hook, action="ROLLBACK")
    finally:
        sandbox.ask("DELETE", "pause")
    sandbox.settle()


def test_up_again_finds_the_same_sandbox(sandbox: RunningSandbox) -> None:
    done = sandbox.opsctl("sandbox", "up", "-o", "json")
    assert done.returncode == 0, done.stderr
    document = json.loads(done.stdout)
    assert document["result"]["pid"] == sandbox.found["pid"]
    assert document["target"]["env"] == "local"


def test_the_plain_aws_cli_sees_the_same_service(sandbox: RunningSandbox) -> None:
    aws = shutil.which("aws", path=f"{Path(sys.executable).parent}:{os.environ['PATH']}")
    assert aws, "the dev extra brings awscli"
    names = sandbox.found["names"]
    script = f"{aws} ecs describe-services --cluster {names['cluster']}"
    script += f" --services {names['service']}"
    exports = "\n".join(shell_env.lines(shell_env.variables(sandbox.environ)))
    done = subprocess.run(
        ["sh", "-c", f"{exports}\n{script}"],
        env={**sandbox.environ, "AWS_PROFILE": "production"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["services"][0]["serviceName"] == names["service"]


@pytest.fixture(scope="module")
def another(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, str]]:
    """The environment of a second sandbox, which is started, killed, started again and ended.

    Its tasks are spawned, not forked as in that of the other journeys.
    """
    home = str(tmp_path_factory.mktemp("another"))
    spawned = {processes.VARIABLE: processes.SPAWNED}
    environ = {**os.environ, **spawned, "XDG_STATE_HOME": home, "XDG_CONFIG_HOME": home}
    yield environ
    control.down(environ)


@pytest.fixture(scope="module")
def started(another: dict[str, str]) -> list[dict[str, Any]]:
    """What each of two answered that started it at once."""
    with concurrent.futures.ThreadPoolExecutor(2) as pool:
        return list(pool.map(lambda _: control.up(environ=another), range(2)))


@pytest.fixture(scope="module")
def killed(another: dict[str, str], started: list[dict[str, Any]]) -> list[Known]:
    """The processes of the sandbox, whose server has been killed."""
    pid = started[0]["pid"]
    server = psutil.Process(pid)
    family = [Known(it.pid, it.create_time()) for it in (server, *server.children(recursive=True))]
    assert {*StateFiles(another).known_tasks()} <= {*family}
    os.kill(pid, signal.SIGKILL)
    return family


@pytest.fixture(scope="module")
def demo(another: dict[str, str], killed: list[Known]) -> subprocess.CompletedProcess[str]:
    """The demo, which starts the sandbox."""
    until(lambda: not any(map(is_alive, killed)))
    return subprocess.run(
        [sys.executable, "-m", "opsctl", "sandbox", "demo", "-o", "json"],
        env=another,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
        timeout=240,
    )


def test_two_ups_at_once_make_one_sandbox(started: list[dict[str, Any]]) -> None:
    assert started[0] == started[1]
    assert started[0]["tasks"] == processes.SPAWNED


def test_nothing_survives_a_killed_sandbox(another: dict[str, str], killed: list[Known]) -> None:
    assert len(killed) >= 3, "the server and two tasks"
    until(lambda: not any(map(is_alive, killed)))
    assert control.status(another) == {"running": False}


def test_the_demo_starts_a_sandbox_and_ends_well(
    another: dict[str, str], demo: subprocess.CompletedProcess[str], killed: list[Known]
) -> None:
    assert demo.returncode == 0, demo.stderr[-3000:]
    scenes = json.loads(demo.stdout)["result"]["scenes"]
    assert [scene["exit_code"] for scene in scenes] == [0, 0, 23, 0, 0, 0]
    assert "\x1b" not in demo.stdout + demo.stderr
    found = control.status(another)
    assert found["running"] is True
    assert found["pid"] != killed[0].pid
    assert httpx.get(f"{found['app_url']}/_stcore/health", trust_env=False).status_code == 200


def test_down_ends_every_process(
    another: dict[str, str], demo: subprocess.CompletedProcess[str]
) -> None:
    found = control.status(another)
    family = [psutil.Process(found["pid"]), *psutil.Process(found["pid"]).children(recursive=True)]
    # The demo ends with three tasks.
    assert len(family) == 1 + 3
    assert control.down(another) is True
    assert not [it for it in family if it.is_running() and it.status() != psutil.STATUS_ZOMBIE]
    assert control.down(another) is False
