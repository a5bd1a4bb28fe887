"""By hand: what is deployed, built, tagged, rolled back and restarted serves as through opsctl."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

import pytest
import recording_docker
import repositories
from at_aws import AtAws
from by_hand import Hand, changed, compare, deployed, paused_deployments, stop_deployment
from recording_docker import RecordingDocker
from running import RunningSandbox, until
from terraforming import needs_terraform

from opsctl.aws import tfvars
from opsctl.errors import TimedOut

pytestmark = pytest.mark.journey

DEPLOY = "Deploy a release"


def first(aws: AtAws) -> None:
    """The release of the seed again; the deployment of that may go on."""
    aws.ecs.update_service(**aws.place, taskDefinition=f"{aws.names['family']}:3")


@pytest.fixture
def paused(steady: RunningSandbox) -> Iterator[RunningSandbox]:
    """The sandbox at its beginning, where deployments pause."""
    with paused_deployments(steady):
        yield steady


@pytest.fixture
def put(paused: RunningSandbox, aws: AtAws) -> partial[None]:
    """Puts the release of the seed back."""
    return partial(first, aws)


def test_a_release(hand: Hand, aws: AtAws, put: partial[None]) -> None:
    compare(
        aws.release,
        deployed(hand.sandbox, "deploy", "1.3.0"),
        put,
        partial(hand.do, DEPLOY, fill={"TAG": "1.3.0"}),
        partial(hand.do, DEPLOY, fill={"TAG": "1.1.0"}),
        partial(hand.do, DEPLOY, fill={"TAG": "1.3.0", "CONTAINER": "sidecar"}),
    )
    live = aws.live()
    done = hand.do(DEPLOY, fill={"TAG": "1.3.0"})
    assert aws.live() != live
    (back,) = (it for it in done.out.splitlines() if "back:" in it)
    assert back.endswith(f"--task-definition {live}")


def test_a_release_that_is_not_there_changes_nothing(hand: Hand, sandbox: RunningSandbox) -> None:
    sandbox.ask("DELETE", "calls")
    refused = hand.do(DEPLOY, fill={"TAG": "9.9.9"}, code=None)
    assert "ImageNotFoundException" in refused.err
    operations = {it["operation"] for it in sandbox.calls()}
    assert not operations & {"RegisterTaskDefinition", "UpdateService"}


@pytest.fixture
def docker(hand: Hand, tmp_path: Path) -> RecordingDocker:
    """A Docker on the operator's PATH, before all others."""
    made = recording_docker.install(tmp_path / "bin", hand.sandbox.endpoint)
    (tmp_path / "Dockerfile").write_text("FROM scratch\n")
    hand.path.append(made.folder)
    return made


def built(docker: RecordingDocker, tag: str) -> list[Any]:
    """What Docker was told, the tag apart; without the looks whether it is there."""
    calls = [it for it in docker.calls() if it["words"][0] != "version"]
    (docker.folder / "calls").unlink(missing_ok=True)
    return [
        {"words": sorted(w.replace(tag, "TAG") for w in it["words"]), "said": bool(it["said"])}
        for it in calls
    ]


def test_an_image_that_is_built_here(
    hand: Hand, aws: AtAws, put: partial[None], docker: RecordingDocker, tmp_path: Path
) -> None:
    path = f"{docker.folder}{os.pathsep}{hand.sandbox.environ['PATH']}"
    mine = replace(hand.sandbox, environ={**hand.sandbox.environ, "PATH": path})
    theirs_tag, tag = f"7.0.{time.time_ns()}", f"7.1.{time.time_ns()}"
    words = ("deploy", "--build", theirs_tag, "-e", "local", "--yes", "--timeout", "1s")
    done = mine.opsctl(*words, cwd=tmp_path)
    assert done.returncode == TimedOut.code, done.stderr
    wanted = built(docker, theirs_tag)
    put()
    title = "Build and deploy an image"
    fill = {"TAG": tag, "DOCKERFILE": "Dockerfile"}
    hand.do(title, fill=fill, folder=tmp_path)
    found = built(docker, tag)
    assert len(found) == len(wanted) == 3
    for ours, theirs in zip(found, wanted, strict=True):
        assert ours["said"] == theirs["said"]
        assert told(ours["words"]) == told(theirs["words"])
    images = aws.ecr.describe_images(
        repositoryName=aws.names["repository"], imageIds=[{"imageTag": tag}]
    )["imageDetails"]
    hand.do(DEPLOY, fill={"TAG": tag})
    assert aws.release()["containerDefinitions"][0]["image"].endswith(images[0]["imageDigest"])
    taken = hand.do(title, fill=fill, folder=tmp_path, code=1)
    assert f"{tag} is taken" in taken.out
    assert docker.calls() == []


def told(words: list[str]) -> list[str]:
    """The words of Docker without where the Dockerfile and its folder lie."""
    placed = [it for it in words if "/" not in it or it.startswith(("linux/", "123"))]
    return [it for it in placed if it not in ("--", ".", "Dockerfile")]


PULLS = """#!/bin/sh
case "$*" in
  "api repos/{owner}/{repo}/commits/"*) echo 12 ;;
  "pr view 12 "*) echo '{"number": 12, "state": "MERGED", "reviewDecision": "APPROVED"}' ;;
  "run list "*) echo '[{"name": "test", "status": "completed", "conclusion": "success"}]' ;;
  *) exit 1 ;;
esac
"""
CHECK = "Check before a deployment"


def test_what_is_checked_before_a_deployment(hand: Hand, aws: AtAws, tmp_path: Path) -> None:
    repository = repositories.make(tmp_path)
    repository.git("tag", "--annotate", "--message", "it", "v1.3.0")
    (tmp_path / "bin").mkdir()
    (tmp_path / "bin" / "gh").write_text(PULLS)
    (tmp_path / "bin" / "gh").chmod(0o755)
    hand.path.append(tmp_path / "bin")
    there = partial(hand.do, CHECK, 0, folder=repository.folder)
    runs, pull = there(fill={"TAG": "v1.3.0"}).documents
    assert [it["conclusion"] for it in runs] == ["success"]
    assert (pull["number"], pull["state"]) == (12, "MERGED")
    there(fill={"TAG": "v9.9.9"}, code=None)

    table = aws.names["table"]
    made = aws.dynamodb.create_backup(TableName=table, BackupName="by-hand")["BackupDetails"]
    until(lambda: "by-hand" in aws.backups())
    image, bucket, newest, recovery = hand.do(CHECK, 2, fill={"TAG": "1.3.0"}).documents
    aws.dynamodb.delete_backup(BackupArn=made["BackupArn"])
    assert image["digest"].startswith("sha256:")
    assert set(bucket) == {"bucket"}
    assert newest["table"][0] == "by-hand"
    assert recovery == {"recovery": "ENABLED"}
    assert "ImageNotFound" in hand.do(CHECK, 2, fill={"TAG": "9.9.9"}, code=None).err


@needs_terraform
def test_what_terraform_would_do_is_seen_before(hand: Hand, aws: AtAws) -> None:
    folder = aws.names["terraform"]
    done = hand.do(CHECK, 1, fill={"FOLDER": folder, "VARIABLES": "local.tfvars"})
    assert "Plan:" in done.out or "No changes" in done.out
    hand.do(CHECK, 1, fill={"FOLDER": folder, "VARIABLES": "prod.tfvars"}, code=None)


GH = """#!/bin/sh
echo "$@" >> "{record}"
echo '[{{"name": "test", "status": "completed", "conclusion": "success"}}]'
"""
TAGGED = "Release by a git tag"


def test_a_tag(hand: Hand, steady: RunningSandbox, tmp_path: Path) -> None:
    repository = repositories.make(tmp_path)
    record = tmp_path / "record"
    (tmp_path / "bin").mkdir()
    (tmp_path / "bin" / "gh").write_text(GH.format(record=record))
    (tmp_path / "bin" / "gh").chmod(0o755)
    hand.path.append(tmp_path / "bin")
    there = partial(hand.do, folder=repository.folder)
    # Nothing deploys here: opsctl pushes its tag, and waits for a pipeline in vain.
    words = ("deploy", "--tag-release", "v1.3.0", "-e", "local", "--yes", "--timeout", "2s")
    assert steady.opsctl(*words, cwd=repository.folder).returncode == 24
    head = {"v1.3.0": repository.git("rev-parse", "HEAD")}
    assert repository.tags_there() == head
    there(TAGGED, 2, fill={"TAG": "v1.3.0"})
    assert (repository.tags_there(), repository.git("tag")) == ({}, "")

    (look,) = there(TAGGED, 0).documents
    assert look == [{"name": "test", "status": "completed", "conclusion": "success"}]
    assert head["v1.3.0"] in record.read_text()
    there(TAGGED, 1, fill={"TAG": "v1.3.0"})
    assert repository.tags_there() == head
    assert repository.git("cat-file", "-t", "v1.3.0") == "tag"
    assert "is taken" in there(TAGGED, 1, fill={"TAG": "v1.3.0"}, code=1).out


