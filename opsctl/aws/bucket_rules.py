"""What a bucket's own rules mean for an erasure or a copy: versions, locks, replicas."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from botocore.exceptions import ClientError

from opsctl.aws.gateway import Gateway

NONE_SET = frozenset(
    {
        "ObjectLockConfigurationNotFoundError",
        "ReplicationConfigurationNotFoundError",
        "NoSuchLifecycleConfiguration",
    }
)
_NOT_ALLOWED = frozenset(
    {"AccessDenied", "AllAccessDisabled", "MethodNotAllowed", "NotImplemented"}
)


@dataclass(frozen=True)
class Rules:
    """The rules of one bucket."""

    region: str
    versioning: str
    """`Enabled`, `Suspended`, `Off`, or "" where it could not be read."""
    mfa_delete: bool
    object_lock: str
    """The default of new versions, `COMPLIANCE 30 days`; `on` without one; "" for none."""
    replication: tuple[str, ...]
    """Buckets that get a copy of what is written. Deletions of versions are not replicated."""
    lifecycle_noncurrent_days: int | None
    """Days until a rule of the bucket deletes versions that are not current; None: never."""
    unknown: tuple[str, ...] = ()
    """What could not be read: `versioning`, `object lock`, `replication`, `lifecycle`."""


class BucketRules(Gateway):
    """Rules of buckets. `region` "" is the target's."""

    def rules(self, bucket: str, region: str = "") -> Rules:
        """Reads them. Raises NotFound or NoAccess when the bucket itself cannot be reached."""
        client = self.aws.client("s3", region or None)
        head = client.head_bucket(Bucket=bucket)
        unknown: list[str] = []

        def ask(what: str, read: Callable[..., Any]) -> dict[str, Any]:
            answer = _asked(read, bucket)
            if answer is None:
                unknown.append(what)
            return answer or {}

        versioning, lock, replication, lifecycle = self.aws.at_once(
            lambda: ask("versioning", client.get_bucket_versioning),
            lambda: ask("object lock", client.get_object_lock_configuration),
            lambda: ask("replication", client.get_bucket_replication),
            lambda: ask("lifecycle", client.get_bucket_lifecycle_configuration),
        )
        is_known = "versioning" not in unknown
        return Rules(
            region=head.get("BucketRegion", "") or region or self.aws.target.region,
            versioning=versioning.get("Status", "Off") if is_known else "",
            mfa_delete=versioning.get("MFADelete") == "Enabled",
            object_lock=_lock(lock.get("ObjectLockConfiguration", {})),
            replication=_destinations(replication.get("ReplicationConfiguration", {})),
            lifecycle_noncurrent_days=_noncurrent_days(lifecycle.get("Rules", [])),
            unknown=tuple(sorted(unknown)),
        )


def _asked(read: Callable[..., Any], bucket: str) -> dict[str, Any] | None:
    """The answer; {} where no such rule is set; None where it may not be read."""
    try:
        answer: dict[str, Any] = read(Bucket=bucket)
    except ClientError as error:
        code = error.response["Error"]["Code"]
        if code in NONE_SET:
            return {}
        if code in _NOT_ALLOWED:
            return None
        raise
    return answer


def _lock(configuration: dict[str, Any]) -> str:
    if configuration.get("ObjectLockEnabled") != "Enabled":
        return ""
    default = configuration.get("Rule", {}).get("DefaultRetention", {})
    for unit in ("Days", "Years"):
        if default.get(unit):
            return f"{default.get('Mode', '')} {default[unit]} {unit.lower()}"
    return "on"


def _destinations(configuration: dict[str, Any]) -> tuple[str, ...]:
    found = {
        rule["Destination"]["Bucket"].rpartition(":")[2]
        for rule in configuration.get("Rules", [])
        if rule.get("Status") == "Enabled"
    }
    return tuple(sorted(found))


def _noncurrent_days(rules: list[dict[str, Any]]) -> int | None:
    """The shortest of the rules that hold for the whole bucket or any part of it."""
    found = [
        int(rule["NoncurrentVersionExpiration"]["NoncurrentDays"])
        for rule in rules
        if rule.get("Status") == "Enabled"
        and "NoncurrentDays" in rule.get("NoncurrentVersionExpiration", {})
    ]
    return min(found, default=None)
