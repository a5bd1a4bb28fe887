"""Parameters of a call with its secrets taken out, by the service models' `sensitive` trait."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

HIDDEN = "[hidden]"
LONGEST = 600
"""Characters of a call's parameters in one line of --debug."""
SHORTEST_SECRET = 4
"""Characters; a shorter value is not searched for in texts, or half of each would vanish."""

# The models do not mark everything: sign-in parameters, an MFA code.
_SECRET_NAME = re.compile(
    r"password|passphrase|secret(?!s$|_?(id|arn|name)(s|list)?$)|token|credential|api_?key"
    r"|private_?key|auth_?parameters|^code$|mfa$",
    re.IGNORECASE,
)


_PERSONAL = {"ListObjectVersionsRequest": ("Prefix", "KeyMarker")}
"""Parameters that name a person: an erasure looks below a user's prefix and beside it."""


def redact(params: Any, shape: Any) -> Any:
    """A copy of a call's parameters that may be shown.

    `shape` is the botocore model of the parameters. What the model does not know, or knows
    otherwise, is hidden: it might be a secret in the wrong place.
    """
    if shape is None or _is_secret(shape):
        return HIDDEN
    if shape.type_name == "structure" and isinstance(params, Mapping):
        personal = _PERSONAL.get(shape.name, ())
        return {
            name: HIDDEN if name in personal else _member(name, value, shape)
            for name, value in params.items()
        }
    if shape.type_name == "list" and isinstance(params, list | tuple):
        return [redact(value, shape.member) for value in params]
    if shape.type_name == "map" and isinstance(params, Mapping):
        return {
            str(key): HIDDEN if _SECRET_NAME.search(str(key)) else redact(value, shape.value)
            for key, value in params.items()
        }
    if isinstance(params, Mapping | list | tuple) or shape.type_name == "blob":
        return HIDDEN
    return params


def line(params: Any, shape: Any) -> str:
    """The redacted parameters as one bounded line of JSON."""
    text = json.dumps(redact(params, shape), default=str, ensure_ascii=False)
    return text if len(text) <= LONGEST else text[:LONGEST] + "…"


def without_secrets(text: str, params: Any, shape: Any) -> str:
    """A text of AWS about a call, with the call's secrets taken out: AWS may echo them."""
    secrets = {secret for secret in _secrets(params, shape) if len(secret) >= SHORTEST_SECRET}
    for secret in sorted(secrets, key=len, reverse=True):
        text = text.replace(secret, HIDDEN)
    return text


def _member(name: str, value: Any, shape: Any) -> Any:
    if _SECRET_NAME.search(name):
        return HIDDEN
    return redact(value, shape.members.get(name))


def _is_secret(shape: Any) -> bool:
    return bool(shape.metadata.get("sensitive"))


def _secrets(params: Any, shape: Any) -> Iterator[str]:
    """Every text that `redact` hides, and the values inside it when it is JSON."""
    shown = redact(params, shape)
    for value in _hidden_part(params, shown):
        for text in _texts(value):
            yield text
            try:
                inside = json.loads(text)
            except ValueError:
                continue
            if isinstance(inside, dict | list):
                yield from _texts(inside)


def _hidden_part(params: Any, shown: Any) -> Iterator[Any]:
    if shown == HIDDEN:
        yield params
    elif isinstance(params, Mapping):
        for key, value in params.items():
            yield from _hidden_part(value, shown[str(key)])
    elif isinstance(params, list | tuple):
        for value, seen in zip(params, shown, strict=True):
            yield from _hidden_part(value, seen)


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, bytes | bytearray):
        yield bytes(value).decode("utf-8", "replace")
    elif isinstance(value, Mapping):
        for inner in value.values():
            yield from _texts(inner)
    elif isinstance(value, list | tuple):
        for inner in value:
            yield from _texts(inner)
    elif value is not None:
        yield str(value)
