"""Jobs of S3 Batch Operations that copy a bucket, for buckets beyond one machine."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from opsctl.aws.gateway import Gateway
from opsctl.aws.object_history import RESERVED
from opsctl.errors import NotFound, StepFailed
from opsctl.plan import Json, Progress

REPORTS = f"{RESERVED}batch"
"""Where the reports of jobs lie in the backup bucket."""
_ACTIVE = (
    "New",
    "Preparing",
    "Suspended",
    "Ready",
    "Active",
    "Pausing",
    "Paused",
    "Completing",
)
_FAILED = ("Failed", "Failing", "Cancelled", "Cancelling")
_OURS = "opsctl backup "


@dataclass(frozen=True)
class Job:
    """One job. `backup` is the name that opsctl gave it; counts are of objects."""

    id: str
    backup: str
    status: str
    created: datetime
    total: int
    succeeded: int
    failed: int


class BatchJobs(Gateway):
    """S3 Batch Operations in the target's account, in the region of the backup bucket."""

    _clients: tuple[Any, ...] = ()

    def _control(self, bucket: str) -> Any:
        client = self.aws.client("s3control", self.aws.s3.bucket(bucket).region or None)
        if self.aws.target.endpoint_url and client not in self._clients:
            # botocore puts the account before the name of any endpoint, and an address has none.
            client.meta.events.register_first("request-created.s3-control", self._at_endpoint)
            self._clients = (*self._clients, client)
        return client

    def _at_endpoint(self, request: Any, **_: Any) -> None:
        target = self.aws.target
        request.url = request.url.replace(f"://{target.account}.", "://", 1)

    def under_way(self, backup_bucket: str) -> tuple[Job, ...]:
        """Jobs that opsctl began and that have not ended."""
        return tuple(self._jobs(backup_bucket, _ACTIVE))

    def copy(self, source: str, backup_bucket: str, name: str, role: str) -> dict[str, Json]:
        """Begins a job that copies every object of `source`; a second time it is the same job.

        Answers `job`, its id. S3 makes the list of objects itself.
        """
        partition = self.aws.sts.caller().arn.split(":")[1]
        arn = f"arn:{partition}:s3:::"
        account = self.aws.target.account
        made = self._control(backup_bucket).create_job(
            AccountId=account,
            ConfirmationRequired=False,
            ClientRequestToken=name,
            Description=f"{_OURS}{name}",
            Priority=10,
            RoleArn=role,
            Operation={"S3PutObjectCopy": {"TargetResource": arn + backup_bucket}},
            ManifestGenerator={
                "S3JobManifestGenerator": {
                    "SourceBucket": arn + source,
                    "ExpectedBucketOwner": account,
                    "EnableManifestOutput": False,
                }
            },
            Report={
                "Bucket": arn + backup_bucket,
                "Prefix": REPORTS,
                "Format": "Report_CSV_20180820",
                "Enabled": True,
                "ReportScope": "FailedTasksOnly",
            },
        )
        return {"job": str(made["JobId"])}

    def followed(
        self, backup_bucket: str, job: str = "", subject: dict[str, Json] | None = None
    ) -> Progress:
        """How far a job is; `subject` is what `copy` answered. Raises StepFailed when it failed,
        or objects of it did."""
        wanted = job or str((subject or {})["job"])
        found = self._control(backup_bucket).describe_job(
            AccountId=self.aws.target.account, JobId=wanted
        )["Job"]
        it = _job(found)
        counts = f"{it.succeeded:,} of {it.total:,} copied"
        if it.failed:
            counts += f", {it.failed:,} failed"
        where = f"Its report: s3://{backup_bucket}/{REPORTS}/job-{wanted}/"
        if it.status in _FAILED:
            reasons = "; ".join(
                f"{each.get('FailureCode', '')} {each.get('FailureReason', '')}".strip()
                for each in found.get("FailureReasons", ())
            )
            raise StepFailed(f"Job {wanted} ended as {it.status}: {reasons or counts}", hint=where)
        if it.status == "Complete" and it.failed:
            raise StepFailed(f"Job {wanted}: {counts}.", hint=where)
        counted = (it.succeeded + it.failed, it.total) if it.total else None
        return Progress(it.status == "Complete", f"{it.status.lower()}: {counts}", counted=counted)

    def cancel(self, backup_bucket: str, name: str) -> None:
        """Cancels the job of a backup; what it copied stays. Raises NotFound when none runs."""
        for job in self.under_way(backup_bucket):
            if job.backup == name:
                control = self._control(backup_bucket)
                with suppress(control.exceptions.JobStatusException):  # it has just ended
                    control.update_job_status(
                        AccountId=self.aws.target.account,
                        JobId=job.id,
                        RequestedJobStatus="Cancelled",
                    )
                    return
        raise NotFound(f"No job of {name} is under way.")

    def _jobs(self, backup_bucket: str, statuses: tuple[str, ...]) -> Iterator[Job]:
        client = self._control(backup_bucket)
        words = {"AccountId": self.aws.target.account, "JobStatuses": list(statuses)}
        while True:
            answer = client.list_jobs(**words)
            for found in answer.get("Jobs", ()):
                if str(found.get("Description", "")).startswith(_OURS):
                    yield _job(found)
            if not answer.get("NextToken"):
                return
            words["NextToken"] = answer["NextToken"]


def _job(found: Any) -> Job:
    progress = found.get("ProgressSummary", {})
    return Job(
        found["JobId"],
        str(found.get("Description", "")).removeprefix(_OURS),
        found["Status"],
        found["CreationTime"],
        int(progress.get("TotalNumberOfTasks", 0)),
        int(progress.get("NumberOfTasksSucceeded", 0)),
        int(progress.get("NumberOfTasksFailed", 0)),
    )
