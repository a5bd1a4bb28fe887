"""`opsctl doctor`: a checklist, and exit 30 when something has to be repaired."""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from moto.core.base_backend import BackendDict
from moto.server import ThreadedMotoServer

Program = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture
def empty_sandbox(home: Path) -> Iterator[dict[str, str]]:
    """An AWS on the loopback that holds nothing, written down as the running sandbox.

    Yields the variables that lead to it.
    """
    BackendDict.reset()  # an emulator of this process may have left its account
    server = ThreadedMotoServer("127.0.0.1", 0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    about = {"endpoint": f"http://{host}:{port}", "pid": os.getpid(), "names": {}}
    folder = home / "state" / "opsctl" / "sandbox"
    folder.mkdir(parents=True)
    (folder / "sandbox.json").write_text(json.dumps(about))
    yield {"XDG_STATE_HOME": str(home / "state")}
    server.stop()


def test_without_a_sandbox_it_says_what_to_repair_and_how(program: Program) -> None:
    ran = program("doctor")
    assert ran.returncode == 30
    assert "✗ credentials: The sandbox is not running" in ran.stdout
    assert "→ opsctl sandbox up" in ran.stdout
    assert "not looked at, because there are no credentials: account, clock" in ran.stdout
    assert "To repair: credentials." in ran.stdout


def test_an_account_that_holds_nothing_fails_thing_by_thing(
    program: Program, empty_sandbox: dict[str, str]
) -> None:
    ran = program("doctor", "-o", "json", **empty_sandbox)
    document = json.loads(ran.stdout)
    status = {check["name"]: check["status"] for check in document["result"]["checks"]}
    assert (ran.returncode, document["status"]) == (30, "unhealthy")
    assert status["credentials"] == status["account"] == status["clock"] == "ok"
    assert status["service"] == status["table"] == status["bucket"] == "fail"
    assert document["target"]["env"] == "local"


def test_a_broken_configuration_is_a_line_of_the_checklist(program: Program, home: Path) -> None:
    (home / "opsctl.toml").write_text("[env.prod]\n")
    ran = program("doctor", "-e", "prod")
    assert ran.returncode == 30
    assert "✗ configuration:" in ran.stdout
    assert "env.prod.account: missing" in ran.stdout


def test_debug_shows_each_call_on_standard_error(
    program: Program, empty_sandbox: dict[str, str]
) -> None:
    ran = program("doctor", "--debug", **empty_sandbox)
    assert "sts:GetCallerIdentity {} -> 200 in " in ran.stderr
    assert "sts:GetCallerIdentity" not in ran.stdout
