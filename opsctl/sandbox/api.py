"""The AWS API of the sandbox, an HTTP server on 127.0.0.1: moto behind the front."""

from __future__ import annotations

import contextlib
import functools
import logging
import socket
import threading
from typing import Any

from moto.core import responses
from moto.moto_server.werkzeug_app import (
    DomainDispatcherApplication,
    MotoRequestHandler,
    create_backend_app,
)
from werkzeug.serving import make_server

from opsctl.sandbox import serializing
from opsctl.sandbox.front import Front
from opsctl.sandbox.world import World


class _Quiet(MotoRequestHandler):  # type: ignore[misc]
    """A request handler that writes no access log: `GET /_sandbox/calls` shows the calls."""

    def log(self, type: str, message: str, *args: object) -> None:
        logging.getLogger("opsctl.sandbox.http").debug(message, *args)


@functools.cache
def _moto() -> Any:
    """moto's application. It holds no state of an account, and building it takes long."""
    made = DomainDispatcherApplication(create_backend_app)
    # It would read moto's own folder, of 200 others, for every request.
    made.get_backend_for_host = functools.lru_cache(maxsize=256)(made.get_backend_for_host)
    # And it would look through the handlers of a service.
    responses.method_names_from_class = functools.cache(responses.method_names_from_class)
    serializing.install()
    return made


class Api:
    """The server; `start` sets `world.endpoint`. `port` 0 takes a free one.

    It takes its port only when it starts: one that never does must not keep it from the next.
    """

    def __init__(self, world: World, port: int = 0) -> None:
        self._world = world
        self._port = port
        self.front = Front(world, _moto())

    def start(self) -> str:
        """Listen; answers the endpoint's URL."""
        self._server = make_server(
            "127.0.0.1", self._port, self.front, threaded=True, request_handler=_Quiet
        )
        self._thread = threading.Thread(
            target=self._server.serve_forever,
            kwargs={"poll_interval": 0.1},
            name="api",
            daemon=True,
        )
        self._world.endpoint = f"http://127.0.0.1:{self._server.server_port}"
        self._thread.start()
        return self._world.endpoint

    def stop(self) -> None:
        """Stop listening."""
        ending = threading.Thread(target=self._server.shutdown)
        ending.start()
        # It looks whether it is to end when a connection comes, else only now and then.
        with contextlib.suppress(OSError):
            socket.create_connection(("127.0.0.1", self._server.server_port), timeout=1).close()
        ending.join()
        self._thread.join(timeout=5)
        self._server.server_close()
