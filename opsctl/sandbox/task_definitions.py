"""The task definitions of the sandbox, each kept as the JSON that AWS answers for it."""

from __future__ import annotations

import copy
from typing import Any

from opsctl.sandbox import refusals
from opsctl.sandbox.world import World

TaskDefinition = dict[str, Any]

_CONTAINER_DEFAULTS: dict[str, Any] = {
    "cpu": 0,
    "portMappings": [],
    "essential": True,
    "environment": [],
    "mountPoints": [],
    "volumesFrom": [],
    "systemControls": [],
}


class TaskDefinitions:
    """Families of numbered revisions; a revision never changes but for its status."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._families: dict[str, list[TaskDefinition]] = {}
        self.tags: dict[str, list[dict[str, str]]] = {}

    def register(self, request: dict[str, Any]) -> TaskDefinition:
        """Store the next revision of `request["family"]`, keeping every field that was sent."""
        fields = copy.deepcopy(request)
        tags = fields.pop("tags", None)
        revisions = self._families.setdefault(fields["family"], [])
        number = len(revisions) + 1
        definition = self._completed(fields, number)
        _check(definition)
        revisions.append(definition)
        if tags:
            self.tags[definition["taskDefinitionArn"]] = tags
        return definition

    def _completed(self, fields: dict[str, Any], number: int) -> TaskDefinition:
        needs = fields.get("requiresCompatibilities") or []
        containers = [
            _CONTAINER_DEFAULTS | container for container in fields.pop("containerDefinitions")
        ]
        arn = self._world.arn("ecs", f"task-definition/{fields['family']}:{number}")
        return {
            "taskDefinitionArn": arn,
            "containerDefinitions": containers,
            "volumes": [],
            "placementConstraints": [],
            **fields,
            "revision": number,
            "status": "ACTIVE",
            "compatibilities": ["EC2", "FARGATE"] if "FARGATE" in needs else ["EC2"],
            "registeredAt": self._world.clock(),
            "registeredBy": f"arn:aws:iam::{self._world.account}:root",
        }

    def find(self, name: str) -> TaskDefinition:
        """By ARN, `family:revision`, or family: its latest ACTIVE one. Raises ClientException."""
        family, _, number = name.rpartition("/")[2].partition(":")
        revisions = self._families.get(family, [])
        if number.isdigit() and 0 < int(number) <= len(revisions):
            return revisions[int(number) - 1]
        active = [each for each in revisions if each["status"] == "ACTIVE"]
        if number or not active:
            raise refusals.client("Unable to describe task definition.")
        return active[-1]

    def runnable(self, name: str) -> TaskDefinition:
        """The one that a service or task may start with: it must be ACTIVE."""
        try:
            definition = self.find(name)
        except Exception as error:
            raise refusals.client("TaskDefinition not found.") from error
        if definition["status"] != "ACTIVE":
            raise refusals.client("TaskDefinition is inactive")
        return definition

    def deregister(self, name: str) -> TaskDefinition:
        """Make a revision INACTIVE; what runs it goes on."""
        if ":" not in name.rpartition("/")[2]:
            raise refusals.client("Revision is missing.")
        definition = self.find(name)
        if definition["status"] == "ACTIVE":
            definition["status"] = "INACTIVE"
            definition["deregisteredAt"] = self._world.clock()
        return definition

    def delete(self, name: str) -> TaskDefinition:
        """Begin to delete an INACTIVE revision. Raises ClientException for an ACTIVE one."""
        definition = self.find(name)
        if definition["status"] == "ACTIVE":
            raise refusals.client(
                "The specified task definition is still in ACTIVE status. "
                "Please deregister the target and try again."
            )
        definition["status"] = "DELETE_IN_PROGRESS"
        definition["deleteRequestedAt"] = self._world.clock()
        return definition

    def listed(self, family: str, status: str, newest_first: bool) -> list[str]:
        """ARNs by family and revision; `family` empty lists all."""
        found = [
            each
            for name in sorted(self._families)
            if not family or name == family
            for each in self._families[name]
            if each["status"] == status
        ]
        arns = [each["taskDefinitionArn"] for each in found]
        return arns[::-1] if newest_first else arns

    def families(self, prefix: str, status: str) -> list[str]:
        """Names of families with a revision of that status (ACTIVE, INACTIVE or ALL)."""
        return [
            name
            for name, revisions in sorted(self._families.items())
            if name.startswith(prefix)
            and any(status in ("ALL", each["status"]) for each in revisions)
        ]


def _check(definition: TaskDefinition) -> None:
    if not definition["containerDefinitions"]:
        raise refusals.client("Container.name should not be null or empty.")
    fargate = "FARGATE" in definition["compatibilities"]
    if fargate and not (definition.get("cpu") and definition.get("memory")):
        raise refusals.client(
            "Fargate requires task definition to have task-level CPU and memory defined."
        )
