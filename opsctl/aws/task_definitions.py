"""ECS task definitions: what a task is made of, and copies with other images."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from opsctl import errors
from opsctl.aws.gateway import Gateway

Document = dict[str, Any]
Variables = dict[str, dict[str, str]]
"""Values of environment variables, by container and variable."""


@dataclass(frozen=True)
class SecretReference:
    """One `secrets[]` entry: the environment variable and the ARN (with JSON key) behind it."""

    name: str
    value_from: str


@dataclass(frozen=True)
class LogSettings:
    """Where the awslogs driver writes: the stream is `prefix/container/task id`."""

    group: str
    region: str
    prefix: str


@dataclass(frozen=True)
class ContainerDefinition:
    """What opsctl needs to know of one container."""

    name: str
    image: str
    essential: bool
    ports: tuple[int, ...]
    secrets: tuple[SecretReference, ...]
    logs: LogSettings | None
    cpu: int = 0
    """CPU units of its own; 0 where it shares the task's."""
    memory: int = 0
    """The MiB at which it is killed; 0 where only the task's count."""
    reserved: int = 0
    """The MiB set aside for it; 0 where none are."""


@dataclass(frozen=True)
class TaskDefinition:
    """One revision. `architecture` is X86_64 or ARM64."""

    arn: str
    family: str
    revision: int
    active: bool
    containers: tuple[ContainerDefinition, ...]
    execution_role: str
    task_role: str
    cpu: str
    memory: str
    architecture: str
    requires: tuple[str, ...] = ()
    """What it was made for: FARGATE, EC2, EXTERNAL; empty where it does not say."""

    @property
    def name(self) -> str:
        """`family:revision`."""
        return f"{self.family}:{self.revision}"

    def container(self, name: str) -> ContainerDefinition | None:
        """The container of that name; with only one container, that one."""
        if len(self.containers) == 1:
            return self.containers[0]
        return next((it for it in self.containers if it.name == name), None)


class TaskDefinitions(Gateway):
    """Reads revisions and registers copies. An INACTIVE one is readable only while referenced."""

    @property
    def _client(self) -> Any:
        return self.aws.client("ecs")

    def revision(self, name: str) -> TaskDefinition:
        """The revision named by ARN, `family:12` or `family` (the latest ACTIVE one).

        Raises NotFound for one that AWS does not know (any more).
        """
        client = self._client
        try:
            answer = client.describe_task_definition(taskDefinition=name)
        except client.exceptions.ClientException as error:
            # AWS has no other code for it: "Unable to describe task definition."
            raise errors.NotFound(
                f"There is no task definition “{name}”.",
                hint="See the releases there are: opsctl rollback --list",
            ) from error
        return _task_definition(answer["taskDefinition"])

    def latest(self, family: str, limit: int = 10) -> tuple[str, ...]:
        """ARNs of the newest ACTIVE revisions of just this family, newest first."""
        answer = self._client.list_task_definitions(
            familyPrefix=family, status="ACTIVE", sort="DESC", maxResults=limit
        )
        # `familyPrefix` is a prefix on AWS only in name, but an emulator took it at its word.
        arns = [a for a in answer["taskDefinitionArns"] if f"/{family}:" in a]
        return tuple(sorted(arns, key=lambda arn: int(arn.rpartition(":")[2]), reverse=True))

    def images(self, name: str) -> tuple[str, ...]:
        """The images of a revision's containers."""
        return tuple(container.image for container in self.revision(name).containers)

    def variable(self, name: str, container: str, variable: str) -> str:
        """One variable of a container's environment; empty where it is not set there.

        With only one container, that one counts, as in `TaskDefinition.container`.
        """
        found = self._client.describe_task_definition(taskDefinition=name)["taskDefinition"]
        containers = found["containerDefinitions"]
        ours = [it for it in containers if len(containers) == 1 or it["name"] == container]
        values = {e["name"]: e["value"] for it in ours for e in it.get("environment", ())}
        return str(values.get(variable, ""))

    def copy(self, base: str, images: dict[str, str], environment: Variables | None = None) -> str:
        """Registers a copy of `base` with other images (by container name) and answers its ARN.

        `environment` are variables with other values, by container name. Every field that
        RegisterTaskDefinition takes is kept, known to opsctl or not. Where the family's latest
        revision already is that copy, it is answered and nothing is registered.
        """
        wanted = self._input(base, images, environment)
        for arn in self.latest(wanted["family"], limit=1):
            if self._input(arn, {}) == wanted:
                return arn
        answer = self._client.register_task_definition(**wanted)
        return str(answer["taskDefinition"]["taskDefinitionArn"])

    def is_copy(
        self, name: str, base: str, images: dict[str, str], environment: Variables | None = None
    ) -> bool:
        """Whether a revision is `base` with other images and variables."""
        return name != base and self._input(name, {}) == self._input(base, images, environment)

    def resized(self, base: str, images: dict[str, str], cpu: int, memory: int) -> str:
        """Registers a copy of `base` for tasks of another size and answers its ARN.

        `cpu` in CPU units, `memory` in MiB, `images` by container name. A container that had the
        whole task for itself gets the whole of the new one. Where the family's latest revision
        already is that copy, it is answered.
        """
        wanted = self._resized(base, images, cpu, memory)
        for arn in self.latest(wanted["family"], limit=1):
            if self._input(arn, {}) == wanted:
                return arn
        answer = self._client.register_task_definition(**wanted)
        return str(answer["taskDefinition"]["taskDefinitionArn"])

    def is_resized(
        self, name: str, base: str, images: dict[str, str], cpu: int, memory: int
    ) -> bool:
        """Whether a revision is `base` with just that size and those images."""
        return name != base and self._input(name, {}) == self._resized(base, images, cpu, memory)

    def _resized(self, base: str, images: dict[str, str], cpu: int, memory: int) -> Document:
        document = self._input(base, images)
        whole = {"cpu": document.get("cpu"), "memory": document.get("memory")}
        sizes = {"cpu": cpu, "memory": memory}
        document |= {key: str(value) for key, value in sizes.items()}
        document["containerDefinitions"] = [
            {
                **container,
                **{k: v for k, v in sizes.items() if str(container.get(k) or "") == whole[k]},
            }
            for container in document["containerDefinitions"]
        ]
        return document

    def _input(
        self, name: str, images: dict[str, str], environment: Variables | None = None
    ) -> Document:
        """What RegisterTaskDefinition would take to make this revision again, but for images and
        variables."""
        answer = self._client.describe_task_definition(taskDefinition=name, include=["TAGS"])
        operation = self._client.meta.service_model.operation_model("RegisterTaskDefinition")
        accepted = operation.input_shape.members
        document = {k: v for k, v in answer["taskDefinition"].items() if k in accepted}
        if answer.get("tags"):
            document["tags"] = answer["tags"]
        document["containerDefinitions"] = [
            {
                **container,
                "image": images.get(container["name"], container["image"]),
                **_environment(container, (environment or {}).get(container["name"], {})),
            }
            for container in document["containerDefinitions"]
        ]
        return document


