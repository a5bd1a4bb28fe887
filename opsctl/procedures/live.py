"""The live service as every release procedure sees it, and the wait for a deployment of it."""

from __future__ import annotations

from dataclasses import dataclass

from opsctl.aws import Aws
from opsctl.aws.deployments import Deployment
from opsctl.aws.ecs import Service, short
from opsctl.aws.endpoint import Endpoint
from opsctl.aws.following import Following
from opsctl.aws.load_balancer import LoadBalancer
from opsctl.aws.task_definitions import TaskDefinition
from opsctl.errors import OpsctlError
from opsctl.plan import Json, Refusal, Wait, call

FOLLOW = "Follow the deployment until it serves"


@dataclass(frozen=True)
class Live:
    """What runs now. `latest` is the newest deployment; None where AWS keeps no history of it."""

    service: Service
    definition: TaskDefinition
    latest: Deployment | None
    container: str

    @property
    def in_flight(self) -> Deployment | None:
        """The deployment under way."""
        return self.latest if self.latest and self.latest.in_flight else None

    @property
    def image(self) -> str:
        """The image of the application's container."""
        container = self.definition.container(self.container)
        return container.image if container else ""


def gather(aws: Aws) -> Live:
    """Reads the service, its live task definition and its newest deployment."""
    target = aws.target
    service, latest = aws.at_once(
        lambda: aws.ecs.service(target.cluster, target.service),
        lambda: newest_deployment(aws),
    )
    definition = aws.task_definitions.revision(service.task_definition)
    return Live(service, definition, latest, target.container)


def newest_deployment(aws: Aws) -> Deployment | None:
    """The newest service deployment; None where the controller keeps no such history."""
    target = aws.target
    try:
        history = aws.deployments.history(target.cluster, target.service, limit=1)
    except OpsctlError as error:
        if getattr(error, "aws_code", "") != "UnsupportedFeatureException":
            raise
        return None
    return next(iter(history), None)


def follow(env: str, service: Service, timeout: float, pick_up: str) -> Wait:
    """Waits for the deployment that the step before started."""
    return Wait(
        FOLLOW,
        call(Following.deployment, service.cluster, service.name),
        timeout=timeout,
        follows=True,
        pick_up=pick_up,
        abandon=f"opsctl rollback --env {env}",
    )


def follow_again(env: str, service: Service, it: Deployment, timeout: float, pick_up: str) -> Wait:
    """Waits for a deployment that is already under way."""
    subject: dict[str, Json] = {
        "deployment": it.arn,
        "task_definition": it.task_definition,
        "created": it.created.isoformat(),
    }
    return Wait(
        FOLLOW,
        call(Following.deployment, service.cluster, service.name, subject),
        timeout=timeout,
        pick_up=pick_up,
        abandon=f"opsctl rollback --env {env}",
    )


def checks(now: Live) -> tuple[Wait, ...]:
    """What must hold when a release serves: healthy targets, and a healthy endpoint."""
    groups = tuple(
        Wait(
            "Every target is healthy",
            call(LoadBalancer.all_healthy, link.target_group, min(1, now.service.desired)),
            timeout=120,
        )
        for link in now.service.links
    )
    return (*groups, Wait("The health endpoint answers", call(Endpoint.answers), timeout=60))


def told(label: str, image: str) -> str:
    """An image for human eyes: its label and the beginning of its digest."""
    digest = image.rpartition("@")[2] if "@" in image else ""
    return f"{label or image} ({digest[:19]}…)" if digest else label or image or "?"


def refuse_controller(service: Service) -> tuple[Refusal, ...]:
    """A service that something else deploys must not be deployed around it."""
    if service.controller == "ECS":
        return ()
    hint = "Deploy it with its own controller."
    if service.controller == "CODE_DEPLOY":
        hint = (
            "CodeDeploy owns this service. To stop its deployment with rollback: aws deploy "
            "stop-deployment --deployment-id d-… --auto-rollback-enabled"
        )
    return (Refusal(f"The service's deployment controller is {service.controller}.", hint),)


def refuse_in_flight(env: str, live: Live) -> tuple[Refusal, ...]:
    """Somebody's deployment under way must not be overtaken in silence."""
    it = live.in_flight
    if not it:
        return ()
    return (
        Refusal(
            f"A deployment of {short(it.task_definition)} is under way ({it.status}, since "
            f"{it.created:%H:%M:%S} UTC), and it is not this one.",
            hint=f"Wait for it (opsctl status --env {env}), or take it back "
            f"(opsctl rollback --env {env}).",
        ),
    )
