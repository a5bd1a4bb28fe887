"""Tasks as real processes of the service's image, each on its own port of 127.0.0.1."""

from __future__ import annotations

import os
import random
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import opsctl
from opsctl.sandbox import dockerfile, entrypoint
from opsctl.sandbox.image_build import BuiltImage
from opsctl.sandbox.process import Launch

KEPT = ("LANG", "LC_ALL", "TMPDIR")
FIRST_PORT, LAST_PORT = 20_000, 32_000
"""Below the range from which the kernel takes ports of outgoing connections."""
STARTED_BY = (sys.executable, "-I", "-S", entrypoint.__file__)
"""`-I -S`: nothing of the machine's Python is needed to become the command."""
READ_LIMIT = 1 << 20
"""Bytes taken from one process at one look."""


class ServiceProcess:
    """A running container of the image: CMD in WORKDIR, with ENV below the task's environment."""

    def __init__(self, image: BuiltImage, launch: Launch, port: int) -> None:
        self.port = port
        self._reader, writer = os.pipe()
        os.set_blocking(self._reader, False)
        self._partial = b""
        try:
            self._process = subprocess.Popen(
                [*STARTED_BY, *dockerfile.of_the_service().command],
                env=_environment(image, launch, port),
                stdin=subprocess.DEVNULL,
                stdout=writer,
                stderr=writer,
                close_fds=True,
                cwd=image.folder,
            )
        finally:
            os.close(writer)
        self.pid = self._process.pid

    def exit_code(self) -> int | None:
        """None while it runs; 128 + n where signal n ended it."""
        code = self._process.poll()
        return 128 - code if code is not None and code < 0 else code

    def terminate(self) -> None:
        """SIGTERM: it finishes the requests it has."""
        self._process.terminate()

    def kill(self) -> None:
        """SIGKILL."""
        self._process.kill()

    def signal(self, number: int) -> None:
        """Any other signal; nothing when it has ended."""
        self._process.send_signal(number)

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
    """Starts processes of an image that was built."""

    def __init__(self, image: BuiltImage) -> None:
        self._image = image
        self._ports = _ports()

    def start(self, launch: Launch) -> ServiceProcess:
        """Start one; it listens about a second later."""
        return ServiceProcess(self._image, launch, next(self._ports))


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


def _environment(image: BuiltImage, launch: Launch, port: int) -> dict[str, str]:
    """A container sees the image's environment, its definition's, and little of the machine's."""
    kept = {name: os.environ[name] for name in KEPT if name in os.environ}
    given = {**kept, "HOME": str(image.root), **launch.environment}
    return {
        **given,
        "PATH": image.own_path(given["PATH"]),
        "HOST": "127.0.0.1",
        "PORT": str(port),
        "OPSCTL_SANDBOX_PID": str(os.getpid()),
        # The image's file system may be read-only, this one is not; and the installation that lends
        # the packages may have no bytecode of them: every task would compile for ten seconds.
        "PYTHONDONTWRITEBYTECODE": "",
    }


def python_path() -> str:
    """PYTHONPATH with which a child finds this very opsctl, installed or not."""
    here = str(Path(opsctl.__file__).parent.parent)
    inherited = os.environ.get("PYTHONPATH", "")
    return os.pathsep.join(dict.fromkeys(part for part in (here, inherited) if part))
