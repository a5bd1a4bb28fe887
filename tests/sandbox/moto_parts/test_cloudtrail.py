"""CloudTrail over the API."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest
from botocore.exceptions import ClientError

from opsctl.sandbox.emulator import Emulator
from opsctl.sandbox.seed import Accounts


@pytest.fixture
def aws(emulator: Emulator) -> Accounts:
    return Accounts(emulator.world, emulator.endpoint_url)


def events(aws: Accounts, **attribute: str) -> list[dict[str, Any]]:
    wanted = [{"AttributeKey": key, "AttributeValue": value} for key, value in attribute.items()]
    pages = aws.cloudtrail.get_paginator("lookup_events").paginate(LookupAttributes=wanted)
    return [event for page in pages for event in page["Events"]]


def test_a_change_is_an_event_with_who_and_what(aws: Accounts) -> None:
    aws.secretsmanager.put_secret_value(
        SecretId=aws.world.names.secret, SecretString='{"hf_api_key": "hf_topsecret"}'
    )
    newest = events(aws, EventName="PutSecretValue")[0]

    assert (newest["Username"], newest["EventSource"]) == (
        "terraform",
        "secretsmanager.amazonaws.com",
    )
    assert {
        "ResourceType": "AWS::SecretsManager::Secret",
        "ResourceName": aws.world.names.secret,
    } in (newest["Resources"])
    assert "hf_topsecret" not in newest["CloudTrailEvent"]


def test_a_refused_change_is_an_event_with_its_error(aws: Accounts) -> None:
    with pytest.raises(ClientError):
        aws.ecs.update_service(cluster=aws.world.names.cluster, service="nobody", desiredCount=1)
    (found,) = events(aws, ResourceName="nobody")

    assert json.loads(found["CloudTrailEvent"])["errorCode"] == "ServiceNotFoundException"


def test_reads_and_data_leave_no_event(aws: Accounts) -> None:
    before = len(events(aws))
    aws.ecs.list_clusters()
    aws.s3.put_object(Bucket=aws.world.names.bucket, Key="k", Body=b"")
    aws.s3.delete_object(Bucket=aws.world.names.bucket, Key="k")
    aws.cloudwatch.put_metric_data(Namespace="n", MetricData=[{"MetricName": "m", "Value": 1}])

    assert len(events(aws)) == before


def test_a_change_of_a_bucket_is_an_event(aws: Accounts) -> None:
    aws.s3.create_bucket(Bucket="another-bucket")

    assert [it["EventName"] for it in events(aws, ResourceName="another-bucket")] == [
        "CreateBucket"
    ]


def test_a_backup_of_a_table_is_an_event_that_names_both(aws: Accounts) -> None:
    aws.dynamodb.create_backup(TableName=aws.world.names.table, BackupName="nightly")
    newest = events(aws, EventName="CreateBackup")[0]
    parameters = json.loads(newest["CloudTrailEvent"])["requestParameters"]

    assert parameters == {"tableName": aws.world.names.table, "backupName": "nightly"}


def test_pages_are_stable_while_new_events_arrive(aws: Accounts) -> None:
    first = aws.cloudtrail.lookup_events(MaxResults=2)
    aws.sns.create_topic(Name="meanwhile")
    second = aws.cloudtrail.lookup_events(MaxResults=2, NextToken=first["NextToken"])

    ids = [it["EventId"] for it in (*first["Events"], *second["Events"])]
    assert len(set(ids)) == 4


def test_events_are_newest_first_and_within_the_time_asked_for(aws: Accounts) -> None:
    times = [it["EventTime"] for it in events(aws)]
    assert times == sorted(times, reverse=True)
    later = aws.world.clock() + timedelta(hours=1)
    found = aws.cloudtrail.lookup_events(StartTime=later, EndTime=later + timedelta(hours=1))
    assert found["Events"] == []


def test_no_seeded_secret_is_in_the_trail(aws: Accounts) -> None:
    assert "hf_sandbox" not in repr(events(aws))
    assert "Sandbox-only" not in repr(events(aws))


@pytest.mark.parametrize(
    ("request_", "code"),
    [
        ({"MaxResults": 51}, "InvalidMaxResultsException"),
        ({"NextToken": "stale"}, "InvalidNextTokenException"),
        (
            {"LookupAttributes": [{"AttributeKey": "EventName", "AttributeValue": "x"}] * 2},
            "InvalidLookupAttributesException",
        ),
    ],
)
def test_what_cloudtrail_would_refuse_is_refused(
    aws: Accounts, request_: dict[str, Any], code: str
) -> None:
    with pytest.raises(ClientError) as refusal:
        aws.cloudtrail.lookup_events(**request_)

    assert refusal.value.response["Error"]["Code"] == code
