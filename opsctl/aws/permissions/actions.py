"""The IAM actions behind AWS's operations: their names, and on which place each is asked for."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, order=True)
class Grant:
    """One action on one place of `places.py`, under a condition of `conditions.py`; "" for none."""

    action: str
    place: str
    condition: str = ""


def several(place: str, *actions: str) -> tuple[Grant, ...]:
    """Some actions on one place."""
    return tuple(Grant(each, place) for each in actions)


def action(operation: str) -> str:
    """The first action of an operation: `s3:HeadObject` needs `s3:GetObject`."""
    service, _, name = operation.partition(":")
    return _RENAMED.get(operation, f"{_SERVICES.get(service, service)}:{name}")


FREE = frozenset({"sts:GetCallerIdentity", "cognito-idp:InitiateAuth"})
"""Everybody may call them: no policy is looked at."""

_SERVICES = {"elbv2": "elasticloadbalancing", "s3control": "s3"}

_RENAMED = {
    "s3:CopyObject": "s3:PutObject",
    "s3:CreateMultipartUpload": "s3:PutObject",
    "s3:CompleteMultipartUpload": "s3:PutObject",
    "s3:DeleteObjects": "s3:DeleteObject",
    "s3:GetBucketLifecycleConfiguration": "s3:GetLifecycleConfiguration",
    "s3:GetBucketReplication": "s3:GetReplicationConfiguration",
    "s3:GetObjectLockConfiguration": "s3:GetBucketObjectLockConfiguration",
    "s3:HeadBucket": "s3:ListBucket",
    "s3:HeadObject": "s3:GetObject",
    "s3:ListBuckets": "s3:ListAllMyBuckets",
    "s3:ListMultipartUploads": "s3:ListBucketMultipartUploads",
    "s3:ListObjectVersions": "s3:ListBucketVersions",
    "s3:ListObjects": "s3:ListBucket",
    "s3:ListObjectsV2": "s3:ListBucket",
    "s3:UploadPartCopy": "s3:PutObject",
}
