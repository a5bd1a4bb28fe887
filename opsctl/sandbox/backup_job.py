"""A job of AWS Backup, and the recovery point that it makes: what they are at a moment."""

from __future__ import annotations

import uuid
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

WAITS = timedelta(seconds=0.4)
TAKES = timedelta(seconds=1.2)


@dataclass(eq=False)
class BackupJob:
    """`resource` is an ARN, `kind` S3 or DynamoDB. `why` is set for a job that fails."""

    vault: str
    vault_arn: str
    resource: str
    kind: str
    role: str
    token: str
    created: datetime
    point: str
    """ARN of the recovery point."""
    size: int
    account: str
    lifecycle: dict[str, int] = field(default_factory=dict)
    tags: dict[str, str] = field(default_factory=dict)
    why: str = ""
    stopped: datetime | None = None
    deleted: bool = False
    """The recovery point was deleted."""
    id: str = field(default_factory=lambda: str(uuid.uuid4()).upper())

    @property
    def due(self) -> datetime:
        """When it ends, if nobody stops it."""
        return self.created + WAITS + (timedelta() if self.why else TAKES)

    def state(self, now: datetime) -> str:
        """CREATED, RUNNING, COMPLETED, FAILED or ABORTED."""
        if self.stopped:
            return "ABORTED"
        if now < self.created + WAITS:
            return "CREATED"
        if now < self.due:
            return "RUNNING"
        return "FAILED" if self.why else "COMPLETED"

    def share(self, now: datetime) -> float:
        """How much of it is done, 0 to 1."""
        if self.why or self.stopped:
            return 0.0
        return min(1.0, max(0.0, (now - self.created - WAITS) / TAKES))

    def described(self, now: datetime) -> dict[str, Any]:
        """What DescribeBackupJob and ListBackupJobs tell."""
        state = self.state(now)
        ended = self.stopped or (self.due if state in ("COMPLETED", "FAILED") else None)
        told = {
            "AccountId": self.account,
            "BackupJobId": self.id,
            "BackupVaultName": self.vault,
            "BackupVaultArn": self.vault_arn,
            "RecoveryPointArn": self.point,
            "ResourceArn": self.resource,
            "ResourceType": self.kind,
            "ResourceName": name_of(self.resource),
            "CreationDate": self.created,
            "CompletionDate": ended,
            "State": state,
            "StatusMessage": self.why if state == "FAILED" else None,
            "PercentDone": f"{100 * self.share(now):.1f}",
            "BackupSizeInBytes": self.size if state == "COMPLETED" else 0,
            "BytesTransferred": int(self.size * self.share(now)),
            "IamRoleArn": self.role,
        }
        return {key: it for key, it in told.items() if it is not None}

    def recovery_point(self, now: datetime) -> dict[str, Any] | None:
        """What tells of its recovery point; None where there is none."""
        state = self.state(now)
        if self.deleted or state not in ("RUNNING", "COMPLETED"):
            return None
        told: dict[str, Any] = {
            "RecoveryPointArn": self.point,
            "BackupVaultName": self.vault,
            "BackupVaultArn": self.vault_arn,
            "ResourceArn": self.resource,
            "ResourceType": self.kind,
            "ResourceName": name_of(self.resource),
            "IamRoleArn": self.role,
            "Status": "COMPLETED" if state == "COMPLETED" else "CREATING",
            "CreationDate": self.created,
            "BackupSizeInBytes": self.size if state == "COMPLETED" else 0,
            "IsEncrypted": False,
            "Lifecycle": self.lifecycle,
        }
        if state == "COMPLETED":
            told["CompletionDate"] = self.due
        days = self.lifecycle.get("DeleteAfterDays")
        if days:
            told["CalculatedLifecycle"] = {"DeleteAt": self.created + timedelta(days=days)}
        return told


def name_of(resource: str) -> str:
    """The name of a bucket or a table, from its ARN."""
    return resource.rpartition(":")[2].rpartition("/")[2]
