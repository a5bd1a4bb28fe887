"""S3 Batch Operations through boto3: a job really copies, reports, and can be stopped."""

from __future__ import annotations

import json
from typing import Any

import pytest
from botocore.exceptions import ClientError

ACCOUNT = "123456789012"
ROLE = f"arn:aws:iam::{ACCOUNT}:role/copies"
MANIFEST = {
    "Spec": {"Format": "S3BatchOperations_CSV_20180820", "Fields": ["Bucket", "Key", "VersionId"]},
    "Location": {"ObjectArn": "arn:aws:s3:::copies/m.csv", "ETag": "0"},
}
KEYS = ("images/a/1", "images/ü +&/2", "images/b/3")


@pytest.fixture
def s3(still: Any) -> Any:
    account = still
    made = account.client("s3")
    for name in ("pictures", "copies"):
        made.create_bucket(Bucket=name)
        made.put_bucket_versioning(Bucket=name, VersioningConfiguration={"Status": "Enabled"})
    for key in (*KEYS, "images/gone"):
        made.put_object(Bucket="pictures", Key=key, Body=key.encode(), Metadata={"of": "me"})
    made.delete_object(Bucket="pictures", Key="images/gone")
    trust = {"Statement": [{"Principal": {"Service": "batchoperations.s3.amazonaws.com"}}]}
    account.world.backend("iam").create_role("copies", json.dumps(trust), "/", None, "", [], 3600)
    return made


@pytest.fixture
def control(account: Any) -> Any:
    import boto3
    from botocore.config import Config

    session: Any = boto3.Session(
        aws_access_key_id="test", aws_secret_access_key="test", region_name="us-east-1"
    )
    account.client("s3")
    made = session.client(
        "s3control",
        endpoint_url=account.endpoint_url,
        config=Config(inject_host_prefix=False, retries={"total_max_attempts": 1}),
    )
    # botocore puts the account before the name of any endpoint, and an address has no names.
    made.meta.events.register_first("request-created.s3-control", _to_the_endpoint)
    return made


def _to_the_endpoint(request: Any, **_: Any) -> None:
    request.url = request.url.replace(f"://{ACCOUNT}.", "://", 1)


def request(**over: Any) -> dict[str, Any]:
    return {
        "AccountId": ACCOUNT,
        "ConfirmationRequired": False,
        "ClientRequestToken": "once",
        "Description": "opsctl backup",
        "Priority": 10,
        "RoleArn": ROLE,
        "Operation": {"S3PutObjectCopy": {"TargetResource": "arn:aws:s3:::copies"}},
        "ManifestGenerator": {
            "S3JobManifestGenerator": {
                "SourceBucket": "arn:aws:s3:::pictures",
                "EnableManifestOutput": False,
            }
        },
        "Report": {
            "Bucket": "arn:aws:s3:::copies",
            "Prefix": "reports",
            "Format": "Report_CSV_20180820",
            "Enabled": True,
            "ReportScope": "AllTasks",
        },
        **over,
    }


def begin(control: Any, **over: Any) -> str:
    return str(control.create_job(**request(**over))["JobId"])


def describe(control: Any, job: str) -> dict[str, Any]:
    found: dict[str, Any] = control.describe_job(AccountId=ACCOUNT, JobId=job)["Job"]
    return found


def copied(s3: Any) -> list[str]:
    return [it["Key"] for it in s3.list_objects_v2(Bucket="copies").get("Contents", [])]


def test_every_current_object_is_copied_and_reported(s3: Any, control: Any, account: Any) -> None:
    job = begin(control)
    assert describe(control, job)["Status"] == "New"
    account.advance(3)
    images = [key for key in copied(s3) if key.startswith("images/")]
    assert images == sorted(KEYS)
    told = describe(control, job)
    assert told["Status"] == "Complete"
    assert told["ProgressSummary"]["TotalNumberOfTasks"] == 3
    assert told["ProgressSummary"]["NumberOfTasksSucceeded"] == 3
    assert told["Operation"]["S3PutObjectCopy"]["TargetResource"] == "arn:aws:s3:::copies"
    read = s3.get_object(Bucket="copies", Key=KEYS[1])
    assert (read["Body"].read().decode(), read["Metadata"]) == (KEYS[1], {"of": "me"})
    manifest = json.loads(
        s3.get_object(Bucket="copies", Key=f"reports/job-{job}/manifest.json")["Body"].read()
    )
    rows = s3.get_object(Bucket="copies", Key=manifest["Results"][0]["Key"])["Body"].read()
    assert rows.decode().count(",succeeded,,200,") == 3


def test_the_same_token_is_the_same_job_and_another_request_is_refused(
    s3: Any, control: Any
) -> None:
    assert begin(control) == begin(control)
    with pytest.raises(ClientError, match="IdempotencyException"):
        begin(control, Priority=5)


