"""The first file of each process of the sandbox: `python -I entrypoint.py MODULE PID PATH…`.

It runs a module as `python -m` does, with the packages of the sandbox, and dies with it.
"""

from __future__ import annotations

import os
import signal
import sys

PR_SET_PDEATHSIG = 1


def command(module: str) -> list[str]:
    """The command line that runs a module here. `-I`: no variable reaches the interpreter."""
    from pathlib import Path

    here = str(Path(__file__).resolve().parents[2])
    path = dict.fromkeys((*([] if here in sys.path else [here]), *filter(None, sys.path)))
    return [sys.executable, "-I", __file__, module, str(os.getpid()), *path]


def die_with_parent(expected: int) -> None:
    """Have the kernel send SIGKILL when the parent dies, however that happens; Linux only.

    Elsewhere the service watches `$OPSCTL_SANDBOX_PID` itself.
    """
    if not sys.platform.startswith("linux"):
        return
    import ctypes

    ctypes.CDLL(None, use_errno=True).prctl(PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
    if os.getppid() != expected:
        sys.exit("the sandbox is gone")  # It died before the kernel was asked.


def main() -> None:
    """Become the module."""
    import runpy

    module, parent, *path = sys.argv[1:]
    die_with_parent(int(parent))
    sys.path[:] = path
    sys.argv[:] = [module]
    runpy.run_module(module, run_name="__main__", alter_sys=True)


if __name__ == "__main__":
    main()
