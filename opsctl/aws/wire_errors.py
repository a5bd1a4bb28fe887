"""Error answers on the wire, made into what botocore would have raised."""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import quote

import msgspec
from botocore.exceptions import (
    BotoCoreError,
    ClientError,
    ConnectionClosedError,
    HTTPClientError,
    SSLError,
)
from botocore.exceptions import ConnectionError as NoConnection

from opsctl.aws import redaction
from opsctl.aws.xml_text import unescaped

_CODE = re.compile(r"<Code>([^<]*)</Code>")
_MESSAGE = re.compile(r"<Message>([^<]*)</Message>")
_REQUEST_ID = re.compile(r"<RequestId>([^<]*)</RequestId>")
_LATE_ERROR = re.compile(rb"\s*(?:<\?xml[^>]*\?>)?\s*<Error[\s>]")
_LATE = frozenset({"CopyObject", "UploadPartCopy", "CompleteMultipartUpload", "DeleteObjects"})
"""S3 says 200 before it has done one of these, and may have to take that back in the body."""
_COMPLAINT = re.compile(
    r"^(SlowDown|.*Throttl.*|TooManyRequests.*|RequestLimitExceeded|.*ThroughputExceeded.*"
    r"|BandwidthLimitExceeded|503)$"
)
_PASSING = re.compile(
    r"^(RequestTimeout|RequestTimeoutException|PriorRequestNotComplete"
    r"|TransactionInProgressException|ReplicatedWriteConflictException)$"
)


def of(
    status: int, headers: Mapping[str, str], body: bytes, operation: str, method: str
) -> ClientError | BotoCoreError | None:
    """What is wrong with an answer; None when nothing is."""
    length = headers.get("content-length", "")
    if method != "HEAD" and length.isdigit() and int(length) != len(body):
        return ConnectionClosedError(endpoint_url="", error="the answer was cut off")
    checksum = headers.get("x-amz-crc32", "")
    if checksum.isdigit() and int(checksum) != zlib.crc32(body):
        return ConnectionClosedError(endpoint_url="", error="the answer was damaged")
    if status < 300 and not (operation in _LATE and _LATE_ERROR.match(body)):
        return None
    if body[:1] == b"{":
        code, message = _of_json(headers, body)
        named = ""
    else:
        code, message, named = _of_xml(body)
    about = {"Code": code or headers.get("x-amzn-errortype", "") or str(status), "Message": message}
    metadata: dict[str, Any] = {
        "HTTPStatusCode": status if status >= 300 else 500,
        "RequestId": headers.get("x-amz-request-id") or headers.get("x-amzn-requestid") or named,
        "HTTPHeaders": dict(headers),
    }
    answer: Any = {"Error": about, "ResponseMetadata": metadata}
    return ClientError(answer, operation)


def is_complaint(error: BaseException) -> bool:
    """Whether AWS asks to slow down."""
    return isinstance(error, ClientError) and bool(_COMPLAINT.match(_code(error)))


def is_passing(error: BaseException) -> bool:
    """Whether the same request may succeed in a moment."""
    if isinstance(error, ClientError):
        status = int(error.response["ResponseMetadata"]["HTTPStatusCode"])
        broken = status >= 500 and status != 501
        return broken or is_complaint(error) or bool(_PASSING.match(_code(error)))
    return isinstance(error, HTTPClientError | NoConnection) and not isinstance(error, SSLError)


def told(
    error: BaseException,
    operation: str,
    *,
    mutating: bool,
    tries: int,
    origin: str,
    secrets: tuple[str, ...],
) -> BaseException:
    """The error with what `failures.translate` reads, and without what was asked for.

    botocore names the whole address of a request, and AWS the resource; both hold a user's name.
    """
    if isinstance(error, ClientError):
        metadata: dict[str, Any] = error.response["ResponseMetadata"]  # type: ignore[assignment]
        metadata["RetryAttempts"] = tries - 1
        # What STS refused has its own.
        metadata.setdefault("Operation", operation)
        metadata.setdefault("Mutating", mutating)
        about = error.response["Error"]
        about["Message"] = _without(about["Message"], secrets)
        return error
    if isinstance(error, HTTPClientError | NoConnection):
        known = getattr(error, "kwargs", {})
        safe = {**known, "endpoint_url": origin, "error": _kind_of(known.get("error"))}
        safe.pop("request", None)
        error = type(error)(**safe)
    vars(error).update(operation=operation, mutating=mutating)
    return error


def request_id(error: BaseException) -> str:
    """The request id of an error answer; or ""."""
    if not isinstance(error, ClientError):
        return ""
    return str(error.response["ResponseMetadata"].get("RequestId", ""))


def ending(error: BaseException) -> str:
    """How a line of --debug calls it."""
    if not isinstance(error, ClientError):
        return type(error).__name__
    return f"{error.response['ResponseMetadata']['HTTPStatusCode']} {_code(error)}"


def retry_after(error: BaseException) -> float:
    """Seconds that the answer asks to wait; 0 when it does not say."""
    if not isinstance(error, ClientError):
        return 0.0
    headers: Mapping[str, str] = error.response["ResponseMetadata"].get("HTTPHeaders", {})
    asked = headers.get("retry-after", "")
    return float(asked) if asked.isdigit() else 0.0


def texts(payload: Any) -> tuple[str, ...]:
    """The values of DynamoDB's attributes in a request: `{"S": "USER#ana"}` → `USER#ana`."""
    return tuple(_texts(payload))


def _texts(payload: Any) -> Iterator[str]:
    if isinstance(payload, dict):
        for name, value in payload.items():
            if name in ("S", "N", "B") and isinstance(value, str):
                yield value
            else:
                yield from _texts(value)
    elif isinstance(payload, list):
        for value in payload:
            yield from _texts(value)


def _code(error: ClientError) -> str:
    return str(error.response["Error"]["Code"])


def _of_json(headers: Mapping[str, str], body: bytes) -> tuple[str, str]:
    try:
        found = msgspec.json.decode(body)
    except msgspec.DecodeError:
        return "", ""
    code = str(found.get("__type") or headers.get("x-amzn-errortype", ""))
    code = code.rpartition("#")[2].partition(":")[0]
    return code, str(found.get("message") or found.get("Message") or "")


def _of_xml(body: bytes) -> tuple[str, str, str]:
    text = body[:10_000].decode("utf-8", "replace")
    found = (pattern.search(text) for pattern in (_CODE, _MESSAGE, _REQUEST_ID))
    code, message, named = (unescaped(it[1]) if it else "" for it in found)
    return code, message, named


def _without(message: str, secrets: tuple[str, ...]) -> str:
    spelled = {it for secret in secrets if secret for it in (secret, _quoted(secret))}
    for secret in sorted(spelled, key=len, reverse=True):
        if len(secret) >= redaction.SHORTEST_SECRET:
            message = message.replace(secret, redaction.HIDDEN)
    return message


def _quoted(text: str) -> str:
    return quote(text, errors="surrogateescape")


def _kind_of(error: Any) -> str:
    return error if isinstance(error, str) else type(error).__name__
