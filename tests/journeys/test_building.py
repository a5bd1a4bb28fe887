"""Journeys of a release that is built here, or begun by a Git tag that a pipeline deploys."""

from __future__ import annotations

import json
import os
import sys
from dataclasses import replace
from pathlib import Path

import pytest
import recording_docker
import repositories
from recording_docker import RecordingDocker
from repositories import Repository
from running import RunningSandbox

pytestmark = pytest.mark.journey

HOOK = """#!{python} -S
import subprocess, sys
_, made, name = sys.stdin.read().split()
if name.startswith("refs/tags/") and made.strip("0"):
    subprocess.Popen([{python!r}, "-c", {pipeline!r}], start_new_session=True,
                     stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
                     stderr=subprocess.DEVNULL)
"""
PIPELINE = """
import boto3, time
time.sleep(1)
ecs = boto3.client("ecs", endpoint_url={endpoint!r}, region_name="us-east-1",
                   aws_access_key_id="pipeline", aws_secret_access_key="pipeline")
names = dict(cluster={cluster!r}, service={service!r})
live = ecs.describe_services(cluster=names["cluster"], services=[names["service"]])
revision = live["services"][0]["taskDefinition"]
made = ecs.describe_task_definition(taskDefinition=revision)["taskDefinition"]
kept = ("family", "taskRoleArn", "executionRoleArn", "networkMode", "requiresCompatibilities",
        "cpu", "memory", "runtimePlatform", "containerDefinitions")
made = {{key: made[key] for key in kept}}
host = made["containerDefinitions"][0]["image"].partition("@")[0]
made["containerDefinitions"][0]["image"] = host + ":" + {tag!r}
arn = ecs.register_task_definition(**made)["taskDefinition"]["taskDefinitionArn"]
ecs.update_service(taskDefinition=arn, **names)
"""


def live(sandbox: RunningSandbox) -> str:
    names = sandbox.found["names"]
    found = sandbox.client("ecs").describe_services(
        cluster=names["cluster"], services=[names["service"]]
    )
    return str(found["services"][0]["taskDefinition"])


def on_path(sandbox: RunningSandbox, docker: RecordingDocker) -> RunningSandbox:
    path = f"{docker.folder}{os.pathsep}{sandbox.environ['PATH']}"
    return replace(sandbox, environ={**sandbox.environ, "PATH": path})


def test_an_image_is_built_pushed_and_serves_and_its_tag_is_used_once(
    steady: RunningSandbox, tmp_path: Path
) -> None:
    docker = recording_docker.install(tmp_path / "bin", steady.endpoint)
    (tmp_path / "Dockerfile").write_text("FROM scratch\n")
    words = ("deploy", "--build", "7.0.0", "-e", "local", "-o", "json")
    mine = on_path(steady, docker)
    planned = mine.opsctl(*words, "--dry-run", cwd=tmp_path)
    assert planned.returncode == 0, planned.stderr
    assert docker.words() == ["version"]
    done = mine.opsctl(*words, "--yes", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    answer = json.loads(done.stdout)
    assert [it for it in docker.words() if it != "version"] == ["build", "login", "push"]
    secret = next(it["said"] for it in docker.calls() if it["said"])
    assert secret not in done.stdout + done.stderr
    assert answer["result"]["image"].endswith(answer["result"]["digest"])
    images = steady.client("ecs").describe_task_definition(taskDefinition=live(steady))
    container = images["taskDefinition"]["containerDefinitions"][0]
    assert container["image"] == answer["result"]["image"]
    again = mine.opsctl(*words, "--yes", cwd=tmp_path)
    assert again.returncode == 13
    assert "opsctl deploy 7.0.0" in again.stdout
    undone = steady.opsctl("undo", answer["run"], "-e", "local", "--yes")
    assert undone.returncode == 0, undone.stderr
    assert live(steady).endswith(":3")


def test_a_build_that_fails_deploys_nothing(steady: RunningSandbox, tmp_path: Path) -> None:
    docker = recording_docker.install(tmp_path / "bin", steady.endpoint)
    docker.fail("build", "pip install did not complete")
    (tmp_path / "Dockerfile").write_text("FROM scratch\n")
    words = ("deploy", "--build", "7.0.1", "-e", "local", "--yes")
    done = on_path(steady, docker).opsctl(*words, cwd=tmp_path)
    assert done.returncode == 20
    assert "pip install did not complete" in done.stderr
    operations = {it["operation"] for it in steady.calls()}
    assert not operations & {"RegisterTaskDefinition", "UpdateService", "PutImage"}


def pipeline(sandbox: RunningSandbox, repository: Repository, tag: str) -> None:
    """What the remote does when a tag is pushed: deploys an image of the sandbox."""
    names = sandbox.found["names"]
    text = PIPELINE.format(
        endpoint=sandbox.endpoint, cluster=names["cluster"], service=names["service"], tag=tag
    )
    hook = repository.remote / "hooks" / "post-receive"
    hook.write_text(HOOK.format(python=sys.executable, pipeline=text))
    hook.chmod(0o755)


@pytest.mark.parametrize(("image", "code"), [("1.3.0", 0), ("1.4.0-crash", 23)])
def test_a_tag_is_pushed_and_the_deployment_of_its_pipeline_followed_to_its_end(
    steady: RunningSandbox, tmp_path: Path, image: str, code: int
) -> None:
    repository = repositories.make(tmp_path)
    pipeline(steady, repository, image)
    words = ("deploy", "--tag-release", "v1.3.0", "-e", "local", "-o", "json")
    planned = steady.opsctl(*words, "--dry-run", cwd=repository.folder)
    assert planned.returncode == 0, planned.stderr
    assert repository.tags_there() == {}
    done = steady.opsctl(*words, "--yes", cwd=repository.folder)
    assert done.returncode == code, done.stderr + done.stdout
    assert repository.tags_there() == {"v1.3.0": repository.git("rev-parse", "HEAD")}
    steady.settle()
    assert live(steady).endswith(":3") == bool(code)
    if code:
        return
    again = steady.opsctl(*words, "--yes", cwd=repository.folder)
    assert json.loads(again.stdout)["status"] == "nothing_to_do"
    undone = steady.opsctl("undo", json.loads(done.stdout)["run"], "-e", "local", "--yes")
    assert undone.returncode == 0, undone.stderr
    assert repository.tags_there() == {}


def test_tasks_of_another_size_serve_and_come_back(steady: RunningSandbox) -> None:
    words = ("scale", "task-size", "--cpu", "0.5 vCPU", "--memory", "1GB", "-e", "local")
    done = steady.opsctl(*words, "--yes", "-o", "json")
    assert done.returncode == 0, done.stderr
    made = steady.client("ecs").describe_task_definition(taskDefinition=live(steady))
    assert (made["taskDefinition"]["cpu"], made["taskDefinition"]["memory"]) == ("512", "1024")
    assert steady.opsctl(*words, "--yes").returncode == 0
    undone = steady.opsctl("undo", json.loads(done.stdout)["run"], "-e", "local", "--yes")
    assert undone.returncode == 0, undone.stderr
    assert live(steady).endswith(":3")
