"""What a task's process runs first: `python entrypoint.py COMMAND…`; it becomes that command.

On Linux the kernel then ends it together with the sandbox, however that dies; elsewhere the
service watches `$OPSCTL_SANDBOX_PID` itself.
"""

from __future__ import annotations

import os
import signal
import sys

PR_SET_PDEATHSIG = 1
NOT_FOUND = 127
"""Docker's exit code for a command that the image does not have."""


def die_with_parent() -> None:
    """Ask the kernel for SIGKILL when the parent dies; Linux only. It outlives exec."""
    if not sys.platform.startswith("linux"):
        return
    import ctypes

    ctypes.CDLL(None, use_errno=True).prctl(PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
    expected = os.environ.get("OPSCTL_SANDBOX_PID", "")
    if expected and os.getppid() != int(expected):
        sys.exit("the sandbox is gone")  # It died before the kernel was asked.


if __name__ == "__main__":
    die_with_parent()
    command = sys.argv[1:]
    try:
        os.execvp(command[0], command)  # noqa: S606 - no shell is wanted
    except OSError as error:
        sys.stderr.write(f"exec: {command[0]!r}: {error.strerror}\n")
        sys.exit(NOT_FOUND)
