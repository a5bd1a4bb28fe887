"""The front of the AWS API: records calls, makes faults, lets one request at a time into moto."""

from __future__ import annotations

import functools
import io
import itertools
import json
import time
from collections.abc import Callable, Iterable
from typing import Any

from opsctl.sandbox import authorization, calls, faults, log_burst, past, service_counters
from opsctl.sandbox.calls import Asked, Calls, Environ
from opsctl.sandbox.command_calls import CommandCalls
from opsctl.sandbox.faults import Fault, Faults
from opsctl.sandbox.filling import Filling
from opsctl.sandbox.moto_parts import ecr, logs_live
from opsctl.sandbox.seed_access import OPERATOR_KEY
from opsctl.sandbox.world import World

StartResponse = Callable[..., Any]
Control = Callable[[str, bytes], Any]
"""(HTTP method, body) → what is answered as JSON; raises ValueError for a bad request."""

PREFIX = "/_sandbox/"
LIVE_TAIL = ("logs", "StartLiveTail")
STATUS = "opsctl.status"
"""Where in the environ the answer's HTTP status is noted."""


class Front:
    """A WSGI application around moto's. `controls` answer under `/_sandbox/NAME`."""

    def __init__(self, world: World, application: Any) -> None:
        self._world = world
        self._application = application
        self.calls = Calls()
        self.commands = CommandCalls(f"{world.region}:{world.account}")
        self.faults = Faults()
        self.controls: dict[str, Control] = {
            "calls": self._control_calls,
            "commands": lambda _method, _body: self.commands.listed(),
            "policy": self._control_policy,
            "faults": self._control_faults,
            "log-burst": functools.partial(log_burst.control, world),
            "fill": Filling(world).control,
            "past": functools.partial(past.control, world),
        }

    def __call__(self, environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        path = environ.get("PATH_INFO", "")
        body = _read(environ)
        if path.startswith(ecr.PATH):
            return self._blob(path, start_response)
        if path.startswith(PREFIX):
            return self._control(path.removeprefix(PREFIX), environ, body, start_response)
        it = calls.asked(environ, body)
        if (it.service, it.operation) == LIVE_TAIL:
            return self._live(it, environ, body, start_response)
        return self._api(it, environ, body, start_response)

    def _live(
        self, it: Asked, environ: Environ, body: bytes, start_response: StartResponse
    ) -> Iterable[bytes]:
        """An answer that goes on until its reader goes; nobody holds the lock meanwhile."""

        def started(status: str, headers: list[tuple[str, str]], *rest: Any) -> Any:
            kept = [each for each in headers if each[0].lower() != "content-length"]
            environ[STATUS] = int(status.partition(" ")[0])
            return start_response(status, kept, *rest)

        answer = self._api(it, environ, body, started)
        if environ.get(STATUS) != 200:
            return answer
        return itertools.chain(answer, logs_live.updates(self._world, body))

    def _api(
        self, it: Asked, environ: Environ, body: bytes, start_response: StartResponse
    ) -> Iterable[bytes]:
        began = time.time()
        seen: list[int] = [0]
        needed = self.commands.asks(it, environ, body)
        _as_operator(environ)

        def started(status: str, *rest: Any) -> Any:
            seen[0] = int(status.partition(" ")[0])
            return start_response(status, *rest)

        try:
            if denied := self.commands.refusal(needed):
                return _send(started, *faults.answer(it, faults.denial(*denied), environ))
            wait, fault = self.faults.hit(it)
            if wait:
                time.sleep(wait)
            if fault and fault.kind:
                return self._broken(fault, environ, started)
            if fault:
                environ[service_counters.ERROR] = fault.code
                return _send(started, *faults.answer(it, fault, environ))
            return self._answer(environ, started)
        finally:
            self.calls.add(it, seen[0], began)
            self.commands.add(it, needed, seen[0])
            self._world.service_counters.seen(it, environ, seen[0])

    def _broken(self, fault: Fault, environ: Environ, started: StartResponse) -> Iterable[bytes]:
        """An answer that is lost or fails in part; who does part of it is told by the environ."""
        if fault.kind in faults.ONLY:
            environ[faults.PASSED_ON] = fault
            return self._answer(environ, started)
        if fault.kind == "lost":
            self._answer(environ, lambda *_: None)
        faults.cut(environ)
        return _send(started, 500, "text/plain", b"")

    def _answer(self, environ: Environ, started: StartResponse) -> list[bytes]:
        """moto's state is not safe for several threads; the fleet changes it under this lock."""
        with self._world.lock:
            answer = self._application(environ, started)
            try:
                return list(answer)
            finally:
                if hasattr(answer, "close"):
                    answer.close()

    def _blob(self, path: str, start_response: StartResponse) -> Iterable[bytes]:
        blob = self._world.registry.blob(path.removeprefix(ecr.PATH))
        if blob is None:
            return _send(start_response, 404, "text/plain", b"no such blob")
        return _send(start_response, 200, "application/octet-stream", blob)

    def _control(
        self, name: str, environ: Environ, body: bytes, start_response: StartResponse
    ) -> Iterable[bytes]:
        control = self.controls.get(name.strip("/"))
        if control is None:
            return _send_json(start_response, 404, {"error": f"no such control: {name}"})
        try:
            return _send_json(start_response, 200, control(environ["REQUEST_METHOD"], body))
        except (ValueError, TypeError, KeyError) as error:
            return _send_json(start_response, 400, {"error": str(error)})

    def _control_calls(self, method: str, _: bytes) -> Any:
        listed = self.calls.listed()
        if method == "DELETE":
            self.calls.clear()
        return listed

    def _control_policy(self, method: str, body: bytes) -> Any:
        """`POST` a policy: whatever it does not allow is refused to every command of opsctl."""
        if method != "GET":
            self.commands.policy = authorization.policy(body) if method == "POST" else None
        return self.commands.policy

    def _control_faults(self, method: str, body: bytes) -> Any:
        if method == "DELETE":
            self.faults.clear()
        elif method == "POST":
            rules = json.loads(body)
            for rule in rules if isinstance(rules, list) else [rules]:
                self.faults.add(rule)
        return self.faults.listed()


def _as_operator(environ: Environ) -> None:
    """moto knows only access keys of twenty characters; opsctl itself signs as `sandbox`."""
    signed = environ.get("HTTP_AUTHORIZATION")
    if signed:
        environ["HTTP_AUTHORIZATION"] = signed.replace(
            "Credential=sandbox/", f"Credential={OPERATOR_KEY}/", 1
        )


def _read(environ: Environ) -> bytes:
    """The whole body, so that a slow caller holds no lock; chunked ones stay as they are."""
    length = environ.get("CONTENT_LENGTH")
    if not length:
        return b""
    body: bytes = environ["wsgi.input"].read(int(length))
    environ["wsgi.input"] = io.BytesIO(body)
    return body


def _send(started: StartResponse, status: int, content_type: str, body: bytes) -> list[bytes]:
    started(f"{status} -", [("Content-Type", content_type), ("Content-Length", str(len(body)))])
    return [body]


def _send_json(started: StartResponse, status: int, document: Any) -> list[bytes]:
    return _send(started, status, "application/json", json.dumps(document).encode())
