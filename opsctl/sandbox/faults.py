"""Faults on purpose: which AWS calls fail or wait, how often, and what a failure looks like."""

from __future__ import annotations

import json
import math
import socket
import threading
import time
from dataclasses import asdict, dataclass, field, fields
from typing import Any
from xml.sax.saxutils import escape

from opsctl.sandbox.calls import Asked

THROTTLES = (
    "ThrottlingException",
    "Throttling",
    "RequestLimitExceeded",
    "TooManyRequestsException",
)


ONLY = {"per-key": "DeleteObjects", "unprocessed": "BatchWriteItem"}
"""Kind → the operation that knows it."""

KINDS = ("", "cut", "lost", *ONLY)
PASSED_ON = "sandbox.fault"
"""Where a WSGI environment carries the rule to the operation that makes the fault itself."""


@dataclass
class Fault:
    """A rule. `*` matches every service or operation; `code` empty, of no kind, only waits.

    `times` calls are hit, 0 for all, but for the first `after`; `until` is seconds since 1970, 0
    for ever; `latency` is seconds added to each call that matches. `spare` is an access key that
    is never hit. Kinds: "cut" closes the connection instead of answering, "lost" does so after
    the call was carried out; "per-key" lets DeleteObjects answer 200 with an error for `share`
    (0 to 1) of the keys, "unprocessed" BatchWriteItem with that share of it left to do.
    """

    service: str = "*"
    operation: str = "*"
    code: str = ""
    message: str = "Rate exceeded"
    status: int = 400
    times: int = 0
    until: float = 0.0
    latency: float = 0.0
    spare: str = ""
    kind: str = ""
    share: float = 1.0
    after: int = 0
    hits: int = field(default=0)
    passed: int = field(default=0)
    """Calls of the first `after` that were let through."""

    def matches(self, it: Asked, now: float) -> bool:
        """Whether it applies to this call, now."""
        return (
            self.service in ("*", it.service)
            and self.operation in ("*", it.operation)
            and (not self.times or self.hits < self.times)
            and (not self.until or now < self.until)
            and (not self.spare or it.access_key != self.spare)
            and it.operation == ONLY.get(self.kind, it.operation)
        )

    def lets_through(self) -> bool:
        """Whether a call that matches is one of the first `after`; counts it."""
        early = self.passed < self.after
        self.passed += early
        return early

    def of(self, count: int) -> int:
        """How many of so many are hit: at least one, unless the share is none."""
        return min(count, math.ceil(self.share * count))


class Faults:
    """The rules that hold now."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._rules: list[Fault] = []

    def add(self, rule: dict[str, Any]) -> None:
        """Add a rule. Raises ValueError for a field or a kind that there is not."""
        unknown = set(rule) - {each.name for each in fields(Fault)}
        if unknown:
            raise ValueError(f"unknown field: {', '.join(sorted(unknown))}")
        if rule.get("kind", "") not in KINDS:
            raise ValueError(f"unknown kind: {rule['kind']}; there are {', '.join(KINDS[1:])}")
        if not 0 <= rule.get("share", 1) <= 1:
            raise ValueError(f"share must be 0 to 1, not {rule['share']}")
        with self._lock:
            self._rules.append(Fault(**rule))

    def clear(self) -> None:
        """Take every rule back."""
        with self._lock:
            self._rules.clear()

    def listed(self) -> list[dict[str, Any]]:
        """The rules, with how often each was hit."""
        with self._lock:
            return [asdict(rule) for rule in self._rules]

    def hit(self, it: Asked) -> tuple[float, Fault | None]:
        """(seconds to wait, the first rule that makes this call fail)."""
        now = time.time()
        with self._lock:
            matching = [rule for rule in self._rules if rule.matches(it, now)]
            due = [rule for rule in matching if not rule.lets_through()]
            failing = next((rule for rule in due if rule.code or rule.kind), None)
            waiting = [rule for rule in due if not rule.code and not rule.kind]
            hit = waiting + ([failing] if failing else [])
            for rule in hit:
                rule.hits += 1
            return sum(rule.latency for rule in hit), failing


def denial(action: str, resource: str) -> Fault:
    """What AWS answers to the operator when no policy allows an action."""
    who = "User: arn:aws:iam::123456789012:user/operator"
    on = f" on resource: {resource}" if resource else ""
    why = "because no identity-based policy allows the action"
    message = f"{who} is not authorized to perform: {action}{on} {why}"
    return Fault(code="AccessDeniedException", message=message, status=403)


def cut(environ: dict[str, Any]) -> None:
    """Close the connection that a request came on."""
    environ["werkzeug.socket"].shutdown(socket.SHUT_RDWR)


def answer(it: Asked, fault: Fault, environ: dict[str, Any]) -> tuple[int, str, bytes]:
    """(status, content type, body) of an error, in the protocol that the caller speaks."""
    code, message = fault.code, fault.message
    if environ.get("HTTP_SMITHY_PROTOCOL") == "rpc-v2-cbor":
        return fault.status, "application/cbor", _cbor({"__type": code, "message": message})
    if environ.get("HTTP_X_AMZ_TARGET"):
        body = json.dumps({"__type": code, "message": message}).encode()
        return fault.status, "application/x-amz-json-1.1", body
    text = f"<Code>{escape(code)}</Code><Message>{escape(message)}</Message>"
    inner = f"<Error>{text}<RequestId>sandbox-fault</RequestId></Error>"
    if it.service == "s3":
        return fault.status, "application/xml", inner.encode()
    wrapped = f"<ErrorResponse>{inner}<RequestId>sandbox-fault</RequestId></ErrorResponse>"
    return fault.status, "text/xml", wrapped.encode()


def _cbor(document: dict[str, str]) -> bytes:
    """A small map of texts in CBOR (RFC 8949): major type 5, then texts of major type 3."""

    def text(value: str) -> bytes:
        content = value.encode()
        return b"\x79" + len(content).to_bytes(2, "big") + content

    return bytes([0xA0 + len(document)]) + b"".join(
        text(key) + text(value) for key, value in document.items()
    )
