"""IAM names some actions otherwise than the API names the operation."""

from __future__ import annotations

import pytest

from opsctl.aws.permissions.actions import Grant, action, several


@pytest.mark.parametrize(
    ("operation", "named"),
    [
        ("ecs:UpdateService", "ecs:UpdateService"),
        ("elbv2:DescribeTargetHealth", "elasticloadbalancing:DescribeTargetHealth"),
        ("s3:HeadObject", "s3:GetObject"),
        ("s3:ListObjectVersions", "s3:ListBucketVersions"),
        ("s3control:CreateJob", "s3:CreateJob"),
    ],
)
def test_an_operation_needs_an_action(operation: str, named: str) -> None:
    assert action(operation) == named


def test_several_actions_on_one_place() -> None:
    assert several("table", "a:B", "a:C") == (Grant("a:B", "table"), Grant("a:C", "table"))
