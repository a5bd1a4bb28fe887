"""Permissions of guarding: alarms, blocked addresses, secrets, and users kept out."""

from __future__ import annotations

from opsctl.aws.permissions.needs import Row, check, own_key, undo, work
from opsctl.aws.permissions.releases import CALLER, FOLLOW

ALARMS = (
    *work("cloudwatch", "DescribeAlarms"),
    *check("cloudwatch", "ListAlarmMuteRules GetAlarmMuteRule"),
)
IP_SETS = (
    *work("wafv2", "ListIPSets GetIPSet"),
    *check("wafv2", "ListWebACLs GetWebACL"),
)
BLOCK = (*CALLER, *IP_SETS, *work("wafv2", "UpdateIPSet"), *undo("wafv2", "UpdateIPSet"))

READERS = work("ecs", "ListServices DescribeServices", "services")
VERSIONS = work("secretsmanager", "DescribeSecret ListSecretVersionIds GetSecretValue")
CLIENT_SECRETS = check("cognito-idp", "ListUserPoolClientSecrets")
SECRETS = (
    *VERSIONS,
    *own_key("secretsmanager", "Decrypt"),
    *READERS,
    *work("ecs", "DescribeTaskDefinition ListTasks DescribeTasks"),
    *CLIENT_SECRETS,
)
RESTART_READERS = (
    *FOLLOW,
    *work(
        "ecs",
        "UpdateService ListServiceDeployments DescribeServiceDeployments DescribeServiceRevisions",
        "services",
    ),
)
ROTATE = (
    *SECRETS,
    *RESTART_READERS,
    *work("secretsmanager", "PutSecretValue"),
    *own_key("secretsmanager", "GenerateDataKey"),
    *undo("secretsmanager", "UpdateSecretVersionStage"),
    *undo("ecs", "UpdateService", "services"),
)
PERSON = (
    *CALLER,
    *work("cognito-idp", "AdminGetUser ListUsers DescribeUserPoolClient"),
    *check(
        "cognito-idp",
        "ListUserPoolClients",
        unseen="only where user_pool_client is not configured",
    ),
)
SIGN_OUT = "AdminDisableUser AdminUserGlobalSignOut"

_MUTES = (
    "AWS asks for `cloudwatch:PutAlarmMuteRule` on **both** the mute rule and each alarm, and "
    "shows composite alarms only to whom `cloudwatch:DescribeAlarms` is allowed on every resource. "
    "Where mute rules are not to be used: `cloudwatch:DisableAlarmActions` and "
    "`cloudwatch:EnableAlarmActions`. Without `cloudwatch:ListAlarmMuteRules`, `alarms list` and "
    "`status` say that they did not look, and `alarms silence` switches actions off."
)
_RULES = (
    "Without `wafv2:ListWebACLs` or `wafv2:GetWebACL` the plan says that it does not know whether "
    "a rule blocks what the set holds."
)
_STAGE = "Whoever may not move the stage cannot take a failing value back: grant both or neither."
_CLEAR = (
    "`cognito-idp:DescribeUserPoolClient` answers the secret in clear, which opsctl neither keeps "
    "nor shows. `cognito-idp:InitiateAuth`, which tries the new one, needs no permission."
)
_SUB = "What is changed and checked is found by the sub. Each undo needs what the other does."


ROWS: dict[str, Row] = {
    "alarms list": Row(ALARMS, _MUTES),
    "alarms silence": Row(
        (
            *CALLER,
            *work("cloudwatch", "DescribeAlarms ListAlarmMuteRules GetAlarmMuteRule"),
            *work("cloudwatch", "PutAlarmMuteRule DisableAlarmActions"),
            *work("cloudwatch", "DeleteAlarmMuteRule", unseen="clears rules that are over"),
            *undo("cloudwatch", "DeleteAlarmMuteRule EnableAlarmActions GetAlarmMuteRule"),
        ),
        _MUTES,
    ),
    "alarms unsilence": Row(
        (
            *CALLER,
            *ALARMS,
            *work("cloudwatch", "DeleteAlarmMuteRule EnableAlarmActions"),
            *undo("cloudwatch", "PutAlarmMuteRule DisableAlarmActions"),
        ),
        _MUTES,
    ),
    "security blocked-ips": Row(IP_SETS, _RULES),
    "security block-ip": Row(BLOCK, _RULES),
    "security unblock-ip": Row(BLOCK, _RULES),
    "secrets list": Row(SECRETS, "Values are compared for their age, and never leave the process."),
    "secrets rotate hf": Row(
        (*CALLER, *ROTATE),
        f"And every other key of the secret but `cognito`. Everything that reads it is restarted. "
        f"{_STAGE}",
    ),
    "secrets rotate cognito": Row(
        (
            *CALLER,
            *ROTATE,
            *work(
                "cognito-idp",
                "AddUserPoolClientSecret ListUserPoolClientSecrets DescribeUserPoolClient "
                "InitiateAuth",
            ),
            *undo(
                "cognito-idp",
                "DeleteUserPoolClientSecret",
                unseen="ends the new secret of a rotation that failed; the gateway's own tests do",
            ),
        ),
        f"{_CLEAR} {_STAGE}",
    ),
    "secrets rotate access-key": Row(
        (
            *CALLER,
            *work("iam", "ListAccessKeys CreateAccessKey UpdateAccessKey DeleteAccessKey", "users"),
            *work("iam", "GetAccessKeyLastUsed", "users"),
            *undo("iam", "DeleteAccessKey UpdateAccessKey", "users"),
        ),
        "Name the user with `--user`, or the policy covers every user of the account.",
    ),
    "secrets revoke-old": Row(
        (
            *CALLER,
            *SECRETS,
            *work("cognito-idp", "DeleteUserPoolClientSecret DescribeUserPoolClient"),
            *work("cognito-idp", "ListUserPoolClientSecrets InitiateAuth"),
        ),
        _CLEAR,
    ),
    "user disable": Row(
        (
            *PERSON,
            *work("cognito-idp", SIGN_OUT),
            *undo("cognito-idp", "AdminEnableUser"),
        ),
        _SUB,
    ),
    "user enable": Row(
        (
            *PERSON,
            *work("cognito-idp", "AdminEnableUser"),
            *undo("cognito-idp", "AdminDisableUser"),
        ),
        _SUB,
    ),
}
