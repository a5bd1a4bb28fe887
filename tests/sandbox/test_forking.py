"""The sandbox's side of the fork server: what it asks, and what it says of a child."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
from typing import Any

import pytest

from opsctl.sandbox import forking
from opsctl.sandbox.forking import ForkedChild, ForkFailed, ForkServer


class Process:
    """A fork server's process that does nothing."""

    pid = 1

    def __init__(self, *_words: Any, **_options: Any) -> None: ...

    def kill(self) -> None: ...

    def wait(self) -> None: ...


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> tuple[ForkServer, socket.socket]:
    """A fork server whose side of the socket the test holds."""
    ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    monkeypatch.setattr(socket, "socketpair", lambda *_: (ours, theirs.dup()))
    monkeypatch.setattr(subprocess, "Popen", Process)
    monkeypatch.setattr(forking, "ANSWERS_WITHIN", 0.05)
    return ForkServer(), theirs


def test_it_is_ready_when_it_says_so(server: tuple[ForkServer, socket.socket]) -> None:
    own, other = server
    assert own.is_ready() is False
    other.send(b"ready")
    assert own.is_ready() is True


def test_it_has_failed_when_it_is_gone_before_it_was_ready(
    server: tuple[ForkServer, socket.socket],
) -> None:
    own, other = server
    other.close()
    with pytest.raises(ForkFailed, match="has ended"):
        own.is_ready(1.0)


def test_an_answer_that_is_none_has_failed(server: tuple[ForkServer, socket.socket]) -> None:
    own, other = server
    with pytest.raises(ForkFailed, match="TimeoutError"):
        own.fork("module", {}, 1)
    other.send(b'{"error": "no memory"}')
    with pytest.raises(ForkFailed, match="no memory"):
        own.fork("module", {}, 1)
    other.close()
    with pytest.raises(ForkFailed, match=r"BrokenPipeError|ConnectionResetError"):
        own.fork("module", {}, 1)


def test_a_child_is_told_apart_by_how_it_ended() -> None:
    codes = []
    for code in ("raise SystemExit(3)", "import os; os.kill(os.getpid(), 9)"):
        pid = os.posix_spawn(sys.executable, [sys.executable, "-c", code], {})
        os.waitid(os.P_PID, pid, os.WEXITED | os.WNOWAIT)
        codes.append(ForkedChild(pid).poll())
    assert codes == [3, -signal.SIGKILL]


def test_a_child_that_has_ended_gets_no_signal(monkeypatch: pytest.MonkeyPatch) -> None:
    pid = os.posix_spawn(sys.executable, [sys.executable, "-c", ""], {})
    os.waitid(os.P_PID, pid, os.WEXITED | os.WNOWAIT)
    monkeypatch.setattr(os, "kill", lambda *_: pytest.fail("the pid may be another process's"))
    ForkedChild(pid).send_signal(signal.SIGTERM)
