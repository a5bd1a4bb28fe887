"""Which operations only read, held against every operation that botocore knows."""

import botocore.session
import pytest

from opsctl.aws.reads import CHANGES, READS, only_reads

SERVICES = [
    *("application-autoscaling", "cloudfront", "cloudtrail", "cloudwatch", "cognito-idp"),
    *("dynamodb", "ecr", "ecs", "elbv2", "iam", "kms", "logs", "s3", "secretsmanager"),
    *("signin", "sso", "sso-oidc", "sts", "wafv2"),
]

READ_BUT_NAMED_OTHERWISE = {
    "cloudtrail:LookupEvents",
    "cloudtrail:SearchSampleQueries",
    "cognito-idp:AdminGetDevice",
    "cognito-idp:AdminGetUser",
    "cognito-idp:AdminGetUserAuthFactors",
    "cognito-idp:AdminListDevices",
    "cognito-idp:AdminListGroupsForUser",
    "cognito-idp:AdminListUserAuthEvents",
    "cognito-idp:AdminListUserSessions",
    "dynamodb:BatchGetItem",
    "dynamodb:Query",
    "dynamodb:Scan",
    "dynamodb:SearchVectors",
    "dynamodb:TransactGetItems",
    "ecr:BatchCheckLayerAvailability",
    "ecr:BatchGetImage",
    "ecr:BatchGetRepositoryScanningConfiguration",
    "ecr:ValidatePullThroughCacheRule",
    "iam:SimulateCustomPolicy",
    "iam:SimulatePrincipalPolicy",
    "kms:Decrypt",
    "kms:Verify",
    "logs:FilterLogEvents",
    "logs:StartLiveTail",
    "logs:StartQuery",
    "logs:StopQuery",
    "logs:TestMetricFilter",
    "logs:TestTransformer",
    "s3:CreateSession",
    "s3:SelectObjectContent",
    "secretsmanager:BatchGetSecretValue",
    "secretsmanager:ValidateResourcePolicy",
    "signin:CreateOAuth2Token",
    "sso-oidc:CreateToken",
    "sts:AssumeRole",
    "sts:AssumeRoleWithSAML",
    "sts:AssumeRoleWithWebIdentity",
    "sts:DecodeAuthorizationMessage",
    "wafv2:CheckCapacity",
}


def every_operation() -> list[str]:
    session = botocore.session.Session()
    return [
        f"{service}:{operation}"
        for service in SERVICES
        for operation in session.get_service_model(service).operation_names
    ]


OPERATIONS = every_operation()


def reads(name: str) -> bool:
    return only_reads(*name.split(":"))


def test_what_reads_under_another_name_is_exactly_what_somebody_looked_at() -> None:
    plain = ("Describe", "List", "Get", "Head")
    found = {
        name for name in OPERATIONS if reads(name) and not name.partition(":")[2].startswith(plain)
    }
    # A newer botocore may know more; none of the known ones may change its side.
    assert found >= READ_BUT_NAMED_OTHERWISE
    assert not [name for name in found - READ_BUT_NAMED_OTHERWISE if name in READS]


def test_nothing_that_is_named_a_change_reads() -> None:
    verbs = ("Put", "Update", "Delete", "Create", "Register", "Deregister", "Stop", "Run", "Set")
    wrong = {
        name for name in OPERATIONS if name.partition(":")[2].startswith(verbs) and reads(name)
    }
    assert wrong == {"logs:StopQuery", "s3:CreateSession"} | {
        name for name in READS if name.partition(":")[2].startswith(verbs)
    }


def test_every_exception_is_an_operation_that_exists() -> None:
    assert set(OPERATIONS) >= READS | CHANGES


@pytest.mark.parametrize(
    "name",
    [
        "ecs:UpdateService",
        "ecs:StopServiceDeployment",
        "s3:PutObject",
        "s3:DeleteObjects",
        "dynamodb:BatchWriteItem",
        "dynamodb:ExecuteStatement",
        "cognito-idp:InitiateAuth",
        "cognito-idp:AdminInitiateAuth",
        "cognito-idp:GetUserAttributeVerificationCode",
        "secretsmanager:PutSecretValue",
        "sts:GetFederationToken",
        "logs:PutRetentionPolicy",
        "unheard-of:Frobnicate",
        "ec2:Getaway",
    ],
)
def test_a_change_is_a_change(name: str) -> None:
    assert not reads(name)
