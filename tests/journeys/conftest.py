"""Journeys share one sandbox; each begins with release 1.2.0 in two steady tasks."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import by_hand
import permitted
import pytest
import warm_aws
from at_aws import AtAws
from by_hand import Hand
from running import RunningSandbox, until
from what_ran import LEDGER, Seen


@pytest.fixture(scope="module", autouse=True)
def written_down(request: pytest.FixtureRequest) -> Iterator[None]:
    """What this module and those before it did in the sandbox, for `test_what_was_asked.py`."""
    here = [it for it in request.session.items if it.path == request.path]
    used = any("sandbox" in getattr(it, "fixturenames", ()) for it in here)
    sandbox = request.getfixturevalue("sandbox") if used else None
    yield
    if sandbox:
        commands = sandbox.ask("GET", "commands")
        seen = Seen(permitted.local(sandbox), commands, by_hand.TYPED)
        request.config.stash[LEDGER].keep(seen)


@pytest.fixture
def steady(sandbox: RunningSandbox) -> RunningSandbox:
    """The sandbox at its beginning: revision 3, two tasks, bounds 2–6, nobody's lock."""
    restore(sandbox)
    return sandbox


@pytest.fixture(scope="session")
def programs(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """The folder with an `aws` that starts at once."""
    for name in by_hand.NEEDED:
        if shutil.which(name) is None:
            pytest.skip(f"there is no program {name} on this machine: apt-get install {name}")
    with warm_aws.running(tmp_path_factory.mktemp("programs") / "bin") as folder:
        yield folder


@pytest.fixture
def hand(sandbox: RunningSandbox, programs: Path, tmp_path: Path) -> Hand:
    """An operator who has the runbook, and no opsctl; whatever state the sandbox is in."""
    folder = tmp_path / "typed"
    folder.mkdir()
    return Hand(sandbox, folder, programs)


@pytest.fixture
def aws(sandbox: RunningSandbox) -> AtAws:
    """What AWS has, to be compared."""
    return AtAws(sandbox)


def restore(sandbox: RunningSandbox) -> None:
    """Sets back with plain AWS calls what a journey left changed, and only that."""
    names = sandbox.found["names"]
    place = {"cluster": names["cluster"], "service": names["service"]}
    if any((Path(sandbox.environ["XDG_STATE_HOME"]) / "opsctl" / "locks").glob("*.json")):
        sandbox.opsctl("lock", "release", "-e", "local", "--yes")
    restore_bounds(sandbox)
    ecs = sandbox.client("ecs")
    live = ecs.describe_services(cluster=place["cluster"], services=[place["service"]])
    if live["services"][0]["desiredCount"] != 2:
        ecs.update_service(**place, desiredCount=2)
    first = f"{names['family']}:3"
    if not live["services"][0]["taskDefinition"].endswith(first):
        ecs.update_service(**place, taskDefinition=first)
    sandbox.settle()
    until(lambda: healths(sandbox) == {"healthy"})
    # A machine that is busy may have rung one; for a minute it now stays as it is set.
    cloudwatch = sandbox.client("cloudwatch")
    for it in cloudwatch.describe_alarms(StateValue="ALARM")["MetricAlarms"]:
        words = {"StateValue": "OK", "StateReason": "the next journey begins"}
        cloudwatch.set_alarm_state(AlarmName=it["AlarmName"], **words)
    sandbox.ask("DELETE", "calls")


def healths(sandbox: RunningSandbox) -> set[str]:
    """The states of all targets of the service."""
    answer = sandbox.client("elbv2").describe_target_health(
        TargetGroupArn=sandbox.found["made"]["target_group"]
    )
    return {it["TargetHealth"]["State"] for it in answer["TargetHealthDescriptions"]}


def restore_bounds(sandbox: RunningSandbox) -> None:
    """Bounds of 2 and 6 tasks."""
    names = sandbox.found["names"]
    scaling = sandbox.client("application-autoscaling")
    resource = f"service/{names['cluster']}/{names['service']}"
    found = scaling.describe_scalable_targets(ServiceNamespace="ecs", ResourceIds=[resource])
    if [(it["MinCapacity"], it["MaxCapacity"]) for it in found["ScalableTargets"]] != [(2, 6)]:
        scaling.register_scalable_target(
            ServiceNamespace="ecs",
            ResourceId=resource,
            ScalableDimension="ecs:service:DesiredCount",
            MinCapacity=2,
            MaxCapacity=6,
        )
