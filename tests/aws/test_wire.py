"""Signed requests without a client's layers."""

import threading
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from botocore.credentials import RefreshableCredentials
from botocore.exceptions import ClientError
from scripted_aws import SECRET, Asked, Reply, ScriptedAws, refusal

from opsctl.aws import Aws, backing_off
from opsctl.aws.failures import aws_code
from opsctl.aws.wire import LONGEST_ASKED_WAIT
from opsctl.errors import Interrupted, NoAccess, NotFound, OpsctlError, Unreachable

ODD_KEYS = (
    "images/ana/plain.jpg",
    "images/ana/a b+c%20d%2F",
    "images/ana/ü€🙂/é",
    "images/ana/?x=1&y=2#f;a=b,c",
    "images/ana/<&'\">]]>",
    "images/ana//double///slash/",
    "images/ana/../up/./here",
    "images/ana/line\nfeed\r\ttab",
    "images/ana/control\x01\x7f",
    "images/ana/~-._*()!$@:=",
    "images/ana/not-utf8-\udcff",
    "/begins/with/slash",
)


@pytest.mark.parametrize("key", ODD_KEYS)
def test_odd_keys_arrive_as_they_are_and_rightly_signed(
    at_scripted: Callable[..., Aws], scripted: ScriptedAws, key: str
) -> None:
    wire = at_scripted().wire("s3")
    query = {"versionId": "v+/=1", "prefix": key, "versions": ""}
    wire.s3("HeadObject", "HEAD", "bucket", key, query=query)
    (asked,) = scripted.asked
    assert asked.path == f"/bucket/{key}"
    if "\udcff" not in key:
        assert asked.query == query


def test_headers_and_a_body_are_signed_too(
    at_scripted: Callable[..., Aws], scripted: ScriptedAws
) -> None:
    aws = at_scripted()
    with aws.changing():
        headers = {"x-amz-copy-source": "bucket/a%20b?versionId=1", "Content-Type": "text/x  y"}
        answer = aws.wire("s3").s3("CopyObject", "PUT", "bucket", "k", headers=headers, body=b"x")
    assert (answer.status, answer.request_id) == (200, "req-1")
    assert scripted.asked[0].body == b"x"
    signed = scripted.asked[0].headers["authorization"]
    assert "x-amz-copy-source" in signed
    assert "/eu-west-1/s3/" in signed


def test_a_call_in_json_is_signed_and_read(
    at_scripted: Callable[..., Aws], scripted: ScriptedAws
) -> None:
    scripted.answer = lambda _: Reply('{"Table": {"TableName": "t"}}')
    found = at_scripted().wire("dynamodb").json("DescribeTable", "DynamoDB_20120810", {"T": "ü"})
    assert found == {"Table": {"TableName": "t"}}
    (asked,) = scripted.asked
    assert asked.headers["x-amz-target"] == "DynamoDB_20120810.DescribeTable"
    assert asked.body == '{"T":"ü"}'.encode()


def test_a_change_outside_changing_is_refused_before_anything_is_sent(
    at_scripted: Callable[..., Aws], scripted: ScriptedAws
) -> None:
    wire = at_scripted().wire("s3")
    with pytest.raises(OpsctlError, match="s3:DeleteObjects would change something"):
        wire.s3("DeleteObjects", "POST", "bucket", query={"delete": ""}, body=b"x")
    with pytest.raises(OpsctlError, match="dynamodb:BatchWriteItem would change something"):
        at_scripted().wire("dynamodb").json("BatchWriteItem", "DynamoDB_20120810", {})
    assert scripted.asked == []


def test_requests_are_recorded_up_to_a_bound(
    at_scripted: Callable[..., Aws], scripted: ScriptedAws
) -> None:
    aws = at_scripted()
    with aws.changing():
        for _ in range(105):
            aws.wire("s3").s3("CopyObject", "PUT", "bucket", "k")
    assert len(aws.requests) == 100
    assert aws.requests[0].operation == "CopyObject"
    assert aws.requests[0].mutating
    assert aws.requests[0].request_id == "req-1"


def test_a_line_of_debug_names_the_bucket_and_nobody(
    at_scripted: Callable[..., Aws], scripted: ScriptedAws
) -> None:
    lines: list[str] = []
    replies = [refusal("SlowDown", status=503), Reply()]
    scripted.answer = lambda _: replies.pop(0)
    at_scripted(debug=lines.append).wire("s3").s3(
        "ListObjectVersions", "GET", "bucket", query={"prefix": "images/ana/"}
    )
    assert lines[0].startswith("s3:ListObjectVersions bucket -> 503 SlowDown in ")
    assert lines[1].endswith(" ms after 1 retries request req-1")
    assert not any("ana" in line for line in lines)


