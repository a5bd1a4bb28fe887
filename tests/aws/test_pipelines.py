"""The deployment of a pipeline, found in the emulator by when it begins."""

from __future__ import annotations

import pytest

from opsctl import errors
from opsctl.aws import Aws
from opsctl.sandbox.emulator import Emulator


def test_nothing_new_is_waited_for_and_the_first_new_one_is_followed(
    local: Aws, emulator: Emulator
) -> None:
    place = (local.target.cluster, local.target.service)
    before = local.deployments.history(*place, limit=1)[0].created.isoformat()
    look = local.pipelines.release(*place, before)
    assert not look.done
    assert "no new deployment" in look.summary
    former = local.ecs.service(*place).task_definition
    with local.changing():
        local.ecs.restart(*place, former)
    assert not local.pipelines.release(*place, before).done
    emulator.settle()
    assert local.pipelines.release(*place, before).done


def test_a_newer_deployment_in_its_place_is_told(local: Aws, emulator: Emulator) -> None:
    place = (local.target.cluster, local.target.service)
    before = local.deployments.history(*place, limit=1)[0].created.isoformat()
    former = local.ecs.service(*place).task_definition
    family = local.target.family
    with local.changing():
        other = local.task_definitions.revision(f"{family}:1").arn
        local.ecs.point_at(*place, other, leaving=former)
        emulator.advance(2)
        local.ecs.point_at(*place, former, leaving=other)
    with pytest.raises(errors.NotVerified, match="took the place"):
        local.pipelines.release(*place, before)
    emulator.settle()
