"""What a bucket's own rules mean for an erasure or a copy."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from scripted_aws import Asked, Reply, ScriptedAws, refusal

from opsctl.aws import Aws
from opsctl.aws.bucket_rules import Rules
from opsctl.errors import NotFound, Unreachable

LOCK = (
    "<ObjectLockConfiguration><ObjectLockEnabled>Enabled</ObjectLockEnabled><Rule>"
    "<DefaultRetention><Mode>COMPLIANCE</Mode><Days>30</Days></DefaultRetention></Rule>"
    "</ObjectLockConfiguration>"
)
REPLICATION = (
    "<ReplicationConfiguration><Role>r</Role>"
    "<Rule><Status>Enabled</Status><Destination><Bucket>arn:aws:s3:::copies</Bucket></Destination>"
    "</Rule><Rule><Status>Disabled</Status><Destination><Bucket>arn:aws:s3:::off</Bucket>"
    "</Destination></Rule></ReplicationConfiguration>"
)
LIFECYCLE = (
    "<LifecycleConfiguration>"
    "<Rule><ID>a</ID><Status>Enabled</Status><NoncurrentVersionExpiration><NoncurrentDays>90"
    "</NoncurrentDays></NoncurrentVersionExpiration></Rule>"
    "<Rule><ID>b</ID><Status>Enabled</Status><NoncurrentVersionExpiration><NoncurrentDays>30"
    "</NoncurrentDays></NoncurrentVersionExpiration></Rule>"
    "<Rule><ID>c</ID><Status>Disabled</Status><NoncurrentVersionExpiration><NoncurrentDays>1"
    "</NoncurrentDays></NoncurrentVersionExpiration></Rule>"
    "</LifecycleConfiguration>"
)
VERSIONING = (
    "<VersioningConfiguration><Status>Suspended</Status><MfaDelete>Enabled</MfaDelete>"
    "</VersioningConfiguration>"
)


def _answering(**parts: str | Reply) -> Callable[[Asked], Reply]:
    def answer(asked: Asked) -> Reply:
        if asked.method == "HEAD":
            return Reply(headers={"x-amz-bucket-region": "eu-central-1"})
        (name,) = asked.query
        found = parts[name.replace("-", "_")]
        return found if isinstance(found, Reply) else Reply(found)

    return answer


def test_every_rule_is_read(at_scripted: Callable[..., Aws], scripted: ScriptedAws) -> None:
    scripted.answer = _answering(
        versioning=VERSIONING, object_lock=LOCK, replication=REPLICATION, lifecycle=LIFECYCLE
    )
    assert at_scripted().bucket_rules.rules("bucket") == Rules(
        region="eu-central-1",
        versioning="Suspended",
        mfa_delete=True,
        object_lock="COMPLIANCE 30 days",
        replication=("copies",),
        lifecycle_noncurrent_days=30,
    )


def test_what_may_not_be_read_is_unknown_and_never_none(
    at_scripted: Callable[..., Aws], scripted: ScriptedAws
) -> None:
    denied = refusal("AccessDenied", "Access Denied", 403)
    scripted.answer = _answering(
        versioning=denied, object_lock=denied, replication=denied, lifecycle=denied
    )
    found = at_scripted().bucket_rules.rules("bucket")
    assert found.unknown == ("lifecycle", "object lock", "replication", "versioning")
    assert found.versioning == ""


def test_a_failure_that_is_no_refusal_is_an_error(
    at_scripted: Callable[..., Aws], scripted: ScriptedAws
) -> None:
    scripted.answer = _answering(
        versioning=VERSIONING, object_lock=LOCK, lifecycle=LIFECYCLE,
        replication=refusal("NotImplemented501", "x", 500),
    )  # fmt: skip
    with pytest.raises(Unreachable):
        at_scripted().bucket_rules.rules("bucket")


def test_a_bucket_without_rules(local: Aws) -> None:
    with local.changing():
        local.client("s3").create_bucket(Bucket="plain-pictures")
    assert local.bucket_rules.rules("plain-pictures") == Rules(
        "us-east-1", "Off", False, "", (), None
    )


def test_a_bucket_with_object_lock_and_no_default(local: Aws) -> None:
    with local.changing():
        local.client("s3").create_bucket(Bucket="locked", ObjectLockEnabledForBucket=True)
    found = local.bucket_rules.rules("locked")
    assert (found.versioning, found.object_lock) == ("Enabled", "on")


def test_no_bucket_is_not_found(local: Aws) -> None:
    with pytest.raises(NotFound):
        local.bucket_rules.rules("no-such-bucket-anywhere")


def test_the_years_of_a_default(local: Aws) -> None:
    s3: Any = local.client("s3")
    years = {"DefaultRetention": {"Mode": "GOVERNANCE", "Years": 2}}
    with local.changing():
        s3.create_bucket(Bucket="years", ObjectLockEnabledForBucket=True)
        s3.put_object_lock_configuration(
            Bucket="years",
            ObjectLockConfiguration={"ObjectLockEnabled": "Enabled", "Rule": years},
        )
    assert local.bucket_rules.rules("years").object_lock == "GOVERNANCE 2 years"