@pytest.mark.parametrize(
    "bad",
    [
        refusal("SlowDown", status=503),
        refusal("InternalError", status=500),
        refusal("RequestTimeout"),
        Reply(status=502),
        Reply(cut=0),
        Reply("half of it", cut=4),
        Reply("damaged", headers={"x-amz-crc32": "1"}),
    ],
    ids=["slow down", "internal", "timeout", "gateway", "cut", "cut body", "checksum"],
)
def test_what_passes_is_tried_again(
    at_scripted: Callable[..., Aws], scripted: ScriptedAws, bad: Reply
) -> None:
    replies = [bad, bad, Reply("whole")]
    scripted.answer = lambda _: replies.pop(0)
    answer = at_scripted().wire("s3").s3("GetObject", "GET", "bucket", "k")
    assert answer.body == b"whole"
    assert len(scripted.asked) == 3


def test_tries_are_bounded(at_scripted: Callable[..., Aws], scripted: ScriptedAws) -> None:
    scripted.answer = lambda _: refusal("SlowDown", status=503)
    with pytest.raises(Unreachable, match="also after 8 attempts: SlowDown"):
        at_scripted().wire("s3").s3("ListObjectVersions", "GET", "bucket")
    assert len(scripted.asked) == 8


@pytest.mark.parametrize(("asked", "waited"), [("7", 7.0), ("86400", LONGEST_ASKED_WAIT)])
def test_it_waits_as_long_as_it_is_asked_to_within_reason(
    at_scripted: Callable[..., Aws],
    scripted: ScriptedAws,
    monkeypatch: pytest.MonkeyPatch,
    asked: str,
    waited: float,
) -> None:
    waits: list[float] = []
    monkeypatch.setattr(backing_off, "sleep", lambda seconds, stop: waits.append(seconds))
    replies = [refusal("SlowDown", status=503, **{"Retry-After": asked}), Reply()]
    scripted.answer = lambda _: replies.pop(0)
    at_scripted().wire("s3").s3("ListObjectVersions", "GET", "bucket")
    assert waits == [waited]


def test_a_refusal_is_not_tried_again(
    at_scripted: Callable[..., Aws], scripted: ScriptedAws
) -> None:
    scripted.answer = lambda _: refusal("AccessDenied", "Access Denied", 403)
    with pytest.raises(NoAccess) as caught:
        at_scripted().wire("s3").s3("ListObjectVersions", "GET", "bucket")
    assert aws_code(caught.value) == "AccessDenied"
    scripted.answer = lambda _: refusal("NoSuchBucket", "The bucket does not exist", 404)
    with pytest.raises(NotFound, match="The bucket does not exist"):
        at_scripted().wire("s3").s3("ListObjectVersions", "GET", "bucket")
    assert len(scripted.asked) == 2


def test_a_copy_that_fails_behind_its_200_is_tried_again(
    at_scripted: Callable[..., Aws], scripted: ScriptedAws
) -> None:
    late = Reply("\n  <Error><Code>InternalError</Code><Message>m</Message></Error>")
    replies = [late, Reply("<CopyObjectResult/>")]
    scripted.answer = lambda _: replies.pop(0)
    aws = at_scripted()
    with aws.changing():
        answer = aws.wire("s3").s3("CopyObject", "PUT", "bucket", "k")
    assert answer.body == b"<CopyObjectResult/>"


def test_an_error_names_neither_key_nor_prefix(
    at_scripted: Callable[..., Aws], scripted: ScriptedAws
) -> None:
    scripted.answer = lambda _: refusal(
        "AccessDenied", "no s3:GetObject on arn:aws:s3:::bucket/images/ana/x", 403
    )
    with pytest.raises(NoAccess) as caught:
        at_scripted().wire("s3").s3("GetObject", "GET", "bucket", "images/ana/x")
    assert "ana" not in f"{caught.value.message} {caught.value.hint}"
    scripted.answer = lambda _: Reply(cut=0)
    with pytest.raises(Unreachable) as lost:
        query = {"prefix": "images/ana/"}
        at_scripted().wire("s3").s3("ListObjectVersions", "GET", "bucket", query=query)
    assert "ana" not in f"{lost.value.message} {lost.value.hint}"
    assert scripted.url in lost.value.message


def test_nothing_is_sent_once_stopped(
    at_scripted: Callable[..., Aws], scripted: ScriptedAws
) -> None:
    stop = threading.Event()
    wire = at_scripted().wire("s3")

    def answer(_: Asked) -> Reply:
        stop.set()
        return refusal("SlowDown", status=503)

    scripted.answer = answer
    for _ in range(2):
        with pytest.raises(Interrupted):
            wire.s3("ListObjectVersions", "GET", "bucket", stop=stop)
    assert len(scripted.asked) == 1


def test_expired_credentials_are_no_access(
    at_scripted: Callable[..., Aws], scripted: ScriptedAws
) -> None:
    scripted.answer = lambda _: refusal("ExpiredToken", "The provided token has expired.")
    with pytest.raises(NoAccess):
        at_scripted().wire("s3").s3("ListObjectVersions", "GET", "bucket")


