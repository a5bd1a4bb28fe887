"""A task's process dies with whatever started it, where the kernel can see to that."""

from __future__ import annotations

import os
import subprocess
import sys
import time

import pytest

from opsctl.sandbox.state_files import is_alive, this_process

PARENT = """
import os, subprocess, sys
environ = os.environ | {"OPSCTL_SANDBOX_PID": str(os.getpid())}
child = subprocess.Popen([sys.executable, "-m", "opsctl.sandbox.entrypoint", "this"], env=environ)
print(child.pid, flush=True)
import time; time.sleep(60)
"""


@pytest.mark.parametrize("wait", [0.0, 0.5], ids=["at once", "later"])
def test_it_dies_with_its_parent(tmp_path_factory: pytest.TempPathFactory, wait: float) -> None:
    folder = tmp_path_factory.mktemp("module")
    (folder / "this.py").write_text("import time; time.sleep(60)")
    parent = subprocess.Popen(
        [sys.executable, "-c", PARENT],
        stdout=subprocess.PIPE,
        env={**os.environ, "PYTHONPATH": str(folder)},
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


def test_it_runs_the_module_and_ends_as_that_does(tmp_path_factory: pytest.TempPathFactory) -> None:
    folder = tmp_path_factory.mktemp("module")
    (folder / "ends.py").write_text("import sys; sys.exit(7 if __name__ == '__main__' else 8)")
    environ = {**os.environ, "PYTHONPATH": str(folder)}
    environ.pop("OPSCTL_SANDBOX_PID", None)
    words = [sys.executable, "-m", "opsctl.sandbox.entrypoint", "ends"]
    assert subprocess.run(words, env=environ, check=False).returncode == 7
