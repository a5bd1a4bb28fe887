"""Permissions of releases and of scaling: what each command asks of AWS."""

from __future__ import annotations

from opsctl.aws.permissions.needs import WRITES, Row, check, own_key, undo, work

CALLER = work("sts", "GetCallerIdentity")
SERVICE = work("ecs", "DescribeServices")
TASKS = work("ecs", "ListTasks DescribeTasks")
TARGETS = check("elbv2", "DescribeTargetHealth")
DEFINITION = work("ecs", "DescribeTaskDefinition")
HISTORY = work("ecs", "ListServiceDeployments DescribeServiceDeployments DescribeServiceRevisions")
PREFLIGHT = (
    *check("iam", "GetRole"),
    *check("logs", "DescribeLogGroups"),
    *check("secretsmanager", "GetSecretValue"),
    *own_key("secretsmanager", "Decrypt"),
    *check("elbv2", "DescribeTargetGroups"),
)
WHY = (*check("logs", "GetLogEvents"), *check("cloudtrail", "LookupEvents"))
"""Why tasks failed, and who else deployed."""
FOLLOW = (
    *CALLER,
    *SERVICE,
    *TASKS,
    *TARGETS,
    *HISTORY,
    *DEFINITION,
    *work("ecs", "UpdateService"),
    *PREFLIGHT,
    *WHY,
)
IMAGE = work("ecr", "DescribeImages BatchGetImage GetDownloadUrlForLayer")
REGISTER = work("ecs", "RegisterTaskDefinition ListTaskDefinitions")
BACK = undo("ecs", "UpdateService")
RELEASE = (*FOLLOW, *IMAGE, *REGISTER, *BACK)
ROLLBACK = (
    *FOLLOW,
    *IMAGE,
    *REGISTER,
    *work("ecs", "StopServiceDeployment ContinueServiceDeployment"),
    *BACK,
)

SILENCE = (
    *work("cloudwatch", "DescribeAlarms ListAlarmMuteRules GetAlarmMuteRule"),
    *work("cloudwatch", "PutAlarmMuteRule DeleteAlarmMuteRule"),
)
BOUNDS = work("application-autoscaling", "DescribeScalableTargets")
POLICIES = work("application-autoscaling", "DescribeScalingPolicies")
ACTIVITIES = check("application-autoscaling", "DescribeScalingActivities")
SCALE = (*CALLER, *SERVICE, *BOUNDS)

PUSH = work(
    "ecr",
    "BatchCheckLayerAvailability InitiateLayerUpload UploadLayerPart CompleteLayerUpload PutImage",
    unseen="Docker's own calls when it pushes",
)

_CHECKS = (
    "What only serves checks is looked at before the release and, where tasks fail, for the "
    "reason: without it the plan says what was not checked."
)
_ROLES_PASSED = (
    "`iam:PassRole` lets the new revision keep the roles of its tasks; name those roles with "
    "`--role`, or the policy passes any role that ECS tasks may take."
)
_TERRAFORM = (
    "And what Terraform needs, which this policy does not hold: to plan, the reads of every "
    "resource in the module and `s3:GetObject` on its state; to apply, the changes of what the "
    "plan changes, `s3:PutObject` on the state, and `s3:PutObject` with `s3:DeleteObject` on its "
    "`.tflock`. Terraform gets the credentials of the target, and no other."
)
_MUTE = "AWS asks for `cloudwatch:PutAlarmMuteRule` on **both** the mute rule and each alarm."


ROWS: dict[str, Row] = {
    "deploy": Row(RELEASE, f"{_CHECKS} {_ROLES_PASSED}"),
    "deploy --silence": Row((*RELEASE, *SILENCE), _MUTE),
    "deploy --build": Row(
        (*RELEASE, *work("ecr", "DescribeRepositories GetAuthorizationToken"), *PUSH),
        "`ecr:DescribeRepositories` tells whether tags can be moved.",
    ),
    "deploy --tag-release": Row(
        (*CALLER, *SERVICE, *TASKS, *TARGETS, *HISTORY, *DEFINITION, *WHY),
        "It changes nothing at AWS itself. Pushing needs the right to make tags on the Git remote.",
        records=WRITES,
    ),
    "deploy --terraform": Row(RELEASE, _TERRAFORM),
    "rollback": Row(
        ROLLBACK,
        "Registers a copy, and passes its roles, only for a revision that is INACTIVE or whose tag "
        f"was moved. {_ROLES_PASSED}",
    ),
    "rollback --list": Row(
        (
            *SERVICE,
            *HISTORY,
            *DEFINITION,
            *check("ecr", "DescribeImages"),
        )
    ),
    "rollback --silence": Row((*ROLLBACK, *SILENCE), _MUTE),
    "restart": Row(FOLLOW, _CHECKS),
    "restart --silence": Row((*FOLLOW, *SILENCE), _MUTE),
    "scale show": Row(
        (
            *SERVICE,
            *BOUNDS,
            *POLICIES,
            *ACTIVITIES,
        )
    ),
    "scale count": Row(
        (
            *SCALE,
            *work("ecs", "UpdateService"),
            *work("application-autoscaling", "RegisterScalableTarget"),
            *undo("ecs", "UpdateService"),
            *undo("application-autoscaling", "RegisterScalableTarget"),
        ),
        "Bounds are only written with `--move-bounds`.",
    ),
    "scale bounds": Row(
        (
            *SCALE,
            *work("application-autoscaling", "RegisterScalableTarget"),
            *undo("application-autoscaling", "RegisterScalableTarget"),
        )
    ),
    "scale cpu-target": Row(
        (
            *CALLER,
            *POLICIES,
            *work("application-autoscaling", "PutScalingPolicy"),
            *undo("application-autoscaling", "PutScalingPolicy"),
        ),
        "AWS keeps two alarms for such a policy, and asks for the right to write and delete them.",
    ),
    "scale task-size": Row(
        (*FOLLOW, *REGISTER, *BACK), f"What `deploy` needs but for the images. {_ROLES_PASSED}"
    ),
    "scale task-size --terraform": Row((*FOLLOW, *REGISTER, *BACK), _TERRAFORM),
    "undo": Row(
        FOLLOW,
        "This policy holds the undo of every command; that of the command itself has it too.",
    ),
}
