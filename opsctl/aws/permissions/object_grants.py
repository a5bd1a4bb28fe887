"""Operations of S3 that need more than one action, or one that depends on what they are for."""

from __future__ import annotations

from opsctl.aws.permissions.actions import Grant, action, several


def _copy(source: str, target: str) -> tuple[Grant, ...]:
    """S3 copies with the tags, and may be asked for a version: each is an action of its own."""
    return (
        *several(source, "s3:GetObject", "s3:GetObjectTagging"),
        *several(source, "s3:GetObjectVersion", "s3:GetObjectVersionTagging"),
        *several(target, "s3:PutObject", "s3:PutObjectTagging"),
    )


SPECIAL: dict[tuple[str, str], tuple[Grant, ...]] = {
    ("s3:CopyObject", "backup bucket"): _copy("bucket objects", "backup bucket objects"),
    ("s3:CopyObject", "bucket"): (
        *_copy("bucket objects", "bucket objects"),
        *_copy("backup bucket objects", "bucket objects"),
    ),
    **{
        (f"s3:{name}", at): _copy(other, f"{at} objects")
        for name in ("CreateMultipartUpload", "UploadPartCopy", "CompleteMultipartUpload")
        for at, other in (
            ("backup bucket", "bucket objects"),
            ("bucket", "backup bucket objects"),
        )
    },
    **{
        ("s3:HeadObject", at): several(f"{at} objects", "s3:GetObject", "s3:GetObjectVersion")
        for at in ("bucket", "backup bucket")
    },
    **{
        (f"s3:{name}", at): several(f"{at} objects", "s3:DeleteObject", "s3:DeleteObjectVersion")
        for name in ("DeleteObject", "DeleteObjects")
        for at in ("data", "backup bucket")
    },
    ("s3:DeleteObject", "bucket"): (Grant("s3:DeleteObject", "bucket objects"),),
    **{
        ("s3:AbortMultipartUpload", at): (Grant("s3:AbortMultipartUpload", f"{at} objects"),)
        for at in ("data", "bucket", "backup bucket")
    },
    **{
        (f"s3:{name}", "data"): (Grant(action(f"s3:{name}"), "data buckets"),)
        for name in (
            "GetBucketLifecycleConfiguration",
            "GetBucketReplication",
            "GetBucketVersioning",
            "GetObjectLockConfiguration",
            "HeadBucket",
            "ListMultipartUploads",
            "ListObjectVersions",
            "ListObjectsV2",
        )
    },
    ("s3:ListObjectsV2", "records"): (Grant("s3:ListBucket", "records bucket"),),
}
"""(operation, `at` of the need) → what it needs."""