def _environment(container: Document, changes: dict[str, str]) -> Document:
    """The `environment` of a container with some values changed, in the order it has."""
    if not changes:
        return {}
    there = container.get("environment", [])
    names = {it["name"] for it in there}
    changed = [{**it, "value": changes.get(it["name"], it["value"])} for it in there]
    added = [{"name": k, "value": v} for k, v in changes.items() if k not in names]
    return {"environment": changed + added}


def _task_definition(it: Document) -> TaskDefinition:
    return TaskDefinition(
        arn=it["taskDefinitionArn"],
        family=it["family"],
        revision=it["revision"],
        active=it.get("status", "ACTIVE") == "ACTIVE",
        containers=tuple(_container(each) for each in it["containerDefinitions"]),
        execution_role=it.get("executionRoleArn", ""),
        task_role=it.get("taskRoleArn", ""),
        cpu=it.get("cpu", ""),
        memory=it.get("memory", ""),
        architecture=it.get("runtimePlatform", {}).get("cpuArchitecture", "X86_64"),
        requires=tuple(it.get("requiresCompatibilities", ())),
    )


def _container(it: Document) -> ContainerDefinition:
    return ContainerDefinition(
        name=it["name"],
        image=it["image"],
        essential=it.get("essential", True),
        ports=tuple(port["containerPort"] for port in it.get("portMappings", ())),
        secrets=tuple(SecretReference(s["name"], s["valueFrom"]) for s in it.get("secrets", ())),
        logs=_logs(it.get("logConfiguration") or {}),
        cpu=it.get("cpu", 0),
        memory=it.get("memory", 0),
        reserved=it.get("memoryReservation", 0),
    )


def _logs(it: Document) -> LogSettings | None:
    options = it.get("options", {})
    if it.get("logDriver") != "awslogs" or not options.get("awslogs-group"):
        return None
    return LogSettings(
        options["awslogs-group"],
        options.get("awslogs-region", ""),
        options.get("awslogs-stream-prefix", ""),
    )
