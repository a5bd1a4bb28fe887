"""Which AWS operation an HTTP request asks for, and the record of those that were asked."""

from __future__ import annotations

import re
import threading
import time
from collections import deque
from dataclasses import asdict, dataclass
from typing import Any
from urllib.parse import parse_qs

from opsctl.aws import agent

CALLS_KEPT = 20_000

Environ = dict[str, Any]

_SCOPE = re.compile(r"Credential=(?P<key>[^/]+)/\d{8}/(?P<region>[^/]+)/(?P<service>[^/]+)/")
_RPC = re.compile(r"^/service/[^/]+/operation/(?P<operation>\w+)$")
_SIGNING_NAMES = {"elasticloadbalancing": "elbv2", "monitoring": "cloudwatch"}
_S3_CONTROL = "/v20180820/"
_UNSIGNED = {"AWSCognitoIdentityProviderService": "cognito-idp"}


@dataclass(frozen=True)
class Asked:
    """One call: boto3's name of the service, AWS's name of the operation."""

    service: str
    operation: str
    access_key: str
    region: str
    command: str = ""
    """The command of opsctl that asks, as its User-Agent says: `scale count`."""


@dataclass(frozen=True)
class Recorded:
    """A call as `GET /_sandbox/calls` shows it. `at` is seconds since 1970, `took` seconds."""

    service: str
    operation: str
    access_key: str
    at: float
    took: float
    status: int
    command: str = ""


def asked(environ: dict[str, Any], body: bytes) -> Asked:
    """What a request asks for; the operation is `METHOD path` where it cannot be told."""
    found = _SCOPE.search(environ.get("HTTP_AUTHORIZATION", ""))
    target = environ.get("HTTP_X_AMZ_TARGET", "")
    signing = found["service"] if found else _UNSIGNED.get(target.partition(".")[0], "s3")
    service = _SIGNING_NAMES.get(signing, signing)
    if service == "s3" and environ.get("PATH_INFO", "").startswith(_S3_CONTROL):
        service = "s3control"
    operation = (
        target.rpartition(".")[2]
        or _from_path(environ)
        or _from_form(environ, body)
        or _from_rest(service, environ)
    )
    key, region = (found["key"], found["region"]) if found else ("", "")
    command = agent.command_of(environ.get("HTTP_USER_AGENT", ""))
    return Asked(service, operation, key, region, command)


def _from_path(environ: dict[str, Any]) -> str:
    found = _RPC.match(environ.get("PATH_INFO", ""))
    return found["operation"] if found else ""


def _from_form(environ: dict[str, Any], body: bytes) -> str:
    if not environ.get("CONTENT_TYPE", "").startswith("application/x-www-form-urlencoded"):
        return ""
    return parse_qs(body[:4096].decode("utf-8", "replace")).get("Action", [""])[0]


def _from_rest(service: str, environ: dict[str, Any]) -> str:
    from moto.core.request import Request
    from moto.core.routing import get_service_router

    try:
        operation, _ = get_service_router(service).match(Request(dict(environ)))
        return str(operation.name)
    except Exception:  # moto raises whatever its router meets: an unknown path is no error here
        return f"{environ['REQUEST_METHOD']} {environ.get('PATH_INFO', '')}"


class Calls:
    """The calls of the last while, oldest first."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._calls: deque[Recorded] = deque(maxlen=CALLS_KEPT)

    def add(self, it: Asked, status: int, began: float) -> None:
        """Record a call that has been answered."""
        now = time.time()
        with self._lock:
            self._calls.append(
                Recorded(
                    it.service, it.operation, it.access_key, began, now - began, status, it.command
                )
            )

    def listed(self) -> list[dict[str, Any]]:
        """Every call, as JSON values."""
        with self._lock:
            return [asdict(each) for each in self._calls]

    def clear(self) -> None:
        """Forget them."""
        with self._lock:
            self._calls.clear()
