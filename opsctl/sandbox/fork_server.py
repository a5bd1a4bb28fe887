"""The process that tasks are forked from on Linux: it has loaded all that the service needs.

A start costs a tenth of what it costs a new interpreter. The process has one thread, opens nothing
for a task, and reads requests from its standard input, a socket of the sandbox: module and
environment of a task as JSON, with the write end of the pipe for its output. The answer is the
pid of the task.
"""

from __future__ import annotations

import gc
import importlib
import json
import os
import runpy
import signal
import socket
import sys
import threading
import time
from dataclasses import dataclass
from typing import Any, NoReturn

from opsctl.sandbox import container, entrypoint

READY = b"ready"
LARGEST = 1 << 20
"""Bytes of a request; the kernel's own limit is lower."""
ADOPTED_WITHIN = 5.0


def main() -> int:
    """Fork a task for each request until the sandbox closes the socket."""
    sandbox = os.getppid()
    control = socket.socket(fileno=os.dup(0))
    _redirect(os.open(os.devnull, os.O_RDONLY), 0)
    gc.disable()
    service = importlib.import_module(container.PRELOADING)
    service.load()
    if threading.active_count() > 1:
        return 1  # A lock that another thread held would stay locked in every task.
    gc.collect()
    gc.freeze()  # What all tasks share must not be copied by a collection in one of them.
    control.send(READY)
    while True:
        message, received, *_ = socket.recv_fds(control, LARGEST, 1)
        if not message:
            return 0
        request = Request(sandbox, control, received[0], service.begin, **json.loads(message))
        try:
            if os.fork() == 0:
                _fork_again(request)
            _, status = os.wait()
            if status:
                request.answer(error="the second fork failed")
        except OSError as error:
            request.answer(error=str(error))
        os.close(request.output)


@dataclass(frozen=True)
class Request:
    """A task that is wanted. `begin` is called in it before its module runs."""

    sandbox: int
    control: socket.socket
    output: int
    begin: Any
    module: str
    environment: dict[str, str]

    def answer(self, **document: Any) -> None:
        """Tell the sandbox `pid` or `error`."""
        self.control.send(json.dumps(document).encode())


def _fork_again(request: Request) -> NoReturn:
    """Fork the task and end: the kernel then makes the sandbox the parent of the task.

    So the sandbox reads the exit code itself, and the task outlives this process but not the
    sandbox.
    """
    ended = 1
    try:
        if os.fork() == 0:
            _become_task(request)
        ended = 0
    finally:
        os._exit(ended)


def _become_task(request: Request) -> NoReturn:
    """Run the module with nothing left of the process that it was forked from."""
    code: Any = 1
    try:
        _redirect(request.output, 1, 2)
        if not _adopted(request.sandbox):
            request.answer(error="the sandbox did not become the parent")
            sys.exit(1)
        _take_on(request)
        request.answer(pid=os.getpid())
        _close_all_but_standard(request.control.detach())
        gc.enable()
        runpy.run_module(request.module, run_name="__main__", alter_sys=True)
        code = 0
    except SystemExit as ended:
        code = ended.code
    except BaseException:
        sys.excepthook(*sys.exc_info())
    finally:
        _end(code)


def _adopted(sandbox: int) -> bool:
    """Wait until the sandbox is the parent, and have the kernel end this process with it."""
    deadline = time.monotonic() + ADOPTED_WITHIN
    while os.getppid() != sandbox:
        if time.monotonic() > deadline:
            return False
        time.sleep(0.0005)
    entrypoint.die_with_parent(sandbox)
    return True


def _take_on(request: Request) -> None:
    """The environment and the defaults of a new process."""
    os.environ.clear()
    os.environ.update(request.environment)
    os.chdir("/")
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    signal.signal(signal.SIGINT, signal.default_int_handler)
    request.begin()


def _redirect(source: int, *numbers: int) -> None:
    for number in numbers:
        os.dup2(source, number)
    os.close(source)


def _close_all_but_standard(control: int) -> None:
    os.close(control)
    for name in os.listdir("/proc/self/fd"):  # noqa: PTH208 - numbers are wanted
        if int(name) > 2:
            try:
                os.close(int(name))
            except OSError:
                continue  # The one that listed them.


def _end(code: Any) -> NoReturn:
    """End as the interpreter would, without taking apart what it shares."""
    if code is not None and not isinstance(code, int):
        sys.stderr.write(f"{code}\n")
        code = 1
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(code or 0)


if __name__ == "__main__":
    sys.exit(main())
