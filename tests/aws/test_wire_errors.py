"""Error answers on the wire."""

import pytest
from botocore.exceptions import (
    ClientError,
    ConnectionClosedError,
    ConnectTimeoutError,
    EndpointConnectionError,
    HTTPClientError,
    ProxyConnectionError,
    ReadTimeoutError,
    SSLError,
)

from opsctl.aws import wire_errors


def _of(status: int, body: bytes, operation: str = "GetObject", **headers: str) -> ClientError:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    found = wire_errors.of(status, named, body, operation, "GET")
    assert isinstance(found, ClientError)
    return found


def test_an_error_in_xml_is_taken_apart() -> None:
    body = b"<?xml?><Error><Code>NoSuchKey</Code><Message>a &amp; b</Message>"
    found = _of(404, body + b"<RequestId>r</RequestId></Error>")
    assert found.response["Error"] == {"Code": "NoSuchKey", "Message": "a & b"}
    assert found.response["ResponseMetadata"]["RequestId"] == "r"
    assert found.response["ResponseMetadata"]["HTTPStatusCode"] == 404


@pytest.mark.parametrize(
    "body",
    [
        b'{"__type":"com.amazonaws.dynamodb.v20120810#ResourceNotFoundException","message":"m"}',
        b'{"__type":"ResourceNotFoundException:http://more","Message":"m"}',
    ],
)
def test_an_error_in_json_is_taken_apart(body: bytes) -> None:
    found = _of(400, body, x_amzn_requestid="r")
    assert found.response["Error"] == {"Code": "ResourceNotFoundException", "Message": "m"}
    assert wire_errors.request_id(found) == "r"


@pytest.mark.parametrize("body", [b"", b"{", b"<html>", b"\xff\xfe"])
def test_an_error_that_says_nothing_is_called_by_its_status(body: bytes) -> None:
    assert _of(403, body).response["Error"]["Code"] == "403"


def test_only_what_s3_does_late_may_fail_late() -> None:
    body = b"<Error><Code>InternalError</Code></Error>"
    assert _of(200, body, "CopyObject").response["ResponseMetadata"]["HTTPStatusCode"] == 500
    assert wire_errors.of(200, {}, body, "GetObject", "GET") is None


def test_an_answer_without_its_end_or_with_other_bytes_is_a_broken_connection() -> None:
    short = wire_errors.of(200, {"content-length": "3"}, b"ab", "GetObject", "GET")
    other = wire_errors.of(200, {"x-amz-crc32": "7"}, b"ab", "Query", "POST")
    assert isinstance(short, ConnectionClosedError)
    assert isinstance(other, ConnectionClosedError)
    assert wire_errors.of(200, {"content-length": "3"}, b"", "HeadObject", "HEAD") is None


@pytest.mark.parametrize(
    ("status", "code", "complains", "passes"),
    [
        (503, "SlowDown", True, True),
        (400, "ThrottlingException", True, True),
        (400, "ProvisionedThroughputExceededException", True, True),
        (400, "RequestLimitExceeded", True, True),
        (503, "503", True, True),
        (500, "InternalError", False, True),
        (400, "RequestTimeout", False, True),
        (501, "NotImplemented", False, False),
        (403, "AccessDenied", False, False),
        (404, "NoSuchKey", False, False),
        (400, "ValidationException", False, False),
    ],
)
def test_what_may_pass_and_what_is_a_complaint(
    status: int, code: str, complains: bool, passes: bool
) -> None:
    found = _of(status, f"<Code>{code}</Code>".encode())
    assert wire_errors.is_complaint(found) is complains
    assert wire_errors.is_passing(found) is passes


def test_a_connection_may_come_back_and_a_certificate_does_not() -> None:
    assert wire_errors.is_passing(EndpointConnectionError(endpoint_url="u"))
    assert wire_errors.is_passing(ConnectionClosedError(endpoint_url="u"))
    assert not wire_errors.is_passing(SSLError(endpoint_url="u", error="e"))


@pytest.mark.parametrize(("asked", "seconds"), [("3", 3.0), ("", 0.0), ("Wed, 21 Oct", 0.0)])
def test_how_long_an_answer_asks_to_wait(asked: str, seconds: float) -> None:
    assert wire_errors.retry_after(_of(503, b"", retry_after=asked)) == seconds
    assert wire_errors.retry_after(ConnectionClosedError(endpoint_url="u")) == 0.0


def test_what_was_asked_for_is_taken_out_of_what_is_told() -> None:
    found = _of(403, b"<Code>AccessDenied</Code><Message>on images/a%20na/ images/a na/</Message>")
    told = wire_errors.told(
        found, "s3:X", mutating=True, tries=2, origin="https://o", secrets=("images/a na/", "")
    )
    assert isinstance(told, ClientError)
    assert told.response["Error"]["Message"] == "on [hidden] [hidden]"
    lost = EndpointConnectionError(endpoint_url="https://o/b?prefix=images/ana", error=OSError("x"))
    safe = wire_errors.told(lost, "s3:X", mutating=True, tries=1, origin="https://o", secrets=())
    assert "ana" not in str(safe)
    assert "https://o" in str(safe)
    assert (safe.operation, safe.mutating) == ("s3:X", True)  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    "kind",
    [
        ConnectTimeoutError,
        ConnectionClosedError,
        EndpointConnectionError,
        HTTPClientError,
        ProxyConnectionError,
        ReadTimeoutError,
        SSLError,
    ],
)
def test_every_broken_connection_is_told_without_its_address(kind: type[Exception]) -> None:
    url = "https://o/b?prefix=images/ana"
    lost = kind(endpoint_url=url, proxy_url="http://proxy", error=OSError(url))
    safe = wire_errors.told(lost, "s3:X", mutating=False, tries=1, origin="https://o", secrets=())
    assert type(safe) is kind
    assert "ana" not in str(safe)


def test_the_texts_of_a_request_to_dynamodb() -> None:
    payload = {"TableName": "t", "Key": {"PK": {"S": "USER#ana"}, "SK": {"N": "12"}}, "L": [1, {}]}
    assert wire_errors.texts(payload) == ("USER#ana", "12")
