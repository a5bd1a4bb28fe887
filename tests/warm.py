"""Programs that are already imported: a server forks one for each call.

Importing awscli or opsctl takes longer than most of their calls. Here a server has done so once;
who calls hands it the words, the folder, the environment and three open files, and the fork ends as
the program would have.
"""

from __future__ import annotations

import array
import ast
import atexit
import gc
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
import traceback
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import NoReturn

import kinds

LOST = 255
"""The exit code of a fork that ended without a word."""

# No site, no environment of Python's, and only what is built in: it has to be there in a few
# milliseconds, and there are a thousand of them.
CLIENT = """#!{python} -ISE
import _socket, posix, sys
it = _socket.socket(_socket.AF_UNIX, _socket.SOCK_STREAM)
it.connect({address!r})
files = b"".join(number.to_bytes(4, sys.byteorder) for number in range(3))
it.sendmsg([b"f"], [(_socket.SOL_SOCKET, _socket.SCM_RIGHTS, files)])
text = dict(encoding="utf-8", errors="surrogateescape")
variables = {{name.decode(**text): value.decode(**text) for name, value in posix.environ.items()}}
call = ascii((sys.argv[1:], posix.getcwd(), variables)).encode() + b"\\n"
while call:
    call = call[it.send(call):]
answer = b""
try:
    while more := it.recv(99):
        answer += more
    code = (answer.split() + [{lost}])[1]
except KeyboardInterrupt:
    code = 130
posix._exit(int(code))
"""
"""A program for the PATH."""


@contextmanager
def running(module: str, environ: Mapping[str, str]) -> Iterator[str]:
    """The address of the server that `python -m MODULE ADDRESS` is, while it lives."""
    # The address of a socket may have no more than about a hundred letters.
    place = tempfile.mkdtemp(prefix="warm-")
    address = f"{place}/server"
    server = subprocess.Popen(
        [sys.executable, "-m", module, address],
        cwd=Path(__file__).parent,
        env=dict(environ),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    )
    try:
        assert server.stdout
        assert server.stdout.readline() == b"ready\n", f"{module} did not start"
        yield address
    finally:
        assert server.stdin
        with kinds.charged(f"forks of {module}"):
            server.stdin.close()
            server.wait(30)
        shutil.rmtree(place)


def call(
    address: str,
    words: Sequence[str],
    *,
    folder: Path,
    environ: Mapping[str, str],
    files: tuple[int, int, int],
    seconds: float,
) -> int:
    """One call, to its end; answers its exit code.

    Raises TimeoutError, and ends the fork, when it takes longer than `seconds`.
    """
    with socket.socket(socket.AF_UNIX) as it:
        it.settimeout(seconds)
        it.connect(address)
        it.sendmsg([b"f"], [(socket.SOL_SOCKET, socket.SCM_RIGHTS, array.array("i", files))])
        it.sendall(ascii((list(words), str(folder), dict(environ))).encode() + b"\n")
        answers = it.makefile()
        fork = int(answers.readline())
        try:
            return int(answers.readline() or LOST)
        except TimeoutError:
            os.kill(fork, signal.SIGKILL)
            raise


def serve(address: str, main: Callable[[list[str]], int]) -> NoReturn:
    """Answers until standard input ends, which it does when those who started it are gone."""
    from select import select

    listener = socket.socket(socket.AF_UNIX)
    listener.bind(address)
    listener.listen(64)
    # What was imported is never garbage, and a fork that looks through it copies it.
    gc.collect()
    gc.freeze()
    print("ready", flush=True)
    while True:
        ready, _, _ = select([listener, 0], [], [])
        if 0 in ready:
            _wait_for_the_ended()
            os._exit(0)
        caller, _ = listener.accept()
        if os.fork() == 0:
            listener.close()
            _answer(caller, main)
        caller.close()
        _wait_for_the_ended()


def _wait_for_the_ended() -> None:
    """Forks that are waited for are among what this process is told to have cost."""
    with suppress(ChildProcessError):
        while os.waitpid(-1, os.WNOHANG)[0]:
            pass


def _answer(caller: socket.socket, main: Callable[[list[str]], int]) -> NoReturn:
    """One call in this fork, to its end."""
    caller.sendall(f"{os.getpid()}\n".encode())
    room = socket.CMSG_LEN(3 * array.array("i").itemsize)
    _, rights, _, _ = caller.recvmsg(1, room)
    files = array.array("i", rights[0][2])
    words, folder, environ = ast.literal_eval(caller.makefile().readline())
    for place, it in enumerate(files):
        os.dup2(it, place)
        os.close(it)
    code = LOST
    try:
        code = _run(main, words, folder, environ)
    except BaseException:
        traceback.print_exc()
        sys.stderr.flush()
    finally:
        with suppress(BrokenPipeError):  # who called has given up
            caller.sendall(f"{code}\n".encode())
        os._exit(0)


def _run(
    main: Callable[[list[str]], int], words: list[str], folder: str, environ: dict[str, str]
) -> int:
    os.chdir(folder)
    os.environ.clear()
    os.environ.update(environ)
    time.tzset()
    streams = [open(0), open(1, "w"), open(2, "w", errors="backslashreplace")]  # noqa: SIM115
    sys.stdin, sys.stdout, sys.stderr = streams
    try:
        code = main(words)
    except SystemExit as it:
        code = it.code if isinstance(it.code, int) else int(it.code is not None)
    # As the interpreter does at its end.
    threading._shutdown()  # type: ignore[attr-defined]
    atexit._run_exitfuncs()
    for stream in (sys.stdout, sys.stderr):
        try:
            stream.flush()
        except BrokenPipeError:
            code = code or LOST
    return code
