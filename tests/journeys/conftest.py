"""Journeys share one sandbox; each begins with release 1.2.0 in two steady tasks."""

from __future__ import annotations

import pytest
from running import RunningSandbox


@pytest.fixture
def steady(sandbox: RunningSandbox) -> RunningSandbox:
    """The sandbox at its beginning: revision 3, two tasks, bounds 2–6, nobody's lock."""
    restore(sandbox)
    return sandbox


def restore(sandbox: RunningSandbox) -> None:
    """Sets the service back with plain AWS calls, whatever a journey left."""
    names = sandbox.found["names"]
    place = {"cluster": names["cluster"], "service": names["service"]}
    sandbox.opsctl("lock", "release", "-e", "local", "--yes")
    sandbox.client("application-autoscaling").register_scalable_target(
        ServiceNamespace="ecs",
        ResourceId=f"service/{names['cluster']}/{names['service']}",
        ScalableDimension="ecs:service:DesiredCount",
        MinCapacity=2,
        MaxCapacity=6,
    )
    ecs = sandbox.client("ecs")
    ecs.update_service(**place, desiredCount=2)
    live = ecs.describe_services(cluster=place["cluster"], services=[place["service"]])
    first = f"{names['family']}:3"
    if not live["services"][0]["taskDefinition"].endswith(first):
        ecs.update_service(**place, taskDefinition=first)
    sandbox.settle()
    sandbox.ask("DELETE", "calls")
