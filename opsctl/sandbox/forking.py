"""The sandbox's side of the fork server: it starts that process and asks it for tasks."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Mapping

from opsctl.sandbox import entrypoint, fork_server, task_environment

PR_SET_CHILD_SUBREAPER = 36
ANSWERS_WITHIN = 10.0
SUPPORTED = sys.platform.startswith("linux")


class ForkFailed(Exception):
    """The fork server is gone, or could not start the task."""


class ForkServer:
    """One process to fork from. Linux only; tasks become children of this process."""

    def __init__(self) -> None:
        _adopt_orphans(True)
        self._ready = False
        self._socket, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        with theirs:
            self._process = subprocess.Popen(
                entrypoint.command(fork_server.__name__),
                env=task_environment.build({"AWS_EC2_METADATA_DISABLED": "true"}, 0, os.getpid()),
                stdin=theirs.fileno(),
                stdout=subprocess.DEVNULL,
                cwd="/",
            )
        self.pid = self._process.pid

    def is_ready(self, patience: float = 0.0) -> bool:
        """Whether it has imported everything. Raises ForkFailed when it has ended."""
        if not self._ready:
            try:
                self._ready = self._receive(patience) == fork_server.READY
            except TimeoutError:
                return False
            except OSError as error:
                raise ForkFailed(str(error)) from error
        return self._ready

    def fork(self, module: str, environment: Mapping[str, str], output: int) -> ForkedChild:
        """Start a task whose output goes to a file descriptor. Raises ForkFailed."""
        request = json.dumps({"module": module, "environment": dict(environment)}).encode()
        try:
            socket.send_fds(self._socket, [request], [output])
            answer = json.loads(self._receive(ANSWERS_WITHIN))
        except OSError as error:
            raise ForkFailed(f"{type(error).__name__}: {error}") from error
        if "pid" not in answer:
            raise ForkFailed(answer["error"])
        return ForkedChild(answer["pid"])

    def close(self) -> None:
        """End it; its tasks go on."""
        self._socket.close()
        self._process.kill()
        self._process.wait()
        _adopt_orphans(False)

    def _receive(self, patience: float) -> bytes:
        self._socket.settimeout(max(patience, 0.001))
        message = self._socket.recv(fork_server.LARGEST)
        if not message:
            raise ForkFailed("the fork server has ended")
        return message


class ForkedChild:
    """A forked task, with the methods of `subprocess.Popen` that the sandbox uses."""

    def __init__(self, pid: int) -> None:
        self.pid = pid
        self._code: int | None = None

    def poll(self) -> int | None:
        """None while it runs; -n where signal n ended it."""
        if self._code is None:
            try:
                ended, status = os.waitpid(self.pid, os.WNOHANG)
            except ChildProcessError:
                ended, status = self.pid, signal.SIGKILL  # Somebody else has waited for it.
            if ended:
                self._code = os.waitstatus_to_exitcode(status)
        return self._code

    def send_signal(self, number: int) -> None:
        """Nothing when it has ended: the pid may be another process's."""
        if self.poll() is None:
            os.kill(self.pid, number)


def _adopt_orphans(on: bool) -> None:
    """Whether a process whose parent ended becomes a child of this process."""
    import ctypes

    ctypes.CDLL(None, use_errno=True).prctl(PR_SET_CHILD_SUBREAPER, int(on), 0, 0, 0)
