"""Visitors: a little traffic while something is broken, so that metrics and log tell of it."""

from __future__ import annotations

import contextlib
import functools
import json
import threading
import urllib.request
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from opsctl.sandbox.launch import TASK_KEY
from opsctl.sandbox.seed_people import PASSWORD, USERS

if TYPE_CHECKING:
    from opsctl.sandbox.world import World

MOST = 16
"""Requests under way at once: those that come while the service is slow pile up no further."""
TIMEOUT = 10.0
DISABLED = USERS[0]


class Visitors:
    """Sends requests in the background; what becomes of them is for others to see."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._under_way = threading.BoundedSemaphore(MOST)

    def come(self, kind: str) -> None:
        """Send what shows this kind of breakage; does nothing where no service listens."""
        if not self._world.app_url:
            return
        for number, do in (
            (6 if kind in ("slow", "errors") else 2 if kind == "full" else 0, self._page),
            (2 if kind == "disabled-user" else 0, self._sign_in),
            (3 if kind == "throttle" else 0, self._query),
        ):
            for _ in range(number):
                self._send(do)

    def leave(self) -> None:
        """Wait until all that were sent have been answered."""
        for _ in range(MOST):
            self._under_way.acquire()
        self._under_way.release(MOST)

    def _send(self, do: Callable[[], None]) -> None:
        if self._under_way.acquire(blocking=False):
            threading.Thread(target=self._sent, args=(do,), daemon=True).start()

    def _sent(self, do: Callable[[], None]) -> None:
        try:
            with contextlib.suppress(OSError):
                do()
        finally:
            self._under_way.release()

    def _page(self) -> None:
        _ask(urllib.request.Request(f"{self._world.app_url}/"))  # noqa: S310 - http://127.0.0.1

    def _sign_in(self) -> None:
        body = json.dumps({"username": DISABLED, "password": PASSWORD}).encode()
        headers = {"Content-Type": "application/json"}
        url = f"{self._world.app_url}/api/login"
        _ask(urllib.request.Request(url, body, headers))  # noqa: S310 - http://127.0.0.1

    def _query(self) -> None:
        """As a task would: through the application nobody could sign in meanwhile."""
        from botocore.exceptions import BotoCoreError, ClientError

        with contextlib.suppress(ClientError, BotoCoreError):
            client(self._world, "dynamodb").query(
                TableName=self._world.names.table,
                KeyConditionExpression="PK = :pk",
                ExpressionAttributeValues={":pk": {"S": f"USER#{DISABLED}"}},
            )


def client(world: World, service: str) -> Any:
    """A boto3 client of the sandbox that signs as a task, and tries once."""
    return _client(service, world.endpoint, world.region)


@functools.cache
def _client(service: str, endpoint: str, region: str) -> Any:
    """Kept: to make one reads the whole model of its service."""
    import boto3
    from botocore.config import Config

    session: Any = boto3.Session(
        aws_access_key_id=TASK_KEY, aws_secret_access_key=TASK_KEY, region_name=region
    )
    return session.client(
        service,
        endpoint_url=endpoint,
        config=Config(retries={"total_max_attempts": 1}),
    )


def _ask(request: urllib.request.Request) -> None:
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    with opener.open(request, timeout=TIMEOUT) as answer:
        answer.read()
