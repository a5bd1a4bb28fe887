"""From an operation to what it needs: which IAM actions, and on which resources.

Names differ, one operation may need several actions on several things, and some actions cannot
be limited to resources at all. The tests compare all of it with AWS's Service Authorization
Reference.
"""

from __future__ import annotations

from opsctl.aws.permissions import object_grants, service_grants
from opsctl.aws.permissions.actions import FREE, Grant, action
from opsctl.aws.permissions.needs import OWN_KEY, Need
from opsctl.aws.permissions.places import ANYWHERE


def grants(need: Need) -> tuple[Grant, ...]:
    """What an operation needs. Nothing for those that AWS lets everybody call."""
    if need.name in FREE:
        return ()
    if need.serves == OWN_KEY:
        return (Grant(need.name, "own keys", f"via {need.at}"),)
    if need.service == "kms":
        return (Grant(need.name, "signing key", "of its alias"),)
    found = _SPECIAL.get((need.name, need.at)) or _SPECIAL.get((need.name, ""))
    if found:
        return found
    place = need.at or _USUAL[need.service]
    return (Grant(action(need.name), _FIXED.get(need.name, place)),)


_SPECIAL = {**service_grants.SPECIAL, **object_grants.SPECIAL}

_USUAL = {
    "application-autoscaling": ANYWHERE,
    "backup": ANYWHERE,
    "cloudtrail": ANYWHERE,
    "cloudwatch": ANYWHERE,
    "cognito-idp": "pool",
    "dynamodb": "table",
    "ecr": "repository",
    "ecs": "service",
    "elbv2": ANYWHERE,
    "iam": "roles",
    "logs": "log group",
    "s3": "bucket",
    "s3control": ANYWHERE,
    "secretsmanager": "secret",
    "wafv2": ANYWHERE,
}
"""Where the operations of a service act, unless the table or what follows says otherwise."""

_FIXED = {
    "application-autoscaling:DescribeScalableTargets": ANYWHERE,
    "application-autoscaling:DescribeScalingPolicies": ANYWHERE,
    "backup:DescribeBackupVault": "vault",
    "backup:ListRecoveryPointsByBackupVault": "vault",
    "cloudwatch:DeleteAlarmMuteRule": "mute rules",
    "cloudwatch:DisableAlarmActions": "alarms",
    "cloudwatch:EnableAlarmActions": "alarms",
    "cloudwatch:GetAlarmMuteRule": "mute rules",
    "cloudwatch:ListAlarmMuteRules": "mute rules",
    "cognito-idp:ListUserPools": ANYWHERE,
    "dynamodb:DeleteBackup": "table backups",
    "dynamodb:DescribeBackup": "table backups",
    "dynamodb:ListBackups": ANYWHERE,
    "dynamodb:ListTables": ANYWHERE,
    "ecr:GetAuthorizationToken": ANYWHERE,
    "ecs:DescribeTaskDefinition": ANYWHERE,
    "ecs:ListTaskDefinitions": ANYWHERE,
    "ecs:DescribeTasks": "tasks",
    "logs:DescribeLogGroups": ANYWHERE,
    "logs:GetLogEvents": "log streams",
    "logs:StopQuery": ANYWHERE,
    "s3:ListBuckets": ANYWHERE,
    "s3control:DescribeJob": "jobs",
    "s3control:UpdateJobStatus": "jobs",
    "wafv2:GetIPSet": "IP sets",
    "wafv2:GetWebACL": "web ACLs",
    "wafv2:UpdateIPSet": "IP sets",
}
"""Operations that act at one place only."""
