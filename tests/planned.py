"""Saved plans of Terraform for tests of procedures."""

from __future__ import annotations

from opsctl.aws.terraform_plans import Change, Planned
from opsctl.aws.tfvars import Value

RELEASE = (
    Change("aws_ecs_task_definition.app", "aws_ecs_task_definition", "replace", ("revision",)),
    Change("aws_ecs_service.app", "aws_ecs_service", "change", ("task_definition",)),
)
ALARM = Change("aws_cloudwatch_metric_alarm.it", "aws_cloudwatch_metric_alarm", "change")


def saved(
    *changes: Change,
    former: dict[str, Value],
    drifted: tuple[Change, ...] = (),
    size: tuple[Value, Value] = (256, 512),
) -> Planned:
    """A saved plan of prod's file."""
    return Planned("d1", changes, former, drifted, "prod.tfvars", size)
