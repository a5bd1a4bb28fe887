"""What the running sandbox says about itself."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from opsctl.targets import sandbox_file


@pytest.fixture
def environ(tmp_path: Path) -> dict[str, str]:
    return {"XDG_STATE_HOME": str(tmp_path)}


def write(environ: dict[str, str], text: str) -> None:
    path = sandbox_file.path(environ)
    path.parent.mkdir(parents=True)
    path.write_text(text)


def test_a_running_sandbox_is_found(environ: dict[str, str]) -> None:
    about = {"endpoint": "http://127.0.0.1:4566", "pid": os.getpid()}
    write(environ, json.dumps(about))
    assert sandbox_file.running(environ) == about


def test_a_sandbox_whose_process_is_gone_is_not_running(environ: dict[str, str]) -> None:
    ended = subprocess.Popen([sys.executable, "-c", ""])
    ended.wait()
    write(environ, json.dumps({"endpoint": "http://127.0.0.1:4566", "pid": ended.pid}))
    assert sandbox_file.running(environ) == {}


@pytest.mark.parametrize("text", ["", "{", "[]", "{}", '{"pid": "x"}', "null"])
def test_a_broken_file_is_no_sandbox(environ: dict[str, str], text: str) -> None:
    write(environ, text)
    assert sandbox_file.running(environ) == {}


def test_no_file_is_no_sandbox(environ: dict[str, str]) -> None:
    assert sandbox_file.running(environ) == {}


def test_the_file_lies_in_the_state_folder() -> None:
    assert sandbox_file.path({"XDG_STATE_HOME": "/s"}) == Path("/s/opsctl/sandbox/sandbox.json")
    assert sandbox_file.path({}) == Path("~/.local/state/opsctl/sandbox/sandbox.json").expanduser()
