"""What a saved Terraform plan would do, as `terraform show -json` tells it, and no value of it.

Only addresses, kinds, actions and the names of attributes are taken out of the document: values
may be secret, and Terraform marks only those that its configuration marks.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from opsctl.aws.tfvars import Value

_STATEFUL = (
    "aws_backup_vault",
    "aws_cognito_user_pool",
    "aws_db_",
    "aws_dynamodb_table",
    "aws_ecr_repository",
    "aws_efs_",
    "aws_kms_key",
    "aws_rds_",
    "aws_s3_bucket",
    "aws_secretsmanager_secret",
)
"""How the types begin whose resources hold what cannot be made again."""

_SETTINGS_OF_A_BUCKET = "aws_s3_bucket_"
"""These types are settings beside the bucket itself."""

_SERVING = ("aws_ecs_cluster", "aws_ecs_service", "aws_lb", "aws_alb", "aws_vpc", "aws_subnet")
"""How the types begin without which nothing is served while they are made anew."""

RELEASES = ("aws_ecs_service", "aws_ecs_task_definition")
"""The types that make a deployment."""

CREATE, CHANGE, REPLACE, DESTROY = "create", "change", "replace", "destroy"


@dataclass(frozen=True)
class Change:
    """One resource that would be changed. `kind` is its type, like `aws_ecs_service`."""

    address: str
    kind: str
    action: str
    """create, change, replace or destroy."""
    attributes: tuple[str, ...] = ()
    """The names of what would differ, without values."""

    @property
    def loses(self) -> bool:
        """Whether what the resource holds would be lost."""
        return self.action in (REPLACE, DESTROY) and (
            self.kind.startswith(_STATEFUL) and not self.kind.startswith(_SETTINGS_OF_A_BUCKET)
        )

    @property
    def interrupts(self) -> bool:
        """Whether nobody would be served meanwhile."""
        return self.action in (REPLACE, DESTROY) and self.kind.startswith(_SERVING)

    @property
    def releases(self) -> bool:
        """Whether it is part of a deployment."""
        return self.kind.startswith(RELEASES)


@dataclass(frozen=True)
class Planned:
    """A saved plan. `former` are the values in the tfvars file that it would replace."""

    digest: str
    """Which saved plan it is, for as long as this process lives."""
    changes: tuple[Change, ...]
    former: Mapping[str, Value] = field(default_factory=dict)
    drifted: tuple[Change, ...] = ()
    """What somebody changed outside Terraform since its last run."""
    tfvars: str = ""
    """The name of the file of variables."""
    size: tuple[Value, Value] = (None, None)
    """What that file says of task_cpu and task_memory, with the values that were asked for."""

    def of(self, action: str) -> tuple[Change, ...]:
        """The changes of one kind."""
        return tuple(it for it in self.changes if it.action == action)

    @property
    def severe(self) -> tuple[Change, ...]:
        """What cannot be taken back, or takes the service away while it is done."""
        return tuple(it for it in self.changes if it.loses or it.interrupts or it.action == DESTROY)

    @property
    def counts(self) -> dict[str, int]:
        """How many resources each action touches."""
        return {it: len(self.of(it)) for it in (CREATE, CHANGE, REPLACE, DESTROY)}

    @property
    def summary(self) -> str:
        """`1 to create, 1 to change, 1 to replace, 0 to destroy`."""
        return ", ".join(f"{count} to {action}" for action, count in self.counts.items())


def changes(document: Mapping[str, Any]) -> tuple[Change, ...]:
    """The changes that `terraform show -json PLAN` tells, without reads and no-ops."""
    return tuple(_changes(document.get("resource_changes", ())))


def drifted(document: Mapping[str, Any]) -> tuple[Change, ...]:
    """What the plan's refresh found changed outside Terraform."""
    return tuple(_changes(document.get("resource_drift", ())))


def _changes(entries: Any) -> Iterator[Change]:
    for it in entries:
        if it.get("mode", "managed") != "managed":
            continue
        action = _action(it["change"]["actions"])
        if action:
            yield Change(it["address"], _kind(it), action, tuple(_attributes(it["change"])))


def _action(actions: list[str]) -> str:
    if "create" in actions and "delete" in actions:
        return REPLACE
    return {"create": CREATE, "update": CHANGE, "delete": DESTROY}.get(actions[0], "")


def _kind(it: Mapping[str, Any]) -> str:
    """The type; where a module stands in for AWS with terraform_data, the name is the type."""
    return str(it["name"] if it["type"] == "terraform_data" else it["type"])


def _attributes(change: Mapping[str, Any]) -> Iterator[str]:
    before, after = change.get("before"), change.get("after")
    if not isinstance(before, dict) or not isinstance(after, dict):
        return
    unknown = change.get("after_unknown") or {}
    for name in sorted({*before, *after, *unknown}):
        if unknown.get(name) is True or before.get(name) != after.get(name):
            yield name
