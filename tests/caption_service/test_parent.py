"""The watch over the sandbox: whether it is there."""

import os
import subprocess
import sys

from opsctl.caption_service import parent


def test_a_process_that_has_ended_is_gone() -> None:
    ended = subprocess.Popen([sys.executable, "-c", ""])
    ended.wait()

    assert not parent.is_there(ended.pid, is_child=False)
    assert parent.is_there(os.getpid(), is_child=False)


def test_a_child_goes_by_its_parent_and_not_by_a_number() -> None:
    assert parent.is_there(os.getppid(), is_child=True)
    assert not parent.is_there(os.getpid(), is_child=True)


def test_without_a_sandbox_nothing_is_watched() -> None:
    assert parent.watch(0) is None


def test_a_task_ends_when_its_sandbox_does() -> None:
    watched = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"])
    code = (
        "import time; from opsctl.caption_service import parent; "
        f"parent.watch({watched.pid}); time.sleep(30)"
    )
    task = subprocess.Popen([sys.executable, "-c", code])
    try:
        watched.kill()
        watched.wait()
        assert task.wait(timeout=15) == -15
    finally:
        task.kill()
