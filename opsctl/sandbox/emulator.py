"""The sandbox inside a test: the same AWS, with a clock that is advanced and scripted tasks.

with emulator() as aws:
    boto3.client("ecs", endpoint_url=aws.endpoint_url, ...).update_service(...)
    aws.advance(30)
"""

from __future__ import annotations

import functools
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta

from opsctl.sandbox import moto_parts
from opsctl.sandbox.api import Api
from opsctl.sandbox.fleet import Fleet
from opsctl.sandbox.front import Front
from opsctl.sandbox.moto_parts import s3control_jobs
from opsctl.sandbox.pace import Pace
from opsctl.sandbox.registry import Registry
from opsctl.sandbox.scripted import ScriptedProcess, ScriptedRunner
from opsctl.sandbox.service import Service
from opsctl.sandbox.world import World

STEP = 0.3


@functools.cache
def _port() -> int:
    """One port for every emulator of this process, so that clients of it can be kept."""
    with socket.socket() as it:
        it.bind(("127.0.0.1", 0))
        return int(it.getsockname()[1])


class Emulator:
    """A running emulator. Nothing moves but by `advance`."""

    def __init__(self) -> None:
        self._ahead = timedelta()
        self.world = World(clock=self._now, pace=Pace(starting_at_once=20))
        self.runner = ScriptedRunner()
        self.world.fleet = Fleet(self.world, self.runner)
        self.world.registry = Registry(self.world)
        self._api = Api(self.world, _port())

    def _now(self) -> datetime:
        return datetime.now(UTC) + self._ahead

    @property
    def endpoint_url(self) -> str:
        """Where the AWS API listens; region us-east-1, any credentials."""
        return self.world.endpoint

    @property
    def front(self) -> Front:
        """`front.calls.listed()` are the calls; `front.faults.add({...})` makes some fail."""
        return self._api.front

    @property
    def service(self) -> Service:
        """The seeded service `image-caption-gen-service-local`."""
        names = self.world.names
        found = self.world.fleet.service(names.cluster, names.service)
        if found is None:
            raise LookupError("the emulator was not seeded")
        return found

    def prepare(self) -> None:
        """An empty account with images in its registry, without a listener."""
        from moto.core.base_backend import BackendDict

        BackendDict.reset()
        moto_parts.install(self.world)
        self.world.registry.publish()

    def start(self, *, seeded: bool) -> None:
        """Listen, with the account empty or as `opsctl sandbox up` would leave it."""
        self.prepare()
        self._api.start()
        if seeded:
            from opsctl.sandbox.seed import seed

            seed(self.world, self.endpoint_url)
            self.settle()

    def stop(self) -> None:
        """Stop listening."""
        self._api.stop()

    def advance(self, seconds: float = STEP) -> None:
        """Let that much time go by for the fleet, in steps of 0.3 s; wall time does not pass."""
        left = seconds
        while left > 0:
            self._ahead += timedelta(seconds=min(STEP, left))
            left -= STEP
            self._look()

    def settle(self, limit: float = 120.0) -> None:
        """Advance until every service is steady. Raises TimeoutError after `limit` seconds."""
        for _ in range(int(limit / STEP)):
            self.advance(STEP)
            if all(it.steady and not it.deployment.in_flight for it in self.world.services()):
                return
        raise TimeoutError(f"no service was steady after {limit:g} seconds")

    def processes(self) -> list[ScriptedProcess]:
        """The processes of the running tasks: set `code` or `healthy` on them."""
        return [it for it in self.runner.launched if it.code is None]

    def _look(self) -> None:
        with self.world.lock:
            for task in self.world.fleet.tasks():
                if task.target and isinstance(task.process, ScriptedProcess):
                    task.target.observe(task.process.check(), self.world.pace)
            self.world.fleet.tick()
            s3control_jobs.look(self.world)


@contextmanager
def emulator(*, seeded: bool = True) -> Iterator[Emulator]:
    """An emulator for the time of a `with` block."""
    made = Emulator()
    made.start(seeded=seeded)
    try:
        yield made
    finally:
        made.stop()
