"""Processes are known by number and create time; files are whole and private."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from opsctl.sandbox.state_files import Known, StateFiles, end, is_alive, running, this_process

SLEEP = "import time; print('up', flush=True); time.sleep(60)"
STUBBORN = f"import signal; signal.signal(signal.SIGTERM, signal.SIG_IGN); {SLEEP}"


@pytest.fixture
def files(tmp_path: Path) -> StateFiles:
    made = StateFiles({"XDG_STATE_HOME": str(tmp_path)})
    made.make_folder()
    return made


@pytest.fixture(params=[SLEEP, STUBBORN], ids=["obedient", "stubborn"])
def process(request: pytest.FixtureRequest) -> Iterator[subprocess.Popen[bytes]]:
    made = subprocess.Popen([sys.executable, "-c", request.param], stdout=subprocess.PIPE)
    assert made.stdout
    made.stdout.readline()
    yield made
    made.kill()
    made.wait()
    made.stdout.close()


def known(process: subprocess.Popen[bytes]) -> Known:
    found = this_process(process.pid)
    assert found
    return found


def test_a_process_is_ended_even_if_it_does_not_want_to(process: subprocess.Popen[bytes]) -> None:
    it = known(process)
    assert is_alive(it)
    end([it], patience=0.3)
    assert not is_alive(it)


def test_another_process_of_the_same_number_is_left_alone(
    process: subprocess.Popen[bytes],
) -> None:
    stranger = replace(known(process), created=time.time() - 86_400)
    assert not is_alive(stranger)
    end([stranger], patience=0.3)
    assert process.poll() is None


def test_a_process_that_is_gone_is_not_known(process: subprocess.Popen[bytes]) -> None:
    it = known(process)
    process.kill()
    deadline = time.monotonic() + 5
    while is_alive(it) and time.monotonic() < deadline:  # a zombie counts as gone
        time.sleep(0.01)
    assert not is_alive(it)


def test_files_are_private_and_whole(files: StateFiles) -> None:
    files.write(files.tasks, [{"pid": 1, "created": 2.0}])
    assert files.tasks.stat().st_mode & 0o777 == 0o600
    assert files.folder.stat().st_mode & 0o777 == 0o700
    assert files.known_tasks() == [Known(1, 2.0)]
    assert [path.name for path in files.folder.iterdir()] == ["tasks.json"]


@pytest.mark.parametrize("content", ["", "{", "[]", '{"pid": "x"}', "null"])
def test_a_torn_file_says_nothing(files: StateFiles, content: str) -> None:
    for path in (files.sandbox, files.server, files.tasks):
        path.write_text(content)
    assert files.known_server() is None
    assert files.known_tasks() == []
    assert running(files) is None


def test_a_sandbox_runs_while_its_very_process_does(files: StateFiles) -> None:
    own = this_process(os.getpid())
    assert own
    files.write(files.sandbox, {"pid": own.pid, "created": own.created, "endpoint": "x"})
    found = running(files)
    assert found
    assert found["endpoint"] == "x"
    files.write(files.sandbox, {"pid": own.pid, "created": own.created - 3600, "endpoint": "x"})
    assert running(files) is None


def test_forgetting_keeps_the_log(files: StateFiles) -> None:
    for path in (files.sandbox, files.server, files.tasks, files.log):
        path.write_text("x")
    files.forget()
    assert [path.name for path in files.folder.iterdir()] == ["sandbox.log"]
