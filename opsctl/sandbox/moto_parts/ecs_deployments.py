"""ECS service deployments and revisions, which moto lacks: their history, stopping, continuing."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from moto.core.responses import ActionResult
from moto.ecs.responses import EC2ContainerServiceResponse

from opsctl.sandbox import deploying, deployment_shapes, refusals
from opsctl.sandbox.moto_parts.paging import page
from opsctl.sandbox.rollout import ServiceDeployment
from opsctl.sandbox.service import Service

if TYPE_CHECKING:
    from opsctl.sandbox.world import World

DESCRIBE_LIMIT = 20


def install(world: World) -> None:
    """Put the operations on moto's ECS."""

    def operation(do: Callable[[World, dict[str, Any]], dict[str, Any]]) -> Any:
        return lambda received: ActionResult(do(world, received._get_params()))

    response: Any = EC2ContainerServiceResponse
    response.list_service_deployments = operation(_list)
    response.describe_service_deployments = operation(_describe)
    response.describe_service_revisions = operation(_revisions)
    response.stop_service_deployment = operation(_stop)
    response.continue_service_deployment = operation(_continue)


def _list(world: World, request: dict[str, Any]) -> dict[str, Any]:
    cluster = str(request.get("cluster") or "default").rpartition("/")[2]
    if cluster not in world.backend("ecs").clusters:
        raise refusals.no_cluster()
    service = world.fleet.service(cluster, request["service"])
    if service is None:
        raise refusals.no_service()
    if service.controller != "ECS":
        raise refusals.unsupported(
            "Service deployments are only supported by the ECS deployment controller."
        )
    wanted = request.get("status") or []
    between = request.get("createdAt") or {}
    found = [
        deployment_shapes.brief(service, each)
        for each in reversed(service.deployments)
        if (not wanted or each.status in wanted) and _is_between(each, between)
    ]
    items, token = page(found, request, limit=20)
    return {"serviceDeployments": items, "nextToken": token}


def _is_between(deployment: ServiceDeployment, between: dict[str, Any]) -> bool:
    created = deployment.created.timestamp()
    after, before = between.get("after"), between.get("before")
    return (after is None or created >= _epoch(after)) and (
        before is None or created <= _epoch(before)
    )


def _epoch(moment: Any) -> float:
    return float(moment.timestamp() if hasattr(moment, "timestamp") else moment)


def _describe(world: World, request: dict[str, Any]) -> dict[str, Any]:
    found, failures = [], []
    for arn in _limited(request["serviceDeploymentArns"]):
        known = _known(world, arn)
        if known:
            found.append(deployment_shapes.full(*known))
        else:
            failures.append({"arn": arn, "reason": "MISSING"})
    return {"serviceDeployments": found, "failures": failures}


def _revisions(world: World, request: dict[str, Any]) -> dict[str, Any]:
    found, failures = [], []
    for arn in _limited(request["serviceRevisionArns"]):
        owner = next((it for it in world.fleet.services.values() if arn in it.revisions), None)
        if owner:
            found.append(deployment_shapes.revision(owner, owner.revisions[arn]))
        else:
            failures.append({"arn": arn, "reason": "MISSING"})
    return {"serviceRevisions": found, "failures": failures}


def _limited(arns: list[str]) -> list[str]:
    if not arns:
        raise refusals.invalid("The list of ARNs cannot be empty.")
    if len(arns) > DESCRIBE_LIMIT:
        raise refusals.invalid("The list of ARNs cannot have more than 20 elements.")
    return arns


def _known(world: World, arn: str) -> tuple[Service, ServiceDeployment] | None:
    for service in world.fleet.services.values():
        for deployment in service.deployments:
            if deployment.arn == arn:
                return service, deployment
    return None


def _stop(world: World, request: dict[str, Any]) -> dict[str, Any]:
    known = _known(world, request["serviceDeploymentArn"])
    if known is None:
        raise refusals.no_deployment()
    service, deployment = known
    if request.get("stopType") == "ABORT":
        raise refusals.invalid("The stop type ABORT is not supported.")
    if not deployment.in_flight:
        raise refusals.conflict(
            f"Service deployment cannot be stopped because it is in the {deployment.status} state."
        )
    if deployment.status in ("PENDING", "IN_PROGRESS"):
        if service.last_good is None:
            raise refusals.conflict(deploying.NO_CANDIDATE)
        hook = deployment.waiting_hook
        if hook:
            hook.status = "FAILED"
        deploying.request_rollback(service, deploying.BY_USER)
    return {"serviceDeploymentArn": deployment.arn}


def _continue(world: World, request: dict[str, Any]) -> dict[str, Any]:
    known = _known(world, request["serviceDeploymentArn"])
    if known is None:
        raise refusals.no_deployment()
    service, deployment = known
    hook = deployment.waiting_hook
    if hook is None or hook.id != request["hookId"]:
        raise refusals.invalid("The lifecycle hook is not awaiting an action.")
    deploying.answer_hook(service, hook, request.get("action") or "CONTINUE")
    return {"serviceDeploymentArn": deployment.arn}
