"""Operations of services that need more than the one action of their own name."""

from __future__ import annotations

from opsctl.aws.permissions.actions import Grant, several
from opsctl.aws.permissions.places import ANYWHERE


def _restored(*made_from: Grant) -> tuple[Grant, ...]:
    """AWS also asks for every right to write on the table that a restore makes."""
    writes = ("BatchWriteItem", "DeleteItem", "GetItem", "PutItem", "Query", "Scan", "UpdateItem")
    return (*made_from, *several("restored", *(f"dynamodb:{name}" for name in writes)))


def _scaling(name: str, namespace: str) -> Grant:
    return Grant(f"application-autoscaling:{name}", ANYWHERE, f"scaling of {namespace}")


_TRACKING = (
    Grant("cloudwatch:DescribeAlarms", ANYWHERE),
    *several("tracking alarms", "cloudwatch:PutMetricAlarm", "cloudwatch:DeleteAlarms"),
)
_PASS_TO_TASKS = Grant("iam:PassRole", "roles", "passed to ecs-tasks")
_ON_DEPLOYMENTS = ("service", "deployments")

SPECIAL: dict[tuple[str, str], tuple[Grant, ...]] = {
    **{
        (f"ecs:{name}", ""): tuple(Grant(f"ecs:{name}", place) for place in _ON_DEPLOYMENTS)
        for name in (
            "DescribeServiceDeployments",
            "StopServiceDeployment",
            "ContinueServiceDeployment",
        )
    },
    ("ecs:DescribeServiceRevisions", ""): (
        Grant("ecs:DescribeServiceRevisions", "service"),
        Grant("ecs:DescribeServiceRevisions", "revisions"),
    ),
    **{
        (f"ecs:{name}", "services"): several(f"{kind} of the cluster", f"ecs:{name}")
        + several("services", f"ecs:{name}")
        for name, kind in (
            ("DescribeServiceDeployments", "deployments"),
            ("DescribeServiceRevisions", "revisions"),
        )
    },
    ("ecs:ListServices", ""): (Grant("ecs:ListServices", ANYWHERE, "of the cluster"),),
    ("ecs:ListTasks", ""): (Grant("ecs:ListTasks", ANYWHERE, "of the cluster"),),
    ("ecs:RegisterTaskDefinition", ""): (
        Grant("ecs:RegisterTaskDefinition", "family"),
        _PASS_TO_TASKS,
    ),
    # Autoscaling asks, as the caller, for what it will do to the service, and for its own alarms.
    ("application-autoscaling:RegisterScalableTarget", ""): (
        _scaling("RegisterScalableTarget", "ecs"),
        *several("service", "ecs:DescribeServices", "ecs:UpdateService"),
    ),
    ("application-autoscaling:RegisterScalableTarget", "restored"): (
        _scaling("RegisterScalableTarget", "dynamodb"),
        *several("restored", "dynamodb:DescribeTable", "dynamodb:UpdateTable"),
    ),
    ("application-autoscaling:PutScalingPolicy", ""): (
        _scaling("PutScalingPolicy", "ecs"),
        *several("service", "ecs:DescribeServices", "ecs:UpdateService"),
        *_TRACKING,
    ),
    ("application-autoscaling:PutScalingPolicy", "restored"): (
        _scaling("PutScalingPolicy", "dynamodb"),
        *_TRACKING,
    ),
    ("application-autoscaling:DeregisterScalableTarget", "restored"): (
        _scaling("DeregisterScalableTarget", "dynamodb"),
    ),
    ("cloudwatch:PutAlarmMuteRule", ""): (
        Grant("cloudwatch:PutAlarmMuteRule", "alarms"),
        Grant("cloudwatch:PutAlarmMuteRule", "mute rules"),
    ),
    # Older pages of AWS give it no resource, and an answer belongs to an id, not to a group.
    ("logs:GetQueryResults", ""): (Grant("logs:GetQueryResults", ANYWHERE),),
    ("dynamodb:Query", ""): (Grant("dynamodb:Query", "table"), Grant("dynamodb:Query", "indexes")),
    ("dynamodb:RestoreTableFromBackup", ""): _restored(
        Grant("dynamodb:RestoreTableFromBackup", "table backups"),
        Grant("dynamodb:RestoreTableFromBackup", "restored"),
    ),
    ("dynamodb:RestoreTableToPointInTime", ""): _restored(
        Grant("dynamodb:RestoreTableToPointInTime", "table"),
        Grant("dynamodb:RestoreTableToPointInTime", "restored"),
    ),
    ("backup:StartBackupJob", ""): (
        Grant("backup:StartBackupJob", "vault"),
        Grant("iam:PassRole", "backup role", "passed to backup"),
    ),
    ("s3control:CreateJob", ""): (
        Grant("s3:CreateJob", ANYWHERE),
        Grant("iam:PassRole", "backup role", "passed to batchoperations.s3"),
    ),
}
"""(operation, `at` of the need) → what it needs; `at` "" for wherever else."""
