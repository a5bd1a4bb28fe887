"""An `aws` for the PATH that is awscli itself, already imported: a server forks it for each call.

Importing awscli takes most of a second. Here a server has done so once; the program on the PATH
hands it the words, the folder, the environment and its three open files, and ends as the fork does.
Files of configuration are the exception: they are read once, so the tests have none.
"""

from __future__ import annotations

import array
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import traceback
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, NoReturn

# What the runbook asks most: their descriptions are read before anybody calls.
SERVICES = (
    *("application-autoscaling", "cloudwatch", "cognito-idp", "dynamodb", "ecr", "ecs", "elbv2"),
    *("iam", "logs", "s3", "secretsmanager", "sts", "wafv2"),
)

# No site and no environment of Python's: it has to be there in a few milliseconds.
CLIENT = """#!{python} -ISE
import array, json, os, socket, sys
it = socket.socket(socket.AF_UNIX)
it.connect({address!r})
files = array.array("i", [0, 1, 2])
it.sendmsg([b"f"], [(socket.SOL_SOCKET, socket.SCM_RIGHTS, files)])
it.sendall(json.dumps([sys.argv[1:], os.getcwd(), dict(os.environ)]).encode() + b"\\n")
try:
    code = it.makefile().readline()
except KeyboardInterrupt:
    code = "130"
sys.exit(int(code or 255))
"""


@contextmanager
def running(folder: Path) -> Iterator[Path]:
    """The folder of the program while the server lives; `folder` must be new."""
    folder.mkdir()
    # The address of a socket may have no more than about a hundred letters.
    place = tempfile.mkdtemp(prefix="aws-")
    address = f"{place}/server"
    program = folder / "aws"
    program.write_text(CLIENT.format(python=sys.executable, address=address))
    program.chmod(0o755)
    kept = {key: it for key, it in os.environ.items() if not key.startswith("AWS_")}
    server = subprocess.Popen(
        [sys.executable, "-m", "warm_aws", address],
        cwd=Path(__file__).parent,
        env={**kept, "AWS_CONFIG_FILE": os.devnull, "AWS_SHARED_CREDENTIALS_FILE": os.devnull},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    )
    try:
        assert server.stdout
        assert server.stdout.readline() == b"ready\n", "the warm aws did not start"
        yield folder
    finally:
        assert server.stdin
        server.stdin.close()
        server.wait(30)
        shutil.rmtree(place)


def serve(address: str) -> NoReturn:
    """Answers until standard input ends, which it does when those who started it are gone."""
    from select import select

    driver = warmed()
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    listener = socket.socket(socket.AF_UNIX)
    listener.bind(address)
    listener.listen(64)
    print("ready", flush=True)
    while True:
        ready, _, _ = select([listener, 0], [], [])
        if 0 in ready:
            os._exit(0)
        caller, _ = listener.accept()
        if os.fork() == 0:
            answer(caller, driver)
        caller.close()


def warmed() -> Any:
    """awscli's driver, which has read what does not depend on a call."""
    from awscli import clidriver

    driver = clidriver.create_clidriver()
    session = driver.session
    session.get_available_services()
    session.get_component("endpoint_resolver")
    for service in SERVICES:
        session.get_service_model(service)
        session.get_component("data_loader").load_service_model(service, "endpoint-rule-set-1")
        for more in (session.get_paginator_model, session.get_waiter_model):
            with suppress(Exception):  # not every service has these
                more(service)
    return driver


def answer(caller: socket.socket, driver: Any) -> NoReturn:
    """One call of awscli in this fork, to its end."""
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    room = socket.CMSG_LEN(3 * array.array("i").itemsize)
    _, rights, _, _ = caller.recvmsg(1, room)
    files = array.array("i", rights[0][2])
    words, folder, environ = json.loads(caller.makefile().readline())
    for place, it in enumerate(files):
        os.dup2(it, place)
        os.close(it)
    code = 255
    try:
        code = call(driver, words, folder, environ)
    except BaseException:
        traceback.print_exc()
        sys.stderr.flush()
    finally:
        caller.sendall(f"{code}\n".encode())
        os._exit(0)


def call(driver: Any, words: list[str], folder: str, environ: dict[str, str]) -> int:
    """awscli's own main, as `aws` calls it. Answers the exit code."""
    os.chdir(folder)
    own = os.environ["AWS_DATA_PATH"]  # awscli sets it when it is imported
    os.environ.clear()
    os.environ.update({**environ, "AWS_DATA_PATH": own})
    streams: list[Any] = [open(0), open(1, "w"), open(2, "w")]  # noqa: SIM115
    sys.stdin, sys.stdout, sys.stderr = streams
    sys.argv = ["aws", *words]
    try:
        code = driver.main(words)
    except SystemExit as it:
        code = it.code if isinstance(it.code, int) else 1
    for stream in (sys.stdout, sys.stderr):
        try:
            stream.flush()
        except BrokenPipeError:
            code = code or 255
    return int(code or 0)


if __name__ == "__main__":
    serve(sys.argv[1])
