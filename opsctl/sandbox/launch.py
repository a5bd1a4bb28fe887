"""What a task needs before its process starts: image, secrets, log stream, environment."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from opsctl.sandbox import container
from opsctl.sandbox.process import Launch
from opsctl.sandbox.registry import Image

if TYPE_CHECKING:
    from opsctl.sandbox.task import Task
    from opsctl.sandbox.world import World

SECRETS = (
    "ResourceInitializationError: unable to pull secrets or registry auth: execution resource "
    "retrieval failed: unable to retrieve secret from asm: service call has been retried "
    "1 time(s): "
)
PULL = (
    "CannotPullContainerError: pull image manifest has been retried 1 time(s): "
    "failed to resolve ref"
)
LOGGER = (
    "ResourceInitializationError: failed to validate logger args: create stream has been retried 1 "
    "times: failed to create Cloudwatch log stream: ResourceNotFoundException: The specified log "
    "group does not exist. : exit status 1"
)
TASK_KEY = "sandbox-task"
"""The access key of tasks: tells their calls from those of operators."""
ARCHITECTURES = {"X86_64": "amd64", "ARM64": "arm64"}


class CannotStart(Exception):
    """The task stops before it ran; the text is its `stoppedReason`."""


def prepare(world: World, task: Task) -> Launch:
    """Resolve everything as the container agent does. Raises CannotStart."""
    secrets = {
        each["name"]: secret_value(world, each["valueFrom"])
        for each in task.container.get("secrets", ())
    }
    image = _image(world, task)
    task.stream = _stream(world, task)
    plain = {each["name"]: each["value"] for each in task.container.get("environment", ())}
    for override in task.overrides.get("containerOverrides", ()):
        if override.get("name") == task.container["name"]:
            plain |= {each["name"]: each["value"] for each in override.get("environment", ())}
    of_image = container.environment(image.version)
    return Launch(task.id, image, {**of_image, **plain, **secrets, **_given(world, task, image)})


def _given(world: World, task: Task, image: Image) -> dict[str, str]:
    """What ECS and the machine add to the definition's environment."""
    return {
        "CAPTION_FAULT": image.fault,
        "OPSCTL_TASK_ID": task.id,
        "TASK_DEFINITION_REVISION": str(task.definition["revision"]),
        "AWS_ENDPOINT_URL": world.endpoint,
        "AWS_ACCESS_KEY_ID": TASK_KEY,
        "AWS_SECRET_ACCESS_KEY": "sandbox",
        "AWS_REGION": world.region,
        "AWS_DEFAULT_REGION": world.region,
        "AWS_EC2_METADATA_DISABLED": "true",
    }


def _image(world: World, task: Task) -> Image:
    """By the digest that the deployment resolved, so that a moved tag changes nothing."""
    uri = str(task.container["image"])
    resolved = task.rollout.revision.digests.get(task.container["name"]) if task.rollout else None
    if resolved and "@" not in uri:
        repository = uri.rpartition(":")[0] if ":" in uri.rpartition("/")[2] else uri
        pulled = world.registry.pull(f"{repository}@{resolved}")
    else:
        pulled = world.registry.pull(uri)
    if pulled is None:
        raise CannotStart(f"{PULL} {uri}: {uri}: not found")
    task.digest, task.image = pulled.digest, pulled.image
    return pulled.image


def fits(task: Task) -> bool:
    """Whether the image was built for the processor that the task runs on."""
    wanted = task.definition.get("runtimePlatform", {}).get("cpuArchitecture", "X86_64")
    return task.image is None or task.image.architecture == ARCHITECTURES.get(wanted, wanted)


def _stream(world: World, task: Task) -> tuple[str, str] | None:
    """Make the log stream `prefix/container/task`. None where the logs go nowhere."""
    configuration = task.container.get("logConfiguration", {})
    if configuration.get("logDriver") != "awslogs":
        return None
    options = configuration.get("options", {})
    group = options.get("awslogs-group", "")
    logs = world.backend("logs", options.get("awslogs-region", ""))
    if group not in logs.groups:
        if options.get("awslogs-create-group") != "true":
            raise CannotStart(LOGGER)
        logs.create_log_group(group, {})
    parts = (options.get("awslogs-stream-prefix", ""), task.container["name"], task.id)
    stream = "/".join(part for part in parts if part)
    logs.ensure_log_stream(group, stream)
    return group, stream


def secret_value(world: World, source: str) -> str:
    """What `valueFrom` names: a secret (its ARN, with `:key:stage:version`) or a parameter."""
    if source.startswith("arn:") and ":secretsmanager:" in source:
        parts = source.split(":")
        key, stage, version = [*parts[7:], "", "", ""][:3]
        return _from_secrets_manager(world, ":".join(parts[:7]), key, stage, version)
    return _from_parameters(world, source)


def _from_secrets_manager(world: World, arn: str, key: str, stage: str, version: str) -> str:
    text = secret_text(world, arn, stage or "AWSCURRENT", version)
    if text is None:
        raise CannotStart(
            f"{SECRETS}failed to fetch secret {arn} from secrets manager: "
            "ResourceNotFoundException: Secrets Manager can't find the specified secret."
        )
    if not key:
        return text
    try:
        value = json.loads(text)[key]
    except (ValueError, KeyError, TypeError):
        raise CannotStart(
            f"{SECRETS}retrieved secret from Secrets Manager did not contain json key {key}"
        ) from None
    return value if isinstance(value, str) else json.dumps(value)


def secret_text(world: World, arn: str, stage: str, version: str) -> str | None:
    """A version of a secret. moto keeps answering the old one after a stage was moved, so the
    stages are looked at here."""
    found: Any = world.backend("secretsmanager").secrets.get(arn)
    if found is None or found.deleted_date is not None:
        return None
    for version_id, held in found.versions.items():
        if version_id == version or (not version and stage in held["version_stages"]):
            text: str | None = held.get("secret_string")
            return text
    return None


def _from_parameters(world: World, source: str) -> str:
    found = world.backend("ssm").get_parameter(source)
    if found is None:
        raise CannotStart(
            "ResourceInitializationError: unable to pull secrets or registry auth: unable to "
            f"retrieve secrets from ssm: The task cannot find the parameter {source}."
        )
    return str(found.value)
