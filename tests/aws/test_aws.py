"""The door to AWS."""

import subprocess
import sys

import pytest

from opsctl.aws import Aws
from opsctl.plan import Call, Progress
from opsctl.targets import Target


def test_importing_the_door_imports_neither_boto3_nor_botocore() -> None:
    code = "import sys, opsctl.aws; print([m for m in sys.modules if 'boto' in m])"
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert ran.stdout.strip() == "[]"


def test_opening_the_door_opens_nothing(target: Target) -> None:
    aws = Aws(target)
    assert aws.requests == []
    assert "_session" not in vars(aws)


def test_a_gateway_is_opened_once(aws: Aws) -> None:
    assert aws.sts is aws.sts


def test_what_is_no_gateway_is_no_attribute(aws: Aws) -> None:
    with pytest.raises(AttributeError, match="no gateway called sqs"):
        _ = aws.sqs  # type: ignore[attr-defined]


class Shelf:
    """Stands in for a gateway that was opened before."""

    def put(self, name: str, report: object = None, subject: object = None) -> object:
        return (name, report, subject)


def test_performing_a_call_passes_what_the_method_takes(aws: Aws) -> None:
    aws.__dict__["s3"] = Shelf()
    seen: list[Progress] = []
    call = Call("s3", "put", {"name": "cup"})
    assert aws.perform(call) == ("cup", None, None)
    assert aws.perform(call, report=seen.append, subject="d-1") == ("cup", seen.append, "d-1")


@pytest.mark.parametrize(
    "call", [Call("_session", "client"), Call("client", "__call__"), Call("sts", "_caller")]
)
def test_a_journal_cannot_make_it_call_anything_else(aws: Aws, call: Call) -> None:
    with pytest.raises(AttributeError):
        aws.perform(call)


def test_independent_reads_are_answered_together(aws: Aws) -> None:
    buckets, caller = aws.at_once(aws.s3.bucket_names, aws.sts.caller)
    assert buckets == []
    assert caller.account == "123456789012"
