"""Journeys of a release: deployed under traffic, failed, rolled back, restarted, undone."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from background import opsctl_in_background
from running import RunningSandbox, until
from traffic import Visitors

pytestmark = pytest.mark.journey


def live(sandbox: RunningSandbox) -> str:
    names = sandbox.found["names"]
    found = sandbox.client("ecs").describe_services(
        cluster=names["cluster"], services=[names["service"]]
    )
    return str(found["services"][0]["taskDefinition"]).rpartition("/")[2]


def document(text: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(text)
    return found


def test_a_deployment_under_traffic_fails_no_request(steady: RunningSandbox) -> None:
    with Visitors(f"{steady.app_url}/") as visitors:
        done = steady.opsctl("deploy", "1.3.0", "-e", "local", "--yes", "-o", "json")
    assert done.returncode == 0, done.stderr
    assert visitors.failed == {}
    assert visitors.answers["200"] > 50
    answer = document(done.stdout)
    assert answer["status"] == "done"
    assert [step["status"] for step in answer["plan"]["steps"]] == ["done", "done"]
    assert live(steady) == answer["result"]["task_definition"].rpartition("/")[2]
    assert steady.opsctl("verify", "-e", "local").returncode == 0
    again = steady.opsctl("deploy", "1.3.0", "-e", "local", "--yes", "-o", "json")
    assert (again.returncode, document(again.stdout)["status"]) == (0, "nothing_to_do")


@pytest.mark.parametrize(
    ("tag", "why"), [("1.4.0-crash", "exits at start"), ("1.4.1-sick", "failing health check")]
)
def test_a_release_that_fails_is_rolled_back_and_the_old_one_serves(
    steady: RunningSandbox, tag: str, why: str
) -> None:
    with Visitors(f"{steady.app_url}/") as visitors:
        done = steady.opsctl("deploy", tag, "-e", "local", "--yes", "-o", "json")
    assert done.returncode == 23, done.stderr
    error = document(done.stdout)["error"]
    assert why in error["message"]
    assert visitors.failed == {}
    steady.settle()
    assert live(steady) == "image-caption-gen-local:3"
    assert steady.opsctl("verify", "-e", "local").returncode == 30
    status = document(steady.opsctl("status", "-e", "local", "-o", "json").stdout)["result"]
    # The alarm on unhealthy hosts may still ring for the release that was sick.
    assert [it for it in status["problems"] if not it.startswith("alarm ")] == []
    assert "failed" in status["notices"][0]


def assert_plain(text: str) -> None:
    """Off a terminal: no escape, no carriage return, nothing cut but digests."""
    assert "\x1b" not in text
    assert "\r" not in text
    assert "…" not in text.replace("…)", ")")


def test_a_rollback_skips_the_release_that_failed_and_its_undo_comes_back(
    steady: RunningSandbox,
) -> None:
    deployed = steady.opsctl("deploy", "1.3.0", "-e", "local", "--yes")
    assert deployed.returncode == 0, deployed.stderr
    assert_plain(deployed.stdout + deployed.stderr)
    good = live(steady)
    assert steady.opsctl("deploy", "1.4.0-crash", "-e", "local", "--yes").returncode == 23
    steady.settle()
    assert live(steady) == good
    done = steady.opsctl("rollback", "-e", "local", "--yes", "-o", "json")
    assert done.returncode == 0, done.stderr
    assert live(steady) == "image-caption-gen-local:3"
    undone = steady.opsctl("undo", document(done.stdout)["run"], "-e", "local", "--yes")
    assert undone.returncode == 0, undone.stderr
    assert live(steady) == good


def test_a_rollback_stops_the_deployment_that_is_under_way(steady: RunningSandbox) -> None:
    with steady.no_room_for_new_tasks():
        deploying = opsctl_in_background(steady, "deploy", "1.4.2-slow", "-e", "local", "--yes")
        try:
            deploying.wait_for("Follow the deployment")
            # Another pipeline's deployment is nobody's lock, so the stop is shown as a plan first.
            steady.opsctl("lock", "release", "-e", "local", "--yes")
            names = steady.found["names"]
            ecs = steady.client("ecs")
            words = {"cluster": names["cluster"], "service": names["service"]}
            running = partial(ecs.list_service_deployments, **words, status=["IN_PROGRESS"])
            until(lambda: running()["serviceDeployments"])  # PENDING until ECS looks at it
            arn = running()["serviceDeployments"][0]["serviceDeploymentArn"]
            ecs.stop_service_deployment(serviceDeploymentArn=arn, stopType="ROLLBACK")
            assert deploying.end() == 23
        finally:
            deploying.kill()
    steady.settle()
    assert live(steady) == "image-caption-gen-local:3"


def test_an_image_that_does_not_exist_is_refused_before_anything(steady: RunningSandbox) -> None:
    done = steady.opsctl("deploy", "9.9.9", "-e", "local", "--yes")
    assert done.returncode == 13
    assert "9.9.9" in done.stderr
    assert not [it for it in steady.calls() if it["operation"] == "RegisterTaskDefinition"]


def test_an_image_for_another_processor_is_refused(steady: RunningSandbox) -> None:
    done = steady.opsctl("deploy", "1.5.0-arm", "-e", "local", "--yes")
    assert done.returncode == 13
    assert "ARM64" in done.stderr


def test_a_restart_replaces_every_task_and_fails_no_request(steady: RunningSandbox) -> None:
    def tasks() -> set[str]:
        names = steady.found["names"]
        return set(
            steady.client("ecs").list_tasks(cluster=names["cluster"], serviceName=names["service"])[
                "taskArns"
            ]
        )

    before = tasks()
    with Visitors(f"{steady.app_url}/") as visitors:
        done = steady.opsctl("restart", "-e", "local", "--yes", "--reason", "stuck")
    assert done.returncode == 0, done.stderr
    assert visitors.failed == {}
    steady.settle()
    assert not before & tasks()
    assert live(steady) == "image-caption-gen-local:3"


def test_somebody_elses_deployment_in_the_middle_is_told_as_such(steady: RunningSandbox) -> None:
    with steady.no_room_for_new_tasks():
        mine = opsctl_in_background(steady, "deploy", "1.3.0", "-e", "local", "--yes")
        try:
            mine.wait_for("Follow the deployment")
            names = steady.found["names"]
            steady.client("ecs").update_service(
                cluster=names["cluster"],
                service=names["service"],
                taskDefinition=f"{names['family']}:2",
            )
            assert mine.end() == 21, mine.text
            assert "took the place" in mine.text
        finally:
            mine.kill()


def test_ctrl_c_in_mid_deployment_says_what_goes_on_and_it_can_be_followed_again(
    steady: RunningSandbox,
) -> None:
    with steady.no_room_for_new_tasks():
        deploying = opsctl_in_background(steady, "deploy", "1.3.0", "-e", "local", "--yes")
        try:
            deploying.wait_for("Follow the deployment")
            deploying.send(signal.SIGINT)
            assert deploying.end() == 22
        finally:
            deploying.kill()
    assert "keeps running on AWS" in deploying.text
    assert "opsctl deploy 1.3.0 --env local" in deploying.text
    assert "opsctl rollback --env local" in deploying.text
    assert steady.opsctl("lock", "show", "-e", "local", "-o", "json").returncode == 0
    again = steady.opsctl("deploy", "1.3.0", "-e", "local", "--yes", "-o", "json")
    assert again.returncode == 0, again.stderr
    steady.settle()
    assert live(steady) != "image-caption-gen-local:3"


def test_kill_9_in_mid_deployment_is_unknown_and_the_next_run_says_so(
    steady: RunningSandbox,
) -> None:
    with steady.no_room_for_new_tasks():
        deploying = opsctl_in_background(steady, "deploy", "1.3.0", "-e", "local", "--yes")
        deploying.wait_for("Follow the deployment")
        deploying.kill()
    history = steady.opsctl("history", "-e", "local", "-o", "json")
    newest = document(history.stdout)["result"]
    assert "unknown" in json.dumps(newest)
    steady.settle()
    done = steady.opsctl("rollback", "-e", "local", "--yes")
    assert done.returncode == 0, done.stderr
    assert "was cut off" in done.stderr
    assert live(steady) == "image-caption-gen-local:3"


def test_a_time_out_says_that_it_goes_on_and_how_to_follow_it_again(
    steady: RunningSandbox,
) -> None:
    with steady.no_room_for_new_tasks():
        done = steady.opsctl("deploy", "1.3.0", "-e", "local", "--yes", "--timeout", "1s")
    assert done.returncode == 24, done.stderr
    assert "opsctl deploy 1.3.0 --env local" in done.stderr
    again = steady.opsctl("deploy", "1.3.0", "-e", "local", "--yes")
    assert again.returncode == 0, again.stderr


def test_a_deployment_paused_at_a_hook_is_answered_with_rollback(steady: RunningSandbox) -> None:
    steady.ask("POST", "pause", {"stage": "PRE_SCALE_UP"})
    deploying = opsctl_in_background(steady, "deploy", "1.3.0", "-e", "local", "--yes")
    try:
        deploying.wait_for("paused at lifecycle hook")
        deploying.send(signal.SIGINT)
        assert deploying.end() == 22
        done = steady.opsctl("rollback", "-e", "local", "--yes")
        assert done.returncode == 0, done.stderr
        assert "Answer ROLLBACK to the lifecycle hook" in done.stderr
    finally:
        deploying.kill()
        steady.ask("DELETE", "pause")
    steady.settle()
    assert live(steady) == "image-caption-gen-local:3"


def test_a_rollback_with_nothing_to_go_back_to_says_so(
    steady: RunningSandbox, tmp_path: Path
) -> None:
    """A service of its own whose only deployment is the live one."""
    ecs, names = steady.client("ecs"), steady.found["names"]
    for name, controller in (("alone", "ECS"), ("theirs", "CODE_DEPLOY")):
        ecs.create_service(
            cluster=names["cluster"],
            serviceName=name,
            taskDefinition=f"{names['family']}:3",
            desiredCount=0,
            deploymentController={"type": controller},
            networkConfiguration={"awsvpcConfiguration": {"subnets": ["subnet-1"]}},
        )
    try:
        alone = rolled_back(steady, tmp_path, "alone")
        assert alone.returncode == 13, alone.stderr
        theirs = rolled_back(steady, tmp_path, "theirs")
        assert theirs.returncode == 13, theirs.stderr
        assert "CodeDeploy owns this service" in theirs.stderr
    finally:
        for name in ("alone", "theirs"):
            ecs.delete_service(cluster=names["cluster"], service=name, force=True)


def rolled_back(
    sandbox: RunningSandbox, folder: Path, service: str
) -> subprocess.CompletedProcess[str]:
    config = folder / "opsctl.toml"
    names = sandbox.found["names"]
    config.write_text(
        "[env.other]\n"
        'account = "123456789012"\n'
        'region = "us-east-1"\n'
        f'endpoint_url = "{sandbox.endpoint}"\n'
        f'cluster = "{names["cluster"]}"\n'
        f'service = "{service}"\n'
    )
    made = sandbox.found["made"]
    keys = {
        "AWS_ACCESS_KEY_ID": made["access_key_id"],
        "AWS_SECRET_ACCESS_KEY": made["secret_access_key"],
        "OPSCTL_CONFIG": str(config),
    }
    return subprocess.run(
        [sys.executable, "-m", "opsctl", "rollback", "-e", "other", "--yes"],
        env={**sandbox.environ, **keys},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )
