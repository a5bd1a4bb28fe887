"""Tasks as real processes of the caption service, each on its own port of 127.0.0.1.

They run the service of this installation: forked from a process that has imported it, or, where
that cannot be done or is not wanted, each in a new interpreter.
"""

from __future__ import annotations

import logging
import os
import random
import signal
import socket
import subprocess
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Protocol

import opsctl
from opsctl.errors import BadConfig
from opsctl.sandbox import container, entrypoint, task_environment
from opsctl.sandbox.forking import SUPPORTED, ForkFailed, ForkServer
from opsctl.sandbox.process import Launch

VARIABLE = "OPSCTL_SANDBOX_TASKS"
FORKED, SPAWNED = "forked", "spawned"
FIRST_PORT, LAST_PORT = 20_000, 32_000
"""Below the range from which the kernel takes ports of outgoing connections."""
READ_LIMIT = 1 << 20
"""Bytes taken from one process at one look."""
READY_WITHIN = 30.0
FORK_SERVERS = 3
"""How many are started, each after the former failed, until tasks are spawned for good."""
log = logging.getLogger("opsctl.sandbox")


def start_method(environ: Mapping[str, str] = os.environ) -> str:
    """`forked` or `spawned`, as `$OPSCTL_SANDBOX_TASKS` says. Raises BadConfig."""
    method = environ.get(VARIABLE, "") or (FORKED if SUPPORTED else SPAWNED)
    if method not in (FORKED, SPAWNED):
        raise BadConfig(f"{VARIABLE}: unknown value {method!r}.", hint=f"{FORKED} or {SPAWNED}.")
    return method if SUPPORTED else SPAWNED


class Child(Protocol):
    """What is asked of a child process."""

    pid: int

    def poll(self) -> int | None:
        """None while it runs; -n where signal n ended it."""

    def send_signal(self, number: int, /) -> None:
        """Nothing when it has ended."""


class ServiceProcess:
    """A running task."""

    def __init__(self, child: Child, port: int, output: int) -> None:
        self.pid = child.pid
        self.port = port
        self._child = child
        self._reader = output
        os.set_blocking(output, False)
        self._partial = b""

    def exit_code(self) -> int | None:
        """None while it runs; 128 + n where signal n ended it."""
        code = self._child.poll()
        return 128 - code if code is not None and code < 0 else code

    def terminate(self) -> None:
        """SIGTERM: it finishes the requests it has."""
        self._child.send_signal(signal.SIGTERM)

    def kill(self) -> None:
        """SIGKILL."""
        self._child.send_signal(signal.SIGKILL)

    def signal(self, number: int) -> None:
        """Any other signal; nothing when it has ended."""
        self._child.send_signal(number)

    def lines(self) -> list[str]:
        """What it has written since the last call; a line not yet finished waits."""
        content = self._partial + self._read()
        ended = self._reader < 0
        *whole, self._partial = content.split(b"\n")
        if ended and self._partial:
            whole, self._partial = [*whole, self._partial], b""
        return [line.decode("utf-8", "replace") for line in whole if line.strip()]

    def _read(self) -> bytes:
        chunks: list[bytes] = []
        while self._reader >= 0 and sum(map(len, chunks)) < READ_LIMIT:
            try:
                chunk = os.read(self._reader, 65_536)
            except BlockingIOError:
                break
            if not chunk:
                os.close(self._reader)
                self._reader = -1
                break
            chunks.append(chunk)
        return b"".join(chunks)


class ServiceRunner:
    """Starts tasks. `module` is what they run, as `python -m` does."""

    def __init__(self, method: str, module: str = container.MODULE) -> None:
        self.method = method
        self._module = module
        self._ports = _ports()
        self._left = FORK_SERVERS
        self._fork_server: ForkServer | None = None
        if method == FORKED:
            self._start_fork_server()

    def wait_until_ready(self) -> None:
        """Wait for the fork server: a task that starts earlier is spawned."""
        self._forks(READY_WITHIN)

    def start(self, launch: Launch) -> ServiceProcess:
        """Start one. Does not wait until it listens."""
        return self._forked(launch) or self._spawned(launch)

    def close(self) -> None:
        """End the fork server; tasks go on."""
        if self._fork_server:
            self._fork_server.close()
            self._fork_server = None

    def _forked(self, launch: Launch) -> ServiceProcess | None:
        server = self._forks()
        if server is None:
            return None
        port = next(self._ports)
        environment = task_environment.build(launch.environment, port, os.getpid())
        reader, writer = os.pipe()
        try:
            return ServiceProcess(server.fork(self._module, environment, writer), port, reader)
        except ForkFailed as failure:
            os.close(reader)
            self._replace_fork_server(failure)
            return None
        finally:
            os.close(writer)

    def _spawned(self, launch: Launch) -> ServiceProcess:
        port = next(self._ports)
        reader, writer = os.pipe()
        try:
            child = subprocess.Popen(
                entrypoint.command(self._module),
                env=task_environment.build(launch.environment, port, os.getpid()),
                stdin=subprocess.DEVNULL,
                stdout=writer,
                stderr=writer,
                cwd="/",
            )
        finally:
            os.close(writer)
        return ServiceProcess(child, port, reader)

    def _forks(self, patience: float = 0.0) -> ForkServer | None:
        """The fork server, where it is ready within so many seconds."""
        try:
            if self._fork_server and self._fork_server.is_ready(patience):
                return self._fork_server
        except ForkFailed as failure:
            self._replace_fork_server(failure)
        return None

    def _start_fork_server(self) -> None:
        self._left -= 1
        self._fork_server = ForkServer()

    def _replace_fork_server(self, failure: ForkFailed) -> None:
        log.warning("a task cannot be forked and is spawned instead: %s", failure)
        self.close()
        if self._left:
            self._start_fork_server()


def _ports() -> Iterator[int]:
    """Free ports, without end, beginning anywhere so that two sandboxes hardly meet."""
    port = random.randrange(FIRST_PORT, LAST_PORT)  # noqa: S311 - no secret
    while True:
        port = FIRST_PORT + (port + 1 - FIRST_PORT) % (LAST_PORT - FIRST_PORT)
        with socket.socket() as probe:
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
        yield port


def python_path() -> str:
    """PYTHONPATH with which a child finds this very opsctl, installed or not."""
    here = str(Path(opsctl.__file__).parent.parent)
    inherited = os.environ.get("PYTHONPATH", "")
    return os.pathsep.join(dict.fromkeys(part for part in (here, inherited) if part))
