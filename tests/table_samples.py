"""Backups, tables and settings to start a test from; each takes what the test is about."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from opsctl.aws.table_backups import Backup, Features
from opsctl.aws.table_restores import Origin
from opsctl.aws.table_settings import Settings

MADE = datetime(2026, 11, 24, 3, 15, tzinfo=UTC)
TABLE = "image_captions"
NEW = "image_captions-restored-20261124T0315"
ARN = "arn:aws:dynamodb:eu-west-1:123456789012:table/image_captions/backup/0"
FEATURES = Features("", "", 9, {"PK": "HASH"}, {})
ALARM: dict[str, Any] = {
    "AlarmName": "image-caption-gen-throttles-prod",
    "Namespace": "AWS/DynamoDB",
    "MetricName": "ReadThrottleEvents",
    "Statistic": "Sum",
    "Dimensions": [{"Name": "TableName", "Value": TABLE}],
    "Period": 60,
    "EvaluationPeriods": 1,
    "Threshold": 1.0,
    "ComparisonOperator": "GreaterThanThreshold",
}
SCALING: dict[str, Any] = {
    "index": "",
    "dimension": "dynamodb:table:WriteCapacityUnits",
    "minimum": 1,
    "maximum": 9,
    "policies": [
        {
            "name": "writes",
            "kind": "TargetTrackingScaling",
            "configuration": {
                "TargetValue": 70.0,
                "PredefinedMetricSpecification": {
                    "PredefinedMetricType": "DynamoDBWriteCapacityUtilization"
                },
            },
        }
    ],
}


def backup(days: int = 0, **changes: Any) -> Backup:
    """A usable backup on demand, made so many days before the newest."""
    made = Backup(
        arn=f"{ARN}{days}",
        name=f"opsctl-{days}",
        table=TABLE,
        status="AVAILABLE",
        kind="USER",
        created=MADE - timedelta(days=days),
    )
    return replace(made, **changes)


def origin(**changes: Any) -> Origin:
    """The table restored from `backup()`."""
    made = Origin(
        table=NEW,
        arn=f"arn:aws:dynamodb:eu-west-1:123456789012:table/{NEW}",
        status="ACTIVE",
        created="2026-11-24T04:00:00+00:00",
        backup=backup().arn,
        source=TABLE,
        moment=MADE,
        restoring=False,
    )
    return replace(made, **changes)


def settings(**changes: Any) -> Settings:
    """A table with everything set."""
    made = Settings(
        ttl="ttl",
        recovery_days=35,
        tags={"app": "captions"},
        stream="NEW_IMAGE",
        protected=True,
        insights=True,
        keys={"PK": "HASH", "SK": "RANGE"},
        scaling=(SCALING,),
        alarms=(ALARM,),
    )
    return replace(made, **changes)
