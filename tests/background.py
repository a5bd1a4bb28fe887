"""opsctl in the background of a journey: watched, signalled, ended."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time

from running import RunningSandbox


class Background:
    """A running opsctl whose output is read as it comes. `text` is both streams so far."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self._process = process
        self._lines: list[str] = []
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    @property
    def text(self) -> str:
        return "".join(self._lines)

    def wait_for(self, words: str, seconds: float = 60.0) -> None:
        """Until it has said that. Raises AssertionError with what it said instead."""
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            # The plan names every step before the first one begins.
            if any(words in line and "Z " in line for line in self._lines):
                return
            time.sleep(0.02)
        raise AssertionError(f"it never said “{words}”:\n{self.text}")

    def send(self, number: signal.Signals) -> None:
        self._process.send_signal(number)

    def end(self, seconds: float = 120.0) -> int:
        """Its exit code."""
        code = self._process.wait(timeout=seconds)
        self._reader.join(timeout=5)
        return code

    def kill(self) -> None:
        """kill -9, where it still runs."""
        if self._process.poll() is None:
            os.kill(self._process.pid, signal.SIGKILL)
        self.end()

    def _read(self) -> None:
        if self._process.stdout:
            self._lines.extend(iter(self._process.stdout.readline, ""))


def opsctl_in_background(sandbox: RunningSandbox, *words: str) -> Background:
    """Starts one opsctl command without a terminal."""
    return Background(
        subprocess.Popen(
            [sys.executable, "-m", "opsctl", *words],
            env=dict(sandbox.environ),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
    )
