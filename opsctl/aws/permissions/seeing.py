"""Permissions of looking: status, metrics, diagnoses, logs, incidents, and the set-up itself."""

from __future__ import annotations

from opsctl.aws.permissions.needs import WRITES, Row, check, own_key, work
from opsctl.aws.permissions.releases import CALLER, HISTORY, SERVICE, TARGETS

DEPLOYMENTS = check(
    "ecs", "ListServiceDeployments DescribeServiceDeployments DescribeServiceRevisions"
)
TASKS = check("ecs", "ListTasks DescribeTasks")
SILENCES = check("cloudwatch", "ListAlarmMuteRules GetAlarmMuteRule")
BLOCKS = check("wafv2", "ListIPSets GetIPSet ListWebACLs GetWebACL")
SCALING = check("application-autoscaling", "DescribeScalableTargets DescribeScalingActivities")

STATUS = (
    *SERVICE,
    *TASKS,
    *DEPLOYMENTS,
    *check("ecs", "DescribeTaskDefinition"),
    *check("ecr", "DescribeImages"),
    *TARGETS,
    *SCALING,
    *check("cloudwatch", "DescribeAlarms GetMetricData"),
    *SILENCES,
    *BLOCKS,
)
NUMBERS = (
    *SERVICE,
    *DEPLOYMENTS,
    *work("elbv2", "DescribeTargetGroups"),
    *check("dynamodb", "DescribeTable"),
    *work("cloudwatch", "GetMetricData"),
    *work("cloudwatch", "ListMetrics", unseen="only where a metric gave nothing at all"),
)
SIGN_INS = check(
    "cognito-idp", "DescribeUserPool DescribeUserPoolClient ListUserPoolClientSecrets ListUsers"
)
ERROR_LINES = (*check("logs", "FilterLogEvents"), *own_key("logs", "Decrypt"))
SECRET_AGES = check("secretsmanager", "ListSecretVersionIds")
EVIDENCE = (*NUMBERS, *TARGETS, *SECRET_AGES)
BUSY = (*EVIDENCE, *TASKS, *SCALING, *ERROR_LINES)

GROUPS = work("ecs", "DescribeServices DescribeTaskDefinition")
QUERY = (
    *work("logs", "StartQuery GetQueryResults"),
    *work("logs", "StopQuery", unseen="Ctrl-C stops a query; the gateway's own tests do"),
)
LOG_KEY = own_key("logs", "Decrypt")
CHANGES = (
    *CALLER,
    *check("ecs", "ListServiceDeployments DescribeServiceDeployments DescribeServiceRevisions"),
    *check("cloudwatch", "DescribeAlarmHistory"),
    *check("cloudtrail", "LookupEvents"),
)

_LOGS = (
    "ECS tells the groups; without it, `log_group` of opsctl.toml is read. Groups of the service "
    "that have another name need the same."
)
_NOT_LOOKED = "What is not allowed is named as not looked at, and the rest is shown."
_INCIDENT = "What is not allowed is named as not examined. CloudTrail is also asked in us-east-1."

ROWS: dict[str, Row] = {
    "status": Row(
        STATUS, f"{_NOT_LOOKED} WAF is only asked while a block is over that opsctl made."
    ),
    "watch": Row(
        (
            *CALLER,
            *SERVICE,
            *TASKS,
            *DEPLOYMENTS,
            *check("ecs", "DescribeTaskDefinition"),
            *check("ecr", "DescribeImages"),
            *check("elbv2", "DescribeTargetHealth DescribeTargetGroups"),
            *SCALING,
            *check("cloudwatch", "DescribeAlarms GetMetricData"),
            *SILENCES,
            *BLOCKS,
            *check("dynamodb", "DescribeTable"),
            *check("logs", "FilterLogEvents GetLogEvents"),
            *LOG_KEY,
        ),
        f"{_NOT_LOOKED} `logs:GetLogEvents` opens the log of a task.",
    ),
    "verify": Row(
        (
            *SERVICE,
            *work("ecs", "ListTasks DescribeTasks"),
            *TARGETS,
            *HISTORY,
            *check("secretsmanager", "GetSecretValue", "smoke secret"),
            *own_key("secretsmanager", "Decrypt"),
        ),
        "The secret is the smoke user's (`smoke_secret`).",
    ),
    "metrics": Row(NUMBERS),
    "diagnose all": Row(
        (*BUSY, *SIGN_INS, *check("cloudwatch", "DescribeAlarms")),
        f"No value of a secret is read. {_NOT_LOOKED}",
    ),
    "diagnose errors": Row(BUSY),
    "diagnose latency": Row(BUSY),
    "diagnose auth": Row(
        (*EVIDENCE, *SIGN_INS, *check("cognito-idp", "AdminGetUser"), *ERROR_LINES),
        "`cognito-idp:AdminGetUser` looks at a named user.",
    ),
    "diagnose throttling": Row(EVIDENCE),
    "logs tail": Row((*GROUPS, *work("logs", "FilterLogEvents"), *LOG_KEY), _LOGS),
    "logs tail --live": Row(
        (*GROUPS, *work("logs", "FilterLogEvents StartLiveTail"), *LOG_KEY), _LOGS
    ),
    "logs tail --previous": Row(
        (
            *GROUPS,
            *work("ecs", "ListTasks DescribeTasks"),
            *work("logs", "FilterLogEvents"),
            *check("logs", "DescribeLogStreams", unseen="finds a task that ECS has forgotten"),
            *LOG_KEY,
        ),
        "`logs:DescribeLogStreams` finds a task that ECS has forgotten.",
    ),
    "logs search": Row((*GROUPS, *work("logs", "FilterLogEvents"), *LOG_KEY), _LOGS),
    "logs query": Row(
        (*GROUPS, *QUERY, *LOG_KEY),
        f"{_LOGS} Ctrl-C stops the query.",
    ),
    "security events": Row(
        work("cloudtrail", "LookupEvents"), "It is asked in the home region and in us-east-1."
    ),
    "incident show": Row(CHANGES, _INCIDENT),
    "incident report": Row(CHANGES, _INCIDENT, records=WRITES),
    "whoami": Row(CALLER, records=""),
    "doctor": Row(
        (
            *CALLER,
            *check("ecs", "DescribeServices DescribeTaskDefinition"),
            *check("ecr", "BatchGetImage"),
            *check("logs", "DescribeLogGroups"),
            *check("secretsmanager", "DescribeSecret"),
            *check("s3", "HeadBucket GetBucketVersioning"),
            *check("dynamodb", "DescribeTable"),
            *check("cognito-idp", "DescribeUserPool DescribeUserPoolClient"),
            *check("wafv2", "ListIPSets"),
            *check("cloudwatch", "DescribeAlarms"),
            *SILENCES,
        ),
        "What is not allowed is shown as a check that failed, with the action.",
    ),
}
