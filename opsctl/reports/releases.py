"""Releases: the deployments of a service, and which of them a rollback could go back to."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from opsctl.aws import Aws
from opsctl.aws.ecs import revision_of
from opsctl.errors import NotFound


@dataclass(frozen=True)
class Release:
    """One deployment. `choice` is what a plain `opsctl rollback` would take."""

    revision: int
    task_definition: str
    image: str
    digest: str
    status: str
    created: datetime
    live: bool
    choice: bool
    deployment: str


def gather(aws: Aws, limit: int = 20) -> tuple[Release, ...]:
    """The newest deployments, newest first."""
    target = aws.target
    service, history = aws.at_once(
        lambda: aws.ecs.service(target.cluster, target.service),
        lambda: aws.deployments.history(target.cluster, target.service, limit=limit),
    )
    definitions = sorted({it.task_definition for it in history if it.task_definition})
    images = dict(
        zip(definitions, aws.at_once(*(_image(aws, arn) for arn in definitions)), strict=True)
    )
    chosen = next(
        (it for it in history if it.succeeded and it.task_definition != service.task_definition),
        None,
    )
    return tuple(
        Release(
            revision=revision_of(it.task_definition),
            task_definition=it.task_definition,
            image=images.get(it.task_definition, ""),
            digest=dict(it.digests).get(target.container, ""),
            status=it.status,
            created=it.created,
            live=it.task_definition == service.task_definition,
            choice=chosen is not None and it.arn == chosen.arn,
            deployment=it.arn,
        )
        for it in history
    )


def _image(aws: Aws, task_definition: str) -> Callable[[], str]:
    """The image of a revision in words; empty where AWS has forgotten the revision."""

    def look() -> str:
        try:
            definition = aws.task_definitions.revision(task_definition)
        except NotFound:
            return ""
        container = definition.container(aws.target.container)
        return aws.ecr.label(container.image) if container else ""

    return look
