"""Seed: the releases that came before the live one, so that there is something to go back to."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from opsctl.sandbox.rollout import Revision, Rollout, ServiceDeployment, breaker_threshold

if TYPE_CHECKING:
    from opsctl.sandbox.service import Service
    from opsctl.sandbox.world import World

ROLLOUT_TOOK = timedelta(minutes=4)
_FIRST_NUMBER = 1_000_000_000_000_000_000


def add(world: World, revisions: list[str]) -> None:
    """Put a SUCCESSFUL deployment of each task definition ARN before the service's own.

    The last one was a day ago, each other a day before the next. They belong to the same service,
    which is as old as the first.
    """
    with world.lock:
        service = world.fleet.service(world.names.cluster, world.names.service)
        if service is None:
            raise LookupError(f"no service {world.names.service}")
        now = world.clock()
        past: list[ServiceDeployment] = []
        for index, name in enumerate(revisions):
            at = now - timedelta(days=len(revisions) - index)
            past.append(_deployment(service, world.fleet.definitions.find(name), index, at, past))
        service.deployments[:0] = past
        service.deployment.sources = (past[-1].target,)
        service.created = past[0].created


def _deployment(
    service: Service,
    definition: dict[str, Any],
    index: int,
    at: datetime,
    past: list[ServiceDeployment],
) -> ServiceDeployment:
    # A revision that was registered after it was deployed would be a riddle to every report.
    definition["registeredAt"] = at - timedelta(minutes=1)
    target = _revision(service, definition, index, at)
    ended = at + ROLLOUT_TOOK
    return ServiceDeployment(
        arn=_arn(service, "service-deployment", f"Seed{index:017d}"),
        target=target,
        sources=(past[-1].target,) if past else (),
        rollout=Rollout(f"ecs-svc/{_FIRST_NUMBER + index}", target, service.desired, at, ended),
        requested=service.desired,
        created=at,
        updated=ended,
        started=at,
        finished=ended,
        status="SUCCESSFUL",
        stage="CLEAN_UP",
        breaker="MONITORING_COMPLETE",
        threshold=breaker_threshold(service.desired),
        configuration=dict(service.configuration),
        final_counts={target.arn: (service.desired, service.desired, 0)},
    )


def _revision(service: Service, definition: dict[str, Any], index: int, at: datetime) -> Revision:
    digests = {
        container["name"]: pulled.digest
        for container in definition["containerDefinitions"]
        if (pulled := service.world.registry.pull(container["image"]))
    }
    revision = Revision(
        arn=_arn(service, "service-revision", str(_FIRST_NUMBER + index)),
        definition=definition,
        digests=digests,
        settings=dict(service.settings),
        created=at,
    )
    service.revisions[revision.arn] = revision
    return revision


def _arn(service: Service, kind: str, name: str) -> str:
    return service.world.arn("ecs", f"{kind}/{service.cluster}/{service.name}/{name}")
