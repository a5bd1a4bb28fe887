"""The sandbox from outside: what is stale is recognised, and nothing foreign is touched."""

from __future__ import annotations

import fcntl
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path

import pytest

from opsctl.errors import BadConfig, Unreachable, UsageProblem
from opsctl.sandbox import control
from opsctl.sandbox.emulator import Emulator
from opsctl.sandbox.state_files import StateFiles, is_alive, this_process


@pytest.fixture
def environ(tmp_path: Path) -> dict[str, str]:
    return {**os.environ, "XDG_STATE_HOME": str(tmp_path)}


@pytest.fixture
def files(environ: dict[str, str]) -> StateFiles:
    made = StateFiles(environ)
    made.make_folder()
    return made


@pytest.fixture
def stranger() -> Iterator[subprocess.Popen[bytes]]:
    made = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"])
    yield made
    made.kill()
    made.wait()


def test_nothing_there_is_simply_down(environ: dict[str, str]) -> None:
    assert control.status(environ) == {"running": False}
    assert control.down(environ) is False
    with pytest.raises(Unreachable) as caught:
        control.heal(environ)
    assert caught.value.hint == "opsctl sandbox up"


def test_a_process_that_took_the_number_after_a_reboot_is_left_alone(
    environ: dict[str, str], files: StateFiles, stranger: subprocess.Popen[bytes]
) -> None:
    stale = {"pid": stranger.pid, "created": time.time() - 86_400}
    files.write(files.sandbox, {**stale, "endpoint": "http://127.0.0.1:1"})
    files.write(files.server, stale)
    files.write(files.tasks, [stale])
    assert control.status(environ) == {"running": False}
    assert control.down(environ) is False
    assert stranger.poll() is None
    assert not files.sandbox.exists()


def test_a_task_that_outlived_its_sandbox_is_swept(
    environ: dict[str, str], files: StateFiles, stranger: subprocess.Popen[bytes]
) -> None:
    own = this_process(stranger.pid)
    assert own
    files.write(files.tasks, [{"pid": own.pid, "created": own.created}])
    assert control.status(environ) == {"running": False}
    assert not is_alive(own)
    assert not files.tasks.exists()


def test_a_sandbox_that_is_just_starting_is_not_swept(
    environ: dict[str, str], files: StateFiles, stranger: subprocess.Popen[bytes]
) -> None:
    own = this_process(stranger.pid)
    assert own
    files.write(files.server, {"pid": own.pid, "created": own.created})
    with files.lock.open("a") as handle:
        fcntl.flock(handle, fcntl.LOCK_EX)
        assert control.status(environ) == {"running": False}
        assert is_alive(own)


def test_a_missing_extra_is_named_with_the_command_that_installs_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(control, "NEEDED", ("json", "not_installed_anywhere"))
    with pytest.raises(BadConfig, match="not_installed_anywhere") as caught:
        control.check_installed()
    assert caught.value.hint == "pip install 'opsctl[sandbox]'"


def test_an_endpoint_that_does_not_answer_is_unreachable() -> None:
    with pytest.raises(Unreachable, match="does not answer"):
        control.ask("http://127.0.0.1:9", "GET", "calls")


def test_a_user_is_filled_where_the_running_sandbox_keeps_its_data(
    environ: dict[str, str], files: StateFiles, emulator: Emulator
) -> None:
    own = this_process(os.getpid())
    assert own
    names = asdict(emulator.world.names)
    found = {"pid": own.pid, "created": own.created, "endpoint": emulator.endpoint_url}
    files.write(files.sandbox, {**found, "names": names})
    made = control.fill("erin", {"objects": 2, "versions": 3, "markers": 1}, 4, environ)
    assert made == {
        "objects": 2,
        "versions": 6,
        "markers": 1,
        "uploads": 0,
        "bytes": 384,
        "items": 4,
    }
    held = emulator.world.backend("s3").buckets[names["bucket"]].keys
    assert len(list(held.walk("images/erin/"))) == 2


@pytest.mark.parametrize("user", ["", "a/b", "a b", "é", "x" * 129])
def test_a_name_that_no_user_can_have_is_refused(environ: dict[str, str], user: str) -> None:
    with pytest.raises(UsageProblem, match="no name of a user"):
        control.fill(user, {}, 0, environ)


@pytest.mark.parametrize(
    ("variable", "value", "told"),
    [
        ("OPSCTL_SANDBOX_PACE", "hasty", "unknown pace 'hasty'"),
        ("OPSCTL_SANDBOX_TASKS", "cold", "unknown value 'cold'"),
    ],
)
def test_a_wrong_setting_is_told_before_anything_starts(
    environ: dict[str, str], files: StateFiles, variable: str, value: str, told: str
) -> None:
    with pytest.raises(BadConfig, match=f"{variable}: {told}"):
        control.up(environ={**environ, variable: value})
    assert files.known_server() is None
