"""Journeys through Terraform: the real program releases in the sandbox, or is refused."""

from __future__ import annotations

import dataclasses
import json
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from running import RunningSandbox
from terraforming import needs_terraform

from opsctl.aws import tfvars
from opsctl.aws.reads import only_reads

pytestmark = [pytest.mark.journey, needs_terraform]


class Stack:
    """The sandbox's Terraform folder; the sandbox itself is as steady as every journey finds it."""

    def __init__(self, sandbox: RunningSandbox) -> None:
        self.sandbox = sandbox
        self.folder = Path(sandbox.found["names"]["terraform"])
        self.file = self.folder / "local.tfvars"

    def value(self, name: str) -> tfvars.Value:
        return tfvars.read(self.file.read_text(), name)

    def opsctl(self, *words: str, code: int = 0) -> dict[str, Any]:
        """A command through Terraform, which must end with `code`; answers its JSON document."""
        flags = ("--terraform", "-e", "local", "--yes", "-o", "json")
        done = self.sandbox.opsctl(*words, *flags)
        assert done.returncode == code, done.stderr
        found: dict[str, Any] = json.loads(done.stdout)
        return found

    def live(self) -> dict[str, Any]:
        names = self.sandbox.found["names"]
        ecs = self.sandbox.client("ecs")
        found = ecs.describe_services(cluster=names["cluster"], services=[names["service"]])
        revision = found["services"][0]["taskDefinition"]
        described = ecs.describe_task_definition(taskDefinition=revision)["taskDefinition"]
        return dict(described)


@pytest.fixture
def stack(steady: RunningSandbox) -> Iterator[Stack]:
    """A folder without a state; afterwards it is so again."""
    it = Stack(steady)
    text = it.file.read_text()
    yield it
    it.file.write_text(text)
    for left in it.folder.glob("terraform.tfstate*"):
        left.unlink()


def test_a_release_is_applied_followed_and_taken_back(stack: Stack) -> None:
    former = stack.value("image")
    comments = [line for line in stack.file.read_text().splitlines() if line.startswith("#")]
    stack.sandbox.ask("DELETE", "calls")
    dry = stack.opsctl("deploy", "1.3.0", "--dry-run")
    calls = stack.sandbox.calls()
    assert [it for it in calls if not only_reads(it["service"], it["operation"])] == []
    assert dry["status"] == "planned"
    assert stack.value("image") == former
    assert not list(stack.folder.glob("terraform.tfstate*"))
    done = stack.opsctl("deploy", "1.3.0")
    assert done["result"]["terraform"]["create"] > 5
    assert stack.live()["containerDefinitions"][0]["image"] == stack.value("image") != former
    assert [it for it in stack.file.read_text().splitlines() if it[:1] == "#"] == comments
    assert stack.opsctl("deploy", "1.3.0")["status"] == "nothing_to_do"
    back = stack.sandbox.opsctl("undo", done["run"], "-e", "local", "--yes")
    assert back.returncode == 0, back.stderr
    assert stack.value("image") == former
    assert stack.live()["containerDefinitions"][0]["image"] == former


def test_a_release_that_crashes_ends_with_23_and_the_old_one_serves(stack: Stack) -> None:
    former = stack.value("image")
    failed = stack.opsctl("deploy", "1.4.0-crash", code=23)
    assert "exits at start" in failed["error"]["message"]
    assert stack.value("image") == former
    assert stack.live()["revision"] == 3
    assert stack.sandbox.settle()["runningCount"] == 2
    # The same release as before is still Terraform's to make, and changes nothing that serves.
    again = stack.opsctl("deploy", "1.2.0")
    assert again["status"] == "done"
    assert stack.live()["revision"] == 3


def test_a_task_size_is_written_into_the_file_and_stays(stack: Stack) -> None:
    stack.opsctl("scale", "task-size", "--cpu", "512", "--memory", "1024")
    assert (stack.value("task_cpu"), stack.value("task_memory")) == (512, 1024)
    assert (stack.live()["cpu"], stack.live()["memory"]) == ("512", "1024")
    by_hand = subprocess.run(
        ["terraform", "plan", "-detailed-exitcode", "-input=false", "-var-file=local.tfvars"],
        cwd=stack.folder,
        check=False,
        capture_output=True,
    )
    assert by_hand.returncode == 0, by_hand.stdout
    refused = stack.opsctl("scale", "task-size", "--cpu", "256", "--memory", "8192", code=2)
    assert "8192" in refused["error"]["message"]


def test_a_plan_that_went_stale_is_refused_and_changes_nothing(
    stack: Stack, tmp_path: Path
) -> None:
    former = stack.file.read_text()
    real = shutil.which("terraform")
    program = tmp_path / "terraform"
    somebody = "apply -auto-approve -input=false -var-file=local.tfvars"
    program.write_text(
        f"""#!/bin/sh
# Somebody else applies between the plan and the apply that it was made for.
[ "$1" = apply ] && "{real}" {somebody} -target=terraform_data.aws_vpc >&2
exec "{real}" "$@"
"""
    )
    program.chmod(0o755)
    path = f"{tmp_path}:{stack.sandbox.environ['PATH']}"
    other = dataclasses.replace(stack.sandbox, environ={**stack.sandbox.environ, "PATH": path})
    stack.sandbox = other
    refused = stack.opsctl("deploy", "1.3.0", code=17)
    assert "stale" in refused["error"]["message"]
    assert stack.file.read_text() == former
    assert stack.live()["revision"] == 3
