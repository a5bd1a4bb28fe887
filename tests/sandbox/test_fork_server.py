"""The fork server answers each request, and forks nothing that the sandbox would not own."""

from __future__ import annotations

import os
import socket
from collections.abc import Iterator

import pytest

from opsctl.sandbox import fork_server
from opsctl.sandbox.fork_server import Request


@pytest.fixture
def sockets() -> Iterator[tuple[socket.socket, socket.socket]]:
    ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    with ours, theirs:
        yield ours, theirs


def end(pid: int) -> int:
    return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])


def test_a_task_that_the_sandbox_does_not_adopt_runs_nothing(
    sockets: tuple[socket.socket, socket.socket], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(fork_server, "ADOPTED_WITHIN", 0.01)
    ours, theirs = sockets
    output = os.open(os.devnull, os.O_WRONLY)
    request = Request(1, theirs, output, lambda: None, "task_probe", {})
    pid = os.fork()
    if pid == 0:
        fork_server._become_task(request)
    os.close(output)
    assert end(pid) == 1
    assert ours.recv(1000) == b'{"error": "the sandbox did not become the parent"}'


@pytest.mark.parametrize(("code", "expected"), [(None, 0), (0, 0), (3, 3), ("a reason", 1)])
def test_a_task_ends_with_the_code_that_the_interpreter_would_give(
    code: object, expected: int
) -> None:
    pid = os.fork()
    if pid == 0:
        os.dup2(os.open(os.devnull, os.O_WRONLY), 2)
        fork_server._end(code)
    assert end(pid) == expected
