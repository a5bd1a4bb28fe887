"""Docker through a program that records: what it is told, and what it is told in secret."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
import recording_docker
from recording_docker import RecordingDocker

from opsctl import errors
from opsctl.aws import Aws
from opsctl.plan import Progress
from opsctl.sandbox.emulator import Emulator

IMAGE = "123456789012.dkr.ecr.us-east-1.amazonaws.com/image-caption-gen:2.0.0"


@pytest.fixture
def docker(local: Aws, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> RecordingDocker:
    made = recording_docker.install(tmp_path / "bin", local.target.endpoint_url)
    monkeypatch.setenv("PATH", f"{made.folder}{os.pathsep}{os.environ['PATH']}")
    (tmp_path / "Dockerfile").write_text("FROM scratch\n")
    return made


def test_a_build_gets_the_file_the_tag_and_the_platform_as_words(
    local: Aws, docker: RecordingDocker, tmp_path: Path
) -> None:
    told: list[Progress] = []
    with local.changing():
        local.docker.build(str(tmp_path), "Dockerfile", IMAGE, "ARM64", report=told.append)
    (words,) = [it["words"] for it in docker.calls()]
    assert words[:5] == ["build", "--file", str(tmp_path / "Dockerfile"), "--tag", IMAGE]
    assert words[5:7] == ["--platform", "linux/arm64"]
    assert "VERSION=2.0.0" in words
    assert words[-2:] == ["--", str(tmp_path)]
    assert "Step 1/2 : FROM python" in [it.summary for it in told]


def test_a_push_signs_in_by_standard_input_and_answers_the_digest(
    local: Aws, docker: RecordingDocker
) -> None:
    with local.changing():
        answer = local.docker.push(IMAGE)
    login, push = docker.calls()
    assert login["words"][:4] == ["login", "--username", "AWS", "--password-stdin"]
    assert login["words"][4] == IMAGE.partition("/")[0]
    assert login["said"]
    assert login["said"] not in " ".join([*login["words"], *push["words"]])
    found = local.ecr.image("image-caption-gen", "2.0.0")
    assert found
    assert answer == {"digest": found.digest}
    assert local.docker.pushed[IMAGE] == found.digest


def test_a_push_that_is_refused_says_why(local: Aws, docker: RecordingDocker) -> None:
    docker.fail("push", "tag invalid: it already exists and is immutable")
    with local.changing(), pytest.raises(errors.StepFailed, match="immutable"):
        local.docker.push(IMAGE)
    docker.fail("login", "unauthorized")
    with local.changing(), pytest.raises(errors.StepFailed, match="docker login to 1234"):
        local.docker.push(IMAGE)


def test_a_failing_build_ends_with_dockers_last_words(
    local: Aws, docker: RecordingDocker, tmp_path: Path
) -> None:
    docker.fail("build", "process pip install did not complete: exit code: 1")
    with local.changing(), pytest.raises(errors.StepFailed, match="pip install did not complete"):
        local.docker.build(str(tmp_path), "Dockerfile", IMAGE, "X86_64")


def test_without_docker_or_its_daemon_nothing_begins(
    local: Aws, docker: RecordingDocker, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert local.docker.ready() == "28.0.0"
    docker.fail("version", "Cannot connect to the Docker daemon")
    with pytest.raises(errors.BadConfig, match="Cannot connect to the Docker daemon"):
        local.docker.ready()
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(errors.BadConfig, match="no program `docker`"):
        local.docker.ready()


def test_outside_a_plan_nothing_is_built_or_pushed(
    local: Aws, docker: RecordingDocker, tmp_path: Path
) -> None:
    with pytest.raises(errors.OpsctlError, match="docker build"):
        local.docker.build(str(tmp_path), "Dockerfile", IMAGE, "X86_64")
    with pytest.raises(errors.OpsctlError, match="docker push"):
        local.docker.push(IMAGE)
    assert docker.calls() == []


def test_what_is_not_there_to_build_from_is_told(local: Aws, tmp_path: Path) -> None:
    with pytest.raises(errors.BadConfig, match="no Dockerfile in"):
        local.docker.source(str(tmp_path), "Dockerfile")
    with pytest.raises(errors.BadConfig, match="no folder"):
        local.docker.source(str(tmp_path / "nope"), "Dockerfile")


def test_who_gets_no_token_is_told_before_a_long_build(local: Aws, emulator: Emulator) -> None:
    local.docker.may_sign_in("us-east-1")
    fault = {"service": "ecr", "operation": "GetAuthorizationToken"}
    emulator.front.faults.add({**fault, "code": "AccessDeniedException", "status": 400})
    try:
        with pytest.raises(errors.NoAccess, match="GetAuthorizationToken"):
            local.docker.may_sign_in("us-east-1")
    finally:
        emulator.front.faults.clear()
