"""Good answers on the wire, and what their bodies say."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TypeVar

import msgspec

from opsctl.errors import Unreachable

T = TypeVar("T")


@dataclass(frozen=True)
class Answer:
    """An answer of 2xx. Header names are in lower case."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def request_id(self) -> str:
        """What AWS support asks for; or ""."""
        headers = self.headers
        return headers.get("x-amz-request-id") or headers.get("x-amzn-requestid") or ""


def decoded(decoder: msgspec.json.Decoder[T], answer: Answer, operation: str) -> T:
    """The body of an answer. Raises Unreachable when it is something else, a proxy's page say."""
    try:
        return decoder.decode(answer.body)
    except msgspec.DecodeError as error:
        words = f"{operation}: an answer that cannot be read ({error})"
        raise Unreachable(words, hint="Check the proxy, and run it again.") from None
