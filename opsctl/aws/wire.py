"""Signed requests without the layers of a client: for work of thousands of calls.

botocore signs and sends; what is left out is its serializers, parsers and events, which cost
ten times as much as the call. So callers write the bodies and read the answers themselves.
"""

from __future__ import annotations

import re
import threading
import time
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote, urlsplit

import msgspec
from botocore.auth import S3SigV4Auth, SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.exceptions import BotoCoreError, ClientError, NoCredentialsError

from opsctl.aws import Request, backing_off, wire_errors
from opsctl.aws.answers import Answer, decoded
from opsctl.aws.pressure import Pressure, refuse_when
from opsctl.aws.traffic import Traffic
from opsctl.errors import OpsctlError

__all__ = ["Answer", "Line", "Wire"]

MOST_TRIES = 8
LONGEST_ASKED_WAIT = 60.0
"""Seconds that a Retry-After header may ask for."""
MOST_UNDER_WAY = 32
MOST_RECORDED = 100
"""Requests of each operation that are kept: the journal need not name a hundred thousand."""

_OBJECT: msgspec.json.Decoder[dict[str, Any]] = msgspec.json.Decoder(dict[str, Any])
_HOST_LABEL = re.compile(r"[a-z0-9][a-z0-9-]{1,61}[a-z0-9]")


@dataclass(frozen=True)
class Line:
    """What a Wire needs of the session. `send` raises botocore's errors."""

    origin: str
    """`https://s3.eu-west-1.amazonaws.com`, with no path."""
    path_style: bool
    """Whether a bucket's name always belongs into the path."""
    region: str
    credentials: Callable[[], Any]
    """Frozen and fresh, or None; raises botocore's errors."""
    send: Callable[[Any], Any]
    agent: str


@dataclass(frozen=True)
class _Call:
    """One call under way, tried perhaps several times. `secrets` are what no text may show."""

    operation: str
    method: str
    url: str
    headers: Mapping[str, str]
    body: bytes
    about: str
    """What a line of --debug may name: a bucket, a table."""
    mutating: bool
    stop: threading.Event | None
    secrets: Callable[[], tuple[str, ...]]


