"""Images that were pushed, through the emulator: into service by their digest, and back."""

from __future__ import annotations

import pytest

from opsctl import errors
from opsctl.aws import Aws
from opsctl.sandbox.emulator import Emulator

HOST = "123456789012.dkr.ecr.us-east-1.amazonaws.com/image-caption-gen"


def test_a_tag_is_deployed_by_its_digest_and_taken_back(local: Aws, emulator: Emulator) -> None:
    place = (local.target.cluster, local.target.service)
    former = local.ecs.service(*place).task_definition
    found = local.ecr.image("image-caption-gen", "1.3.0")
    assert found
    with local.changing():
        answer = local.image_releases.tagged(*place, former, "app", f"{HOST}:1.3.0", former)
        emulator.settle()
        assert answer["image"] == f"{HOST}@{found.digest}"
        assert local.ecs.service(*place).task_definition == answer["task_definition"]
        with pytest.raises(errors.FactsChanged):
            local.image_releases.take_back(*place, former, f"{HOST}:1.1.0")
        local.image_releases.take_back(*place, former, f"{HOST}:1.3.0")
        emulator.settle()
    assert local.ecs.service(*place).task_definition == former


def test_what_cannot_run_or_is_not_what_was_pushed_is_not_deployed(local: Aws) -> None:
    place = (local.target.cluster, local.target.service)
    former = local.ecs.service(*place).task_definition
    with local.changing():
        with pytest.raises(errors.StepFailed, match="built for ARM64"):
            local.image_releases.tagged(*place, former, "app", f"{HOST}:1.5.0-arm", former)
        with pytest.raises(errors.StepFailed, match="ECR has no"):
            local.image_releases.tagged(*place, former, "app", f"{HOST}:9.9.9", former)
        local.docker.pushed[f"{HOST}:1.3.0"] = "sha256:" + "0" * 64
        with pytest.raises(errors.FactsChanged, match="moved the tag"):
            local.image_releases.tagged(*place, former, "app", f"{HOST}:1.3.0", former)
        del local.docker.pushed[f"{HOST}:1.3.0"]
    assert local.ecs.service(*place).task_definition == former