def test_a_manifest_names_keys_and_versions(s3: Any, control: Any, account: Any) -> None:
    old = s3.put_object(Bucket="pictures", Key="x", Body=b"old")["VersionId"]
    s3.put_object(Bucket="pictures", Key="x", Body=b"new")
    body = f"pictures,x,{old}\npictures,absent,\n".encode()
    etag = s3.put_object(Bucket="copies", Key="m.csv", Body=body)["ETag"]
    place = {"ObjectArn": "arn:aws:s3:::copies/m.csv", "ETag": etag}
    words = request(Manifest={**MANIFEST, "Location": place})
    del words["ManifestGenerator"]
    job = control.create_job(**words)["JobId"]
    account.advance(3)
    progress = describe(control, job)["ProgressSummary"]
    assert (progress["NumberOfTasksSucceeded"], progress["NumberOfTasksFailed"]) == (1, 1)
    assert s3.get_object(Bucket="copies", Key="x")["Body"].read() == b"old"


@pytest.mark.parametrize(
    ("over", "code"),
    [
        ({"RoleArn": f"arn:aws:iam::{ACCOUNT}:role/nobody"}, "AccessDenied"),
        (
            {
                "ManifestGenerator": {
                    "S3JobManifestGenerator": {
                        "SourceBucket": "arn:aws:s3:::nowhere",
                        "EnableManifestOutput": False,
                    }
                }
            },
            "NoSuchBucket",
        ),
    ],
)
def test_a_job_that_cannot_begin_has_failed_and_says_why(
    s3: Any, control: Any, account: Any, over: dict[str, Any], code: str
) -> None:
    job = begin(control, **over)
    account.advance(3)
    told = describe(control, job)
    assert (told["Status"], told["FailureReasons"][0]["FailureCode"]) == ("Failed", code)
    assert copied(s3) == []


def test_a_filter_chooses_by_the_beginning_of_keys(s3: Any, control: Any, account: Any) -> None:
    generator = request()["ManifestGenerator"]["S3JobManifestGenerator"]
    generator["Filter"] = {"KeyNameConstraint": {"MatchAnyPrefix": ["images/a/"]}}
    begin(control, ManifestGenerator={"S3JobManifestGenerator": generator})
    account.advance(3)
    assert [key for key in copied(s3) if key.startswith("images/")] == ["images/a/1"]


def test_a_job_can_be_cancelled_and_listed_by_its_state(
    s3: Any, control: Any, account: Any
) -> None:
    first = begin(control, ConfirmationRequired=True)
    second = begin(control, ClientRequestToken="twice")
    account.advance(3)
    listed = control.list_jobs(AccountId=ACCOUNT, JobStatuses=["Suspended"])["Jobs"]
    assert [(it["JobId"], it["Operation"]) for it in listed] == [(first, "S3PutObjectCopy")]
    control.update_job_status(
        AccountId=ACCOUNT, JobId=first, RequestedJobStatus="Cancelled", StatusUpdateReason="no"
    )
    assert describe(control, first)["Status"] == "Cancelled"
    page = control.list_jobs(AccountId=ACCOUNT, MaxResults=1)
    assert [it["JobId"] for it in page["Jobs"]] == [second]
    rest = control.list_jobs(AccountId=ACCOUNT, MaxResults=1, NextToken=page["NextToken"])
    assert [it["JobId"] for it in rest["Jobs"]] == [first]
    with pytest.raises(ClientError, match="JobStatusException"):
        control.update_job_status(AccountId=ACCOUNT, JobId=second, RequestedJobStatus="Cancelled")
    assert control.update_job_priority(AccountId=ACCOUNT, JobId=second, Priority=3)["Priority"] == 3


def test_an_unknown_job_is_not_found(s3: Any, control: Any) -> None:
    with pytest.raises(ClientError, match="NotFoundException"):
        describe(control, "nobody")


@pytest.mark.parametrize(
    "over",
    [
        {"Manifest": MANIFEST},
        {"Operation": {"S3DeleteObjectTagging": {}}},
        {"Report": {"Enabled": True}},
    ],
)
def test_what_is_not_done_here_is_refused(s3: Any, control: Any, over: dict[str, Any]) -> None:
    with pytest.raises(ClientError, match="BadRequestException"):
        begin(control, **over)


def test_calls_are_known_by_name_and_can_be_made_to_fail(
    s3: Any, control: Any, account: Any
) -> None:
    account.front.faults.add({"service": "s3control", "operation": "ListJobs", "code": "SlowDown"})
    with pytest.raises(ClientError, match="SlowDown"):
        control.list_jobs(AccountId=ACCOUNT)
    assert account.front.calls.listed()[-1]["operation"] == "ListJobs"
