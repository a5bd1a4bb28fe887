"""Revisions made and brought into service through the emulator."""

from __future__ import annotations

import pytest

from opsctl import errors
from opsctl.aws import Aws
from opsctl.sandbox.emulator import Emulator


def live(aws: Aws) -> str:
    return aws.ecs.service(aws.target.cluster, aws.target.service).task_definition


def test_another_size_is_a_copy_that_serves_and_goes_back(local: Aws, emulator: Emulator) -> None:
    place = (local.target.cluster, local.target.service)
    former = live(local)
    with local.changing():
        answer = local.releases.resize(*place, former, {}, 512, 1024, leaving=former)
        emulator.settle()
        made = local.task_definitions.revision(live(local))
        assert (made.cpu, made.memory) == ("512", "1024")
        assert (made.containers[0].cpu, made.containers[0].memory) == (512, 1024)
        assert answer["task_definition"] == made.arn
        again = local.releases.resize(*place, former, {}, 512, 1024, leaving=former)
        assert again["task_definition"] == made.arn
        with pytest.raises(errors.FactsChanged):
            local.releases.resize(*place, former, {}, 1024, 2048, leaving=former)
        with pytest.raises(errors.FactsChanged):
            local.releases.size_back(*place, former, {}, 1024, 2048)
        local.releases.size_back(*place, former, {}, 512, 1024)
        emulator.settle()
    assert live(local) == former


def test_outside_a_plan_nothing_is_registered(local: Aws) -> None:
    former = live(local)
    place = (local.target.cluster, local.target.service)
    with pytest.raises(errors.OpsctlError, match="RegisterTaskDefinition"):
        local.releases.resize(*place, former, {}, 1024, 2048, leaving=former)
