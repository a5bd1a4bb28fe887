"""What a task's process runs first: `python -m opsctl.sandbox.entrypoint MODULE`.

On Linux the kernel then ends it together with the sandbox, however that dies; elsewhere the
service watches `$OPSCTL_SANDBOX_PID` itself.
"""

from __future__ import annotations

import os
import runpy
import signal
import sys

PR_SET_PDEATHSIG = 1


def die_with_parent() -> None:
    """Ask the kernel for SIGKILL when the parent dies; Linux only."""
    if not sys.platform.startswith("linux"):
        return
    import ctypes

    ctypes.CDLL(None, use_errno=True).prctl(PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
    expected = os.environ.get("OPSCTL_SANDBOX_PID", "")
    if expected and os.getppid() != int(expected):
        sys.exit("the sandbox is gone")  # It died before the kernel was asked.


if __name__ == "__main__":
    die_with_parent()
    module = sys.argv.pop(1)
    runpy.run_module(module, run_name="__main__", alter_sys=True)
