"""What the services behind the AWS API count of the requests they get, for their own metrics."""

from __future__ import annotations

import re
import threading
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from opsctl.sandbox.calls import Asked

READS = frozenset({"GetItem", "Query", "Scan", "BatchGetItem", "TransactGetItems"})
WRITES = frozenset({"PutItem", "UpdateItem", "DeleteItem", "BatchWriteItem", "TransactWriteItems"})
THROTTLED = frozenset({"ThrottlingException", "ProvisionedThroughputExceededException"})
ERROR = "sandbox.error"
"""Where a WSGI environment carries the code of an error that was made on purpose."""

_TABLE = re.compile(rb'"TableName"\s*:\s*"([^"]+)"')
_INDEX = re.compile(rb'"IndexName"\s*:\s*"([^"]+)"')
_CLIENT = re.compile(rb'"ClientId"\s*:\s*"([^"]+)"')


@dataclass
class ServiceTally:
    """What was counted since the last drain. An index is empty for the table itself."""

    served: Counter[tuple[str, str, str]] = field(default_factory=Counter)
    """(table, index, operation) → requests."""
    throttled: Counter[tuple[str, str, str]] = field(default_factory=Counter)
    sign_ins: dict[str, list[float]] = field(default_factory=dict)
    """App client → 1 for each success, 0 for each failure."""


class ServiceCounters:
    """Counts requests to the data of DynamoDB and to sign in. Safe in several threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._tally = ServiceTally()

    def seen(self, it: Asked, environ: Mapping[str, Any], status: int) -> None:
        """A request was answered; its body is read again from the environment."""
        if it.service == "dynamodb" and it.operation in READS | WRITES:
            self._item(it, _body(environ), environ.get(ERROR, ""))
        elif it.service == "cognito-idp" and it.operation == "InitiateAuth":
            self._sign_in(_body(environ), status)

    def _item(self, it: Asked, body: bytes, error: str) -> None:
        table = _first(_TABLE, body)
        if not table:
            return
        with self._lock:
            counted = self._tally.throttled if error in THROTTLED else self._tally.served
            counted[(table, _first(_INDEX, body), it.operation)] += 1

    def _sign_in(self, body: bytes, status: int) -> None:
        with self._lock:
            values = self._tally.sign_ins.setdefault(_first(_CLIENT, body), [])
            values.append(1.0 if status == 200 else 0.0)

    def drain(self) -> ServiceTally:
        """What was counted since the last drain; counting starts anew."""
        with self._lock:
            drained, self._tally = self._tally, ServiceTally()
            return drained


def _body(environ: Mapping[str, Any]) -> bytes:
    """What was sent; nothing where it came in chunks, which are gone once read."""
    source: Any = environ.get("wsgi.input")
    return bytes(source.getvalue()) if hasattr(source, "getvalue") else b""


def _first(pattern: re.Pattern[bytes], body: bytes) -> str:
    found = pattern.search(body)
    return found[1].decode("utf-8", "replace") if found else ""
