"""An error of S3 with a status of its own reaches boto3 as one."""

from __future__ import annotations

from typing import Any

import pytest
from botocore.exceptions import ClientError
from moto.s3.responses import S3Response

from opsctl.sandbox.moto_parts.s3_refusals import S3Refused


def test_status_code_and_message_arrive(account: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(_: Any) -> None:
        raise S3Refused(403, "AccessDenied", "not <you>")

    s3 = account.client("s3")
    s3.create_bucket(Bucket="pictures")
    monkeypatch.setattr(S3Response, "list_objects_v2", refuse)
    with pytest.raises(ClientError) as caught:
        s3.list_objects_v2(Bucket="pictures")
    assert caught.value.response["ResponseMetadata"]["HTTPStatusCode"] == 403
    assert caught.value.response["Error"]["Code"] == "AccessDenied"
    assert caught.value.response["Error"]["Message"] == "not <you>"