def test_without_credentials_it_is_no_access(
    at_scripted: Callable[..., Aws], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("AWS_ACCESS_KEY_ID")
    monkeypatch.delenv("AWS_SECRET_ACCESS_KEY")
    with pytest.raises(NoAccess):
        at_scripted().wire("s3").s3("ListObjectVersions", "GET", "bucket")


def _credentials(number: int, seconds: float) -> dict[str, str]:
    ends = datetime.now(UTC) + timedelta(seconds=seconds)
    return {
        "access_key": f"AKID{number}",
        "secret_key": SECRET,
        "token": f"token-{number}",
        "expiry_time": ends.isoformat(),
    }


def _refreshed_by(aws: Aws, fresh: Callable[[], dict[str, str]]) -> None:
    """Gives a session credentials that are at their end, and says where new ones come from."""
    session: Any = aws._session
    session._session._credentials = RefreshableCredentials.create_from_metadata(
        _credentials(1, seconds=1), fresh, "test"
    )


def test_fresh_credentials_that_have_expired_are_no_access(
    at_scripted: Callable[..., Aws], scripted: ScriptedAws
) -> None:
    aws = at_scripted()
    wire = aws.wire("s3")
    _refreshed_by(aws, lambda: _credentials(2, seconds=-60))
    with pytest.raises(NoAccess):
        wire.s3("ListObjectVersions", "GET", "bucket")
    assert scripted.asked == []


def test_a_role_that_may_not_be_assumed_any_more_is_no_access(
    at_scripted: Callable[..., Aws], scripted: ScriptedAws
) -> None:
    aws = at_scripted()
    wire = aws.wire("s3")

    def refused() -> dict[str, str]:
        answer: Any = {"Error": {"Code": "AccessDenied", "Message": "m"}, "ResponseMetadata": {}}
        answer["ResponseMetadata"] = {"HTTPStatusCode": 403, "Operation": "sts:AssumeRole"}
        raise ClientError(answer, "AssumeRole")

    _refreshed_by(aws, refused)
    with pytest.raises(NoAccess, match="sts:AssumeRole"):
        wire.s3("ListObjectVersions", "GET", "bucket")
    assert scripted.asked == []


def test_credentials_are_refreshed_between_calls(
    at_scripted: Callable[..., Aws], scripted: ScriptedAws
) -> None:
    """As a role's are: the third call comes after their end."""
    aws = at_scripted()
    _refreshed_by(aws, lambda: _credentials(2, seconds=3600))
    aws.wire("s3").s3("ListObjectVersions", "GET", "bucket")
    assert scripted.asked[0].headers["x-amz-security-token"] == "token-2"
    assert "Credential=AKID2/" in scripted.asked[0].headers["authorization"]


@pytest.mark.parametrize(
    ("region", "bucket", "url"),
    [
        ("eu-west-1", "plain", "https://plain.s3.eu-west-1.amazonaws.com/"),
        ("us-east-1", "plain", "https://plain.s3.us-east-1.amazonaws.com/"),
        ("us-gov-west-1", "plain", "https://plain.s3.us-gov-west-1.amazonaws.com/"),
        ("cn-north-1", "plain", "https://plain.s3.cn-north-1.amazonaws.com.cn/"),
        ("eu-west-1", "dotted.name", "https://s3.eu-west-1.amazonaws.com/dotted.name/"),
    ],
)
def test_a_bucket_is_asked_where_it_lies(
    at_scripted: Callable[..., Aws], region: str, bucket: str, url: str
) -> None:
    wire = at_scripted(region=region, endpoint_url="").wire("s3")
    assert wire._place(bucket) == url
    assert wire._line.region == region


def test_an_endpoint_of_the_environment_has_the_bucket_in_its_path(
    at_scripted: Callable[..., Aws], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL_S3", "http://localhost:9000/")
    assert at_scripted(endpoint_url="").wire("s3")._place("b") == "http://localhost:9000/b/"


def test_the_proxy_of_the_environment_is_used(
    at_scripted: Callable[..., Aws], scripted: ScriptedAws, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("NO_PROXY", "no_proxy"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("HTTP_PROXY", scripted.url)
    scripted.answer = lambda _: Reply("through")
    aws = at_scripted(endpoint_url="http://s3.example.invalid")
    assert aws.wire("s3").s3("GetObject", "GET", "bucket", "k").body == b"through"
    assert scripted.asked[0].target == "http://s3.example.invalid/bucket/k"


def test_the_wire_of_a_service_is_opened_once(at_scripted: Callable[..., Aws]) -> None:
    aws = at_scripted()
    assert aws.wire("s3") is aws.wire("s3", "eu-west-1")
    assert aws.wire("s3") is not aws.wire("s3", "us-east-1")
