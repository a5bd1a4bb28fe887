"""Credentials, permissions and clocks: the command that repairs it."""

import pytest
from botocore import exceptions as botocore

from opsctl import errors
from opsctl.aws import sign_in_failures
from opsctl.targets import Target


@pytest.fixture
def signed_in_by_profile(target: Target) -> Target:
    return Target(**{**vars(target), "profile": "ops"})


@pytest.mark.parametrize(
    ("error", "kind", "hint"),
    [
        (
            botocore.UnauthorizedSSOTokenError(),
            errors.NoAccess,
            "aws sso login --profile ops",
        ),
        (
            botocore.TokenRetrievalError(provider="sso", error_msg="expired"),
            errors.NoAccess,
            "aws sso login --profile ops",
        ),
        (botocore.LoginRefreshRequired(), errors.NoAccess, "aws login --profile ops"),
        (botocore.RefreshWithMFAUnsupportedError(), errors.NoAccess, "Run the command again."),
        (botocore.NoCredentialsError(), errors.NoAccess, "aws sso login --profile ops"),
        (
            botocore.PartialCredentialsError(provider="env", cred_var="AWS_SECRET_ACCESS_KEY"),
            errors.NoAccess,
            "aws sso login --profile ops",
        ),
        (
            botocore.CredentialRetrievalError(provider="custom-process", error_msg="no"),
            errors.NoAccess,
            "aws sso login --profile ops",
        ),
        (
            botocore.NoRegionError(),
            errors.BadConfig,
            "Correct ~/.aws/config, or `region` in opsctl.toml.",
        ),
    ],
)
def test_a_problem_found_before_aws_is_asked_names_its_repair(
    signed_in_by_profile: Target,
    error: Exception,
    kind: type[errors.OpsctlError],
    hint: str,
) -> None:
    failure = sign_in_failures.of_local_problem(error, signed_in_by_profile)
    assert type(failure) is kind
    assert failure.hint == hint


def test_what_is_no_such_problem_is_left_to_others() -> None:
    assert sign_in_failures.of_local_problem(ValueError("x"), None) is None


@pytest.mark.parametrize(
    ("operation", "action"),
    [
        ("ecs:UpdateService", "ecs:UpdateService"),
        ("elbv2:DescribeTargetHealth", "elasticloadbalancing:DescribeTargetHealth"),
        ("s3:HeadObject", "s3:GetObject"),
        ("s3:ListObjectsV2", "s3:ListBucket"),
        ("application-autoscaling:PutScalingPolicy", "application-autoscaling:PutScalingPolicy"),
    ],
)
def test_the_action_is_named_as_iam_names_it(operation: str, action: str) -> None:
    assert sign_in_failures.action_of(operation) == action
