"""ECS services: created, updated, described and deleted as AWS does, on the sandbox's fleet."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from moto.core.responses import ActionResult
from moto.ecs.models import EC2ContainerServiceBackend
from moto.ecs.responses import EC2ContainerServiceResponse

from opsctl.sandbox import deploying, refusals
from opsctl.sandbox.moto_parts.paging import page
from opsctl.sandbox.service import DEFAULT_CONFIGURATION, Service, shape

if TYPE_CHECKING:
    from opsctl.sandbox.world import World

DESCRIBE_LIMIT = 10
SHOWN = (
    "loadBalancers",
    "serviceRegistries",
    "launchType",
    "capacityProviderStrategy",
    "platformVersion",
    "networkConfiguration",
    "healthCheckGracePeriodSeconds",
    "schedulingStrategy",
    "deploymentController",
    "placementConstraints",
    "placementStrategy",
    "propagateTags",
    "enableECSManagedTags",
    "enableExecuteCommand",
    "availabilityZoneRebalancing",
)
DEPLOYED = ("networkConfiguration", "platformVersion", "loadBalancers", "serviceRegistries")
"""Changing one of these starts a deployment; changing another of SHOWN does not."""


def install(world: World) -> None:
    """Put the operations on moto's ECS."""
    _Services(world).onto(EC2ContainerServiceResponse)

    def existing(_: Any, cluster: str, services: list[str]) -> tuple[list[Any], list[Any]]:
        """What Application Auto Scaling of moto asks, to know whether a service exists."""
        return [it for it in (world.fleet.service(cluster, name) for name in services) if it], []

    EC2ContainerServiceBackend.describe_services = existing


class _Services:
    def __init__(self, world: World) -> None:
        self._world = world

    def onto(self, response: Any) -> None:
        def operation(do: Any) -> Any:
            return lambda received: ActionResult(do(received._get_params()))

        for name in ("create", "describe", "update", "delete"):
            plural = "services" if name == "describe" else "service"
            setattr(response, f"{name}_{plural}", operation(getattr(self, name)))
        response.list_services = operation(self.list)

    def create(self, request: dict[str, Any]) -> dict[str, Any]:
        cluster = self._cluster(request)
        name = request["serviceName"]
        existing = self._world.fleet.service(cluster, name)
        if existing and existing.status == "ACTIVE":
            raise refusals.invalid("Creation of service was not idempotent.")
        if existing and existing.status == "DRAINING":
            raise refusals.invalid("Unable to Start a service that is still Draining.")
        definition = self._world.fleet.definitions.runnable(request["taskDefinition"])
        service = Service(
            world=self._world,
            name=name,
            cluster=cluster,
            desired=int(request.get("desiredCount", 1)),
            settings=_settings(request),
            configuration=_configuration({}, request),
            created=self._world.clock(),
            tags=request.get("tags") or [],
        )
        self._world.fleet.services[service.arn] = service
        deploying.begin(service, definition)
        return {"service": _shown(service, tags=True)}

    def update(self, request: dict[str, Any]) -> dict[str, Any]:
        service = self._active(request)
        fleet = self._world.fleet
        live = service.primary.revision.definition
        named = request.get("taskDefinition")
        if named and service.controller == "CODE_DEPLOY":
            raise refusals.invalid(
                "Unable to update task definition on services with a CODE_DEPLOY deployment "
                "controller. Use AWS CodeDeploy to trigger a new deployment."
            )
        definition = fleet.definitions.runnable(named) if named else live
        changed = {key: request[key] for key in DEPLOYED if key in request}
        deploys = (
            definition is not live
            or bool(request.get("forceNewDeployment"))
            or any(service.settings.get(key) != value for key, value in changed.items())
        )
        service.configuration = _configuration(service.configuration, request)
        service.settings |= {key: request[key] for key in SHOWN if key in request}
        if request.get("desiredCount") is not None:
            service.set_desired(_count(request["desiredCount"]))
        if deploys:
            deploying.begin(service, definition)
        return {"service": _shown(service, tags=True)}

    def describe(self, request: dict[str, Any]) -> dict[str, Any]:
        cluster = self._cluster(request)
        names = request.get("services") or []
        if not names:
            raise refusals.invalid("Services cannot be empty.")
        if len(names) > DESCRIBE_LIMIT:
            raise refusals.invalid("Services cannot have more than 10 elements.")
        found, failures = [], []
        for name in names:
            service = self._world.fleet.service(cluster, name)
            if service:
                found.append(_shown(service, tags="TAGS" in (request.get("include") or [])))
            else:
                short = name.rpartition("/")[2]
                arn = self._world.arn("ecs", f"service/{cluster}/{short}")
                failures.append({"arn": arn, "reason": "MISSING"})
        return {"services": found, "failures": failures}

    def delete(self, request: dict[str, Any]) -> dict[str, Any]:
        service = self._active(request)
        if service.desired > 0 and not request.get("force"):
            raise refusals.invalid("The service cannot be stopped while it is scaled above 0.")
        service.set_desired(0)
        service.status = "DRAINING"
        return {"service": _shown(service, tags=True)}

    def list(self, request: dict[str, Any]) -> dict[str, Any]:
        cluster = self._cluster(request)
        arns = [
            arn
            for arn, service in self._world.fleet.services.items()
            if service.cluster == cluster and service.status != "INACTIVE"
        ]
        items, token = page(arns, request, limit=10)
        return {"serviceArns": items, "nextToken": token}

    def _cluster(self, request: dict[str, Any]) -> str:
        name = str(request.get("cluster") or "default").rpartition("/")[2]
        if name not in self._world.backend("ecs").clusters:
            raise refusals.no_cluster()
        return name

    def _active(self, request: dict[str, Any]) -> Service:
        service = self._world.fleet.service(self._cluster(request), request["service"])
        if service is None:
            raise refusals.no_service()
        if service.status != "ACTIVE":
            raise refusals.inactive_service()
        return service


def _shown(service: Service, *, tags: bool) -> dict[str, Any]:
    document = shape(service)
    return document if tags else {key: it for key, it in document.items() if key != "tags"}


def _count(number: Any) -> int:
    if int(number) < 0:
        raise refusals.invalid("Range of desiredCount is invalid.")
    return int(number)


def _settings(request: dict[str, Any]) -> dict[str, Any]:
    defaults: dict[str, Any] = {
        "loadBalancers": [],
        "serviceRegistries": [],
        "launchType": "FARGATE",
        "platformVersion": "LATEST",
        "schedulingStrategy": "REPLICA",
        "deploymentController": {"type": "ECS"},
        "placementConstraints": [],
        "placementStrategy": [],
        "propagateTags": "NONE",
        "enableECSManagedTags": False,
        "enableExecuteCommand": False,
        "availabilityZoneRebalancing": "DISABLED",
    }
    return defaults | {key: request[key] for key in SHOWN if key in request}


def _configuration(now: dict[str, Any], request: dict[str, Any]) -> dict[str, Any]:
    return {**DEFAULT_CONFIGURATION, **now, **(request.get("deploymentConfiguration") or {})}