class Wire:
    """Signed requests to one service in one region. Thread-safe.

    Everything is tried up to eight times, so only what may be done twice belongs here. Raises
    what a client's call would raise in a gateway's method: NoAccess, NotFound, Unreachable…;
    Interrupted when `stop` is set, and then nothing more is sent.
    """

    def __init__(
        self,
        service: str,
        line: Line,
        traffic: Traffic,
        translate: Callable[[BaseException, str], OpsctlError],
    ) -> None:
        self.pressure = Pressure(MOST_UNDER_WAY)
        self._service = service
        self._line = line
        self._traffic = traffic
        self._translate = translate
        self._recorded: Counter[str] = Counter()
        self._signer = S3SigV4Auth if service == "s3" else SigV4Auth

    def s3(
        self,
        operation: str,
        method: str,
        bucket: str,
        key: str = "",
        query: Mapping[str, str] | None = None,
        headers: Mapping[str, str] | None = None,
        body: bytes = b"",
        stop: threading.Event | None = None,
    ) -> Answer:
        """One call to S3: `s3("CopyObject", "PUT", bucket, key, headers={…})`.

        `key` and the values of `query` are plain texts. A key with bytes that are no UTF-8
        holds them as surrogates (PEP 383).
        """
        asked = query or {}
        words = "&".join(f"{_quoted(name)}={_quoted(asked[name])}" for name in sorted(asked))
        url = self._place(bucket) + quote(key, safe="/-_.~", errors="surrogateescape")

        def secrets() -> tuple[str, ...]:
            return (key, *(asked.get(it, "") for it in ("prefix", "key-marker")))

        return self._make(
            operation, method, f"{url}?{words}" if words else url, headers or {}, body, bucket,
            stop, secrets,
        )  # fmt: skip

    def json(
        self,
        operation: str,
        target_prefix: str,
        payload: Mapping[str, Any],
        stop: threading.Event | None = None,
    ) -> dict[str, Any]:
        """One call of a service that speaks JSON: `json("Query", "DynamoDB_20120810", {…})`."""
        found = self.raw_json(operation, target_prefix, payload, stop)
        return decoded(_OBJECT, found, f"{self._service}:{operation}") if found.body else {}

    def raw_json(
        self,
        operation: str,
        target_prefix: str,
        payload: Mapping[str, Any],
        stop: threading.Event | None = None,
    ) -> Answer:
        """The same, with the answer's body as it came. `payload` may hold `msgspec.Raw`."""
        headers = {
            "Content-Type": "application/x-amz-json-1.0",
            "X-Amz-Target": f"{target_prefix}.{operation}",
        }
        body = msgspec.json.encode(payload)
        about = str(payload.get("TableName", ""))

        def secrets() -> tuple[str, ...]:
            return wire_errors.texts(msgspec.json.decode(body))

        url = self._line.origin + "/"
        return self._make(operation, "POST", url, headers, body, about, stop, secrets)

    def _make(
        self,
        operation: str,
        method: str,
        url: str,
        headers: Mapping[str, str],
        body: bytes,
        about: str,
        stop: threading.Event | None,
        secrets: Callable[[], tuple[str, ...]],
    ) -> Answer:
        refuse_when(stop)
        mutating = self._traffic.may_send(self._service, operation)
        call = _Call(operation, method, url, headers, body, about, mutating, stop, secrets)
        for tries in range(1, MOST_TRIES + 1):
            began = time.monotonic()
            with self.pressure.turn(stop):
                found = self._try(call)
            self._seen(call, found, began, tries)
            if isinstance(found, Answer):
                self.pressure.fine()
                return found
            if wire_errors.is_complaint(found):
                self.pressure.complaint()
            if tries == MOST_TRIES or not wire_errors.is_passing(found):
                raise self._final(call, found, tries) from None
            asked = min(wire_errors.retry_after(found), LONGEST_ASKED_WAIT)
            backing_off.sleep(backing_off.pause(tries, asked), stop)
        raise AssertionError("unreachable")

    def _try(self, call: _Call) -> Answer | BotoCoreError | ClientError:
        try:
            credentials = self._line.credentials()
            if credentials is None:
                return NoCredentialsError()
            request = AWSRequest(call.method, call.url, dict(call.headers), call.body)
            request.headers["User-Agent"] = self._line.agent
            self._signer(credentials, self._service, self._line.region).add_auth(request)
            response = self._line.send(request.prepare())
            headers = {name.lower(): value for name, value in response.headers.items()}
            answer = Answer(response.status_code, headers, response.content)
        except (BotoCoreError, ClientError) as error:
            return error  # a ClientError is one of STS, about the credentials
        return (
            wire_errors.of(answer.status, headers, answer.body, call.operation, call.method)
            or answer
        )

    def _final(self, call: _Call, error: BaseException, tries: int) -> OpsctlError:
        name = f"{self._service}:{call.operation}"
        safe = wire_errors.told(
            error, name, mutating=call.mutating, tries=tries, origin=self._line.origin,
            secrets=call.secrets(),
        )  # fmt: skip
        return self._translate(safe, name)

    def _seen(self, call: _Call, found: Answer | BaseException, began: float, tries: int) -> None:
        request_id = (
            found.request_id if isinstance(found, Answer) else wire_errors.request_id(found)
        )
        came = isinstance(found, Answer | ClientError)
        if came and self._recorded[call.operation] < MOST_RECORDED:
            self._recorded[call.operation] += 1
            well = isinstance(found, Answer)
            self._traffic.answered(
                Request(self._service, call.operation, request_id, call.mutating, well)
            )
        ending = str(found.status) if isinstance(found, Answer) else wire_errors.ending(found)
        self._traffic.trace(
            f"{self._service}:{call.operation} {call.about}".rstrip(), ending,
            time.monotonic() - began, tries - 1, request_id,
        )  # fmt: skip

    def _place(self, bucket: str) -> str:
        """The address of a bucket, with a slash at its end."""
        origin = self._line.origin
        if self._line.path_style or not _HOST_LABEL.fullmatch(bucket):
            return f"{origin}/{_quoted(bucket)}/"
        parts = urlsplit(origin)
        return f"{parts.scheme}://{bucket}.{parts.netloc}/"


def _quoted(text: str) -> str:
    return quote(text, safe="-_.~", errors="surrogateescape")