def test_a_tag_of_what_nobody_else_has_is_refused(hand: Hand, tmp_path: Path) -> None:
    repository = repositories.make(tmp_path)
    there = partial(hand.do, TAGGED, 1, folder=repository.folder, code=1)
    (repository.folder / "app.py").write_text("changed")
    assert "no commit holds" in there().out
    repository.commit("changed")
    assert "no branch of the remote" in there().out
    assert (repository.tags_there(), repository.git("tag")) == ({}, "")


@needs_terraform
def test_terraform(hand: Hand, aws: AtAws, steady: RunningSandbox) -> None:
    folder = Path(aws.names["terraform"])
    file = folder / "local.tfvars"
    text = file.read_text()

    def state() -> dict[str, Any]:
        written = file.read_text()
        kept = {name: tfvars.read(written, name) for name in ("image", "task_cpu", "task_memory")}
        return {**kept, "release": aws.release()}

    def back() -> None:
        file.write_text(text)
        for left in folder.glob("*.tfstate*"):
            left.unlink()
        first(aws)

    title = "Deploy with Terraform"

    def typed(change: str = "s|^image .*|$1|") -> None:
        """The operator's editor puts the line that the first block told in place of the old one."""
        line = hand.do(title, 0, fill={"TAG": "1.3.0"}).out.strip()
        editor = hand.folder / "editor"
        editor.write_text(f"#!/bin/sh\nsed -i '{change.replace('$1', line)}' \"$1\"\n")
        editor.chmod(0o755)
        fill = {"FOLDER": str(folder), "VARIABLES": "local.tfvars"}
        hand.do(title, 1, fill=fill, more={"EDITOR": str(editor)})
        hand.do(title, 2, fill={"FOLDER": str(folder)})

    try:
        # Terraform waits for its deployment: these are carried out.
        compare(state, changed(steady, "deploy", "1.3.0", "--terraform"), back, typed)
    finally:
        back()


BACK = "Roll back a release"


def test_a_rollback(hand: Hand, aws: AtAws, paused: RunningSandbox) -> None:
    good = aws.live()
    hand.do(DEPLOY, fill={"TAG": "1.4.0-crash"})
    assert aws.live() != good
    hand.do(BACK, 0)
    until(lambda: aws.live() == good)
    paused.settle()
    (told,) = (it for it in hand.do("Verify a deployment").documents if "status" in it)
    assert told["status"] == "ROLLBACK_SUCCESSFUL"

    assert "none is under way" in hand.do(BACK, 0).out
    # By hand first: the newest other release is then the one that did not succeed.
    back = partial(stop_deployment, paused)
    compare(aws.live, partial(hand.do, BACK, 1), back, deployed(paused, "rollback"))


def waits_for_an_answer(aws: AtAws) -> bool:
    """Whether a deployment is paused at a lifecycle hook."""
    under_way = aws.ecs.list_service_deployments(**aws.place, status=["IN_PROGRESS"])
    arns = [it["serviceDeploymentArn"] for it in under_way["serviceDeployments"]]
    if not arns:
        return False
    found = aws.ecs.describe_service_deployments(serviceDeploymentArns=arns)["serviceDeployments"]
    hooks = [hook for it in found for hook in it.get("lifecycleHookDetails", ())]
    return any(it["status"] == "AWAITING_ACTION" for it in hooks)


def test_a_deployment_paused_at_a_hook_is_answered(
    hand: Hand, aws: AtAws, paused: RunningSandbox
) -> None:
    hand.do(DEPLOY, fill={"TAG": "1.3.0"})
    until(lambda: waits_for_an_answer(aws))
    hand.do(BACK, 2)
    paused.settle()
    assert aws.live().endswith(":3")


def test_a_restart(hand: Hand, aws: AtAws, paused: RunningSandbox) -> None:
    """That it replaces every task is seen where a key is rotated."""

    def state() -> dict[str, Any]:
        under_way = aws.ecs.list_service_deployments(**aws.place, status=["PENDING", "IN_PROGRESS"])
        return {"release": aws.live(), "deployments": len(under_way["serviceDeployments"])}

    title = "Restart the service"
    compare(
        state,
        deployed(paused, "restart"),
        partial(stop_deployment, paused),
        partial(hand.do, title),
        partial(hand.do, title, instead={" --force-new-deployment": ""}),
    )
