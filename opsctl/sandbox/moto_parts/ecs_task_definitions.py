"""ECS task definitions: every field kept, sorted and paged as AWS does; and the tags of ECS."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from moto.core.exceptions import ServiceException
from moto.core.responses import ActionResult, EmptyResult
from moto.ecs.responses import EC2ContainerServiceResponse

from opsctl.sandbox import refusals
from opsctl.sandbox.moto_parts.originals import original
from opsctl.sandbox.moto_parts.paging import page

if TYPE_CHECKING:
    from opsctl.sandbox.world import World

Operation = Callable[["World", dict[str, Any]], dict[str, Any]]


def install(world: World) -> None:
    """Put the operations on moto's ECS."""

    def operation(do: Operation) -> Any:
        return lambda received: ActionResult(do(world, received._get_params()))

    response: Any = EC2ContainerServiceResponse
    response.register_task_definition = operation(_register)
    response.describe_task_definition = operation(_describe)
    response.deregister_task_definition = operation(_deregister)
    response.delete_task_definitions = operation(_delete)
    response.list_task_definitions = operation(_list)
    response.list_task_definition_families = operation(_families)
    _install_tags(world, response)


def _register(world: World, request: dict[str, Any]) -> dict[str, Any]:
    made = world.fleet.definitions.register(request)
    return _with_tags(world, made)


def _describe(world: World, request: dict[str, Any]) -> dict[str, Any]:
    found = world.fleet.definitions.find(request["taskDefinition"])
    if "TAGS" in (request.get("include") or []):
        return _with_tags(world, found)
    return {"taskDefinition": found}


def _with_tags(world: World, definition: dict[str, Any]) -> dict[str, Any]:
    tags = world.fleet.definitions.tags.get(definition["taskDefinitionArn"], [])
    return {"taskDefinition": definition, "tags": tags}


def _deregister(world: World, request: dict[str, Any]) -> dict[str, Any]:
    return {"taskDefinition": world.fleet.definitions.deregister(request["taskDefinition"])}


def _delete(world: World, request: dict[str, Any]) -> dict[str, Any]:
    deleted, failures = [], []
    for name in request["taskDefinitions"]:
        try:
            deleted.append(world.fleet.definitions.delete(name))
        except ServiceException as error:
            failures.append({"arn": name, "reason": str(error.message)})
    return {"taskDefinitions": deleted, "failures": failures}


def _list(world: World, request: dict[str, Any]) -> dict[str, Any]:
    arns = world.fleet.definitions.listed(
        request.get("familyPrefix") or "",
        request.get("status") or "ACTIVE",
        request.get("sort") == "DESC",
    )
    items, token = page(arns, request)
    return {"taskDefinitionArns": items, "nextToken": token}


def _families(world: World, request: dict[str, Any]) -> dict[str, Any]:
    names = world.fleet.definitions.families(
        request.get("familyPrefix") or "", request.get("status") or "ACTIVE"
    )
    items, token = page(names, request)
    return {"families": items, "nextToken": token}


def _tags_of(world: World, arn: str) -> list[dict[str, str]] | None:
    """The list of tags of a service, task or task definition; None for anything else of ECS."""
    if ":task-definition/" in arn:
        world.fleet.definitions.find(arn)
        return world.fleet.definitions.tags.setdefault(arn, [])
    if ":service/" in arn:
        service = world.fleet.services.get(arn)
        if service is None:
            raise refusals.invalid("The specified service was not found.")
        return service.tags
    if ":task/" in arn:
        task = world.fleet.task(arn.split("/")[1], arn)
        return task.tags if task else []
    return None


def _install_tags(world: World, response: Any) -> None:
    names = ("list_tags_for_resource", "tag_resource", "untag_resource")
    asked, tagged, untagged = (original(response, name) for name in names)

    def list_tags(received: Any) -> Any:
        tags = _tags_of(world, received._get_param("resourceArn"))
        return asked(received) if tags is None else ActionResult({"tags": tags})

    def tag(received: Any) -> Any:
        tags = _tags_of(world, received._get_param("resourceArn"))
        if tags is None:
            return tagged(received)
        added = received._get_param("tags") or []
        keys = {each["key"] for each in added}
        tags[:] = [each for each in tags if each["key"] not in keys] + added
        return EmptyResult()

    def untag(received: Any) -> Any:
        tags = _tags_of(world, received._get_param("resourceArn"))
        if tags is None:
            return untagged(received)
        tags[:] = [each for each in tags if each["key"] not in received._get_param("tagKeys")]
        return EmptyResult()

    response.list_tags_for_resource, response.tag_resource, response.untag_resource = (
        list_tags,
        tag,
        untag,
    )
