"""Contributor Insights of the sandbox."""

from __future__ import annotations

from typing import Any

import boto3

from opsctl.sandbox.emulator import Emulator


def client(emulator: Emulator) -> Any:
    return boto3.client(
        "dynamodb",
        endpoint_url=emulator.endpoint_url,
        region_name="us-east-1",
        aws_access_key_id="test",
        aws_secret_access_key="test",
    )


def test_they_are_off_until_they_are_switched_on(emulator: Emulator) -> None:
    dynamodb = client(emulator)
    table = {"TableName": "image_captions"}
    read = dynamodb.describe_contributor_insights
    assert read(**table)["ContributorInsightsStatus"] == "DISABLED"
    dynamodb.update_contributor_insights(**table, ContributorInsightsAction="ENABLE")
    assert read(**table)["ContributorInsightsStatus"] == "ENABLED"
    dynamodb.update_contributor_insights(**table, ContributorInsightsAction="DISABLE")
    assert read(**table)["ContributorInsightsStatus"] == "DISABLED"
