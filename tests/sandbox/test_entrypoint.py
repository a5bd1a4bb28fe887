"""A task's process dies with whatever started it, where the kernel can see to that."""

from __future__ import annotations

import os
import subprocess
import sys
import time

import pytest

from opsctl.sandbox import entrypoint
from opsctl.sandbox.state_files import is_alive, this_process

PARENT = """
import os, subprocess, sys
environ = os.environ | {"OPSCTL_SANDBOX_PID": str(os.getpid())}
from opsctl.sandbox import entrypoint
words = [sys.executable, "-I", "-S", entrypoint.__file__, sys.executable, "-c", sys.argv[1]]
child = subprocess.Popen(words, env=environ)
print(child.pid, flush=True)
import time; time.sleep(60)
"""


@pytest.mark.parametrize("wait", [0.0, 0.5], ids=["at once", "later"])
def test_it_dies_with_its_parent(wait: float) -> None:
    parent = subprocess.Popen(
        [sys.executable, "-c", PARENT, "import time; time.sleep(60)"], stdout=subprocess.PIPE
    )
    assert parent.stdout
    child = this_process(int(parent.stdout.readline()))
    assert child
    time.sleep(wait)
    parent.kill()
    parent.wait()
    parent.stdout.close()
    deadline = time.monotonic() + 5
    while is_alive(child) and time.monotonic() < deadline:
        time.sleep(0.02)
    assert not is_alive(child)


def run(*command: str) -> int:
    words = [sys.executable, "-I", "-S", entrypoint.__file__, *command]
    environ = {name: it for name, it in os.environ.items() if name != "OPSCTL_SANDBOX_PID"}
    return subprocess.run(words, env=environ, check=False).returncode


def test_it_becomes_the_command_and_ends_as_that_does() -> None:
    assert run(sys.executable, "-c", "import sys; sys.exit(7)") == 7


def test_a_command_that_is_not_there_ends_with_dockers_code() -> None:
    assert run("no-such-command") == 127
