"""Runs one command, and prints its exit code and what it cost.

    python -I -S launcher.py COMMAND...

Prints the exit code, CPU and elapsed time in milliseconds, and peak memory in MiB. It is a small
process of its own, because Linux counts the memory of the process that starts a command as that
command's: started from pytest, nothing would take less than pytest.
"""

from __future__ import annotations

import os
import sys
import time


def main() -> None:
    nowhere = os.open(os.devnull, os.O_RDWR)
    silent = [(os.POSIX_SPAWN_DUP2, nowhere, stream) for stream in (0, 1, 2)]
    began = time.perf_counter()
    pid = os.posix_spawnp(sys.argv[1], sys.argv[1:], os.environ, file_actions=silent)
    _, status, used = os.wait4(pid, 0)
    wall = time.perf_counter() - began
    cpu = used.ru_utime + used.ru_stime
    print(os.waitstatus_to_exitcode(status), cpu * 1000, wall * 1000, used.ru_maxrss / 1024)


if __name__ == "__main__":
    main()
