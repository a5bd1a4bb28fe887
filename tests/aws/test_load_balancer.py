"""Target groups through the emulator."""

from __future__ import annotations

import pytest

from opsctl import errors
from opsctl.aws import Aws
from opsctl.sandbox.emulator import Emulator


@pytest.fixture
def group(local: Aws) -> str:
    return local.ecs.service(local.target.cluster, local.target.service).links[0].target_group


def test_the_health_of_each_target_is_read(local: Aws, group: str) -> None:
    targets = local.load_balancer.target_health(group)
    assert [it.state for it in targets if it.state != "draining"] == ["healthy", "healthy"]


def test_a_group_is_read_with_its_health_path(local: Aws, group: str) -> None:
    found = local.load_balancer.target_group(group)
    assert found.health_path == local.target.health_path
    assert found.dimension.startswith("targetgroup/")


def test_a_group_that_is_not_there_is_not_found(local: Aws, group: str) -> None:
    with pytest.raises(errors.NotFound):
        local.load_balancer.target_group(group[:-1] + "x")


def test_all_healthy_counts_and_one_sick_target_breaks_it(
    local: Aws, group: str, emulator: Emulator
) -> None:
    assert local.load_balancer.all_healthy(group, 2).done
    assert not local.load_balancer.all_healthy(group, 3).done
    emulator.processes()[0].healthy = False
    looks = []
    for _ in range(5):
        emulator.advance(0.3)
        looks.append(local.load_balancer.all_healthy(group, 1).done)
    assert not all(looks)


def test_a_group_names_its_balancers_as_cloudwatch_does(local: Aws, group: str) -> None:
    (found,) = local.load_balancer.target_group(group).balancer_dimensions
    kind, name, identity = found.split("/")
    assert (kind, bool(name), bool(identity)) == ("app", True, True)
