"""AWS Backup: jobs that copy a resource into a vault, and the recovery points that are there."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from opsctl.aws.gateway import Gateway
from opsctl.errors import StepFailed
from opsctl.plan import Json, Progress

_FAILED = ("FAILED", "ABORTED", "ABORTING", "EXPIRED", "PARTIAL")


@dataclass(frozen=True)
class RecoveryPoint:
    """One backup in a vault. `kind` is AWS's: S3, DynamoDB; `bytes` is None while unknown."""

    arn: str
    vault: str
    resource: str
    """ARN of what was backed up."""
    kind: str
    status: str
    created: datetime
    bytes: int | None
    who: str
    """ARN of the role that made it, or the backup plan's."""
    deletes: str
    """When its lifecycle deletes it, ISO 8601; "" for never."""


class Vaults(Gateway):
    """AWS Backup in the target's region."""

    @property
    def _backup(self) -> Any:
        return self.aws.client("backup")

    def start(self, vault: str, resource: str, role: str, name: str) -> dict[str, Json]:
        """Begins a job that backs a resource (ARN) up; a second time it is the same job.

        Answers `job`, its id. A bucket needs versioning.
        """
        made = self._backup.start_backup_job(
            BackupVaultName=vault,
            ResourceArn=resource,
            IamRoleArn=role,
            IdempotencyToken=name,
            RecoveryPointTags={"opsctl": name},
        )
        return {"job": str(made["BackupJobId"])}

    def followed(self, job: str = "", subject: dict[str, Json] | None = None) -> Progress:
        """How far a job is; `subject` is what `start` answered. Raises StepFailed when it did
        not end well."""
        wanted = job or str((subject or {})["job"])
        found = self._backup.describe_backup_job(BackupJobId=wanted)
        state = str(found["State"])
        if state in _FAILED:
            why = found.get("StatusMessage") or "AWS gives no reason"
            raise StepFailed(
                f"Backup job {wanted} ended as {state}: {why}",
                hint=f"aws backup describe-backup-job --backup-job-id {wanted}",
            )
        percent = str(found.get("PercentDone", "")).partition(".")[0]
        size = int(found.get("BackupSizeInBytes", 0))
        words = f"{state.lower()}, {size:,} bytes"
        counted = (int(percent), 100) if percent.isdigit() else None
        return Progress(state == "COMPLETED", words, counted=counted)

    def under_way(self, resource: str) -> str:
        """The id of a job that backs the resource up right now; or ""."""
        for state in ("CREATED", "PENDING", "RUNNING"):
            answer = self._backup.list_backup_jobs(ByResourceArn=resource, ByState=state)
            for job in answer.get("BackupJobs", ()):
                return str(job["BackupJobId"])
        return ""

    def exists(self, vault: str) -> bool:
        """Whether there is a vault of that name. Raises NoAccess when that may not be asked."""
        try:
            self._backup.describe_backup_vault(BackupVaultName=vault)
        except self._backup.exceptions.ResourceNotFoundException:
            return False
        except self._backup.exceptions.ClientError as error:
            # AWS Backup answers AccessDenied for a vault that does not exist.
            if "does not exist" in str(error):
                return False
            raise
        return True

    def recovery_points(self, vault: str, resource: str) -> tuple[RecoveryPoint, ...]:
        """The recovery points of a resource (ARN) in a vault, the newest first."""
        found = sorted(self._points(vault, resource), key=lambda it: it.created, reverse=True)
        return tuple(found)

    def _points(self, vault: str, resource: str) -> Iterator[RecoveryPoint]:
        words: dict[str, Any] = {"BackupVaultName": vault, "ByResourceArn": resource}
        while True:
            answer = self._backup.list_recovery_points_by_backup_vault(**words)
            for found in answer.get("RecoveryPoints", ()):
                yield _point(found, vault)
            if not answer.get("NextToken"):
                return
            words["NextToken"] = answer["NextToken"]


def _point(found: Any, vault: str) -> RecoveryPoint:
    deletes = found.get("CalculatedLifecycle", {}).get("DeleteAt")
    size = found.get("BackupSizeInBytes")
    return RecoveryPoint(
        arn=found["RecoveryPointArn"],
        vault=found.get("BackupVaultName", vault),
        resource=found.get("ResourceArn", ""),
        kind=found.get("ResourceType", ""),
        status=found.get("Status", ""),
        created=found["CreationDate"],
        bytes=None if size is None else int(size),
        who=found.get("CreatedBy", {}).get("BackupPlanName", "") or found.get("IamRoleArn", ""),
        deletes=deletes.isoformat() if deletes else "",
    )
