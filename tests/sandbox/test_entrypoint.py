"""A process of the sandbox runs its module with the sandbox's packages, and dies with it."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from running import until

from opsctl.sandbox import entrypoint, processes
from opsctl.sandbox.state_files import is_alive, this_process

SANDBOX = """
import sys, time
from opsctl.sandbox.process import Launch
from opsctl.sandbox.processes import ServiceRunner
from opsctl.sandbox.registry import Image
runner = ServiceRunner(sys.argv[1], "task_probe")
runner.wait_until_ready()
task = runner.start(Launch("t", Image("1.0.0"), {"CAPTION_FAULT": "slow"}))
if sys.argv[2] == "later":
    while not task.lines():
        time.sleep(0.02)
server = runner._fork_server
print(task.pid, *([server.pid] if server else []), flush=True)
time.sleep(60)
"""


@pytest.mark.parametrize("when", ["at once", "later"])
@pytest.mark.parametrize(
    "method", [processes.SPAWNED, *([processes.FORKED] if processes.SUPPORTED else [])]
)
def test_a_task_dies_with_the_sandbox(method: str, when: str) -> None:
    tests = str(Path(__file__).parents[1])
    sandbox = subprocess.Popen(
        [sys.executable, "-c", SANDBOX, method, when],
        stdout=subprocess.PIPE,
        env={"PYTHONPATH": f"{processes.python_path()}:{tests}"},
    )
    assert sandbox.stdout
    with sandbox.stdout as output:
        own = [this_process(int(pid)) for pid in output.readline().split()]
        sandbox.kill()
        sandbox.wait()
    assert len(own) == (2 if method == processes.FORKED else 1)
    until(lambda: not any(it and is_alive(it) for it in own))


def test_a_process_whose_sandbox_is_gone_runs_nothing() -> None:
    words = entrypoint.command("this")
    words[words.index("this") + 1] = "1"
    done = subprocess.run(words, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (1, "")
    assert "the sandbox is gone" in done.stderr


def test_it_runs_a_module_as_python_does(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "told.py").write_text(
        "import sys; print(__name__, sys.flags.isolated); sys.exit(7)"
    )
    monkeypatch.syspath_prepend(str(tmp_path))
    environ = {"PYTHONPATH": "/nowhere", "PYTHONSTARTUP": "/nowhere", "PYTHONINSPECT": "1"}
    done = subprocess.run(
        entrypoint.command("told"), env=environ, capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stdout) == (7, "__main__ 1\n")
