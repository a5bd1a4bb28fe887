"""Tasks as real processes, started in both ways: they listen, write, end."""

from __future__ import annotations

import json
import logging
import os
import signal
import urllib.request
from collections.abc import Iterator
from typing import Any

import psutil
import pytest
from running import until

from opsctl.errors import BadConfig
from opsctl.sandbox import container, processes
from opsctl.sandbox.process import Launch
from opsctl.sandbox.processes import FORKED, SPAWNED, ServiceProcess, ServiceRunner
from opsctl.sandbox.registry import Image

ENVIRONMENT = {
    **container.environment("1.0.0"),
    **{"BUCKET": "b", "TABLE": "t", "HF_API_KEY": "k", "AWS_EC2_METADATA_DISABLED": "true"},
}
HOSTILE = {
    "PYTHONWARNINGS": "error",
    "PYTHONSTARTUP": "/tmp/start.py",
    "PYTHONPATH": "/tmp/modules",
    "LD_PRELOAD": "/tmp/no-such-library.so",
    "DYLD_INSERT_LIBRARIES": "/tmp/no-such-library.dylib",
    "BROWSER": "/tmp/program",
    "PATH": "/tmp/programs",
    "HOME": "/tmp/home",
    "BASH_ENV": "/tmp/profile",
    "AWS_CONFIG_FILE": "/tmp/config",
    "OPENSSL_CONF": "/tmp/openssl.cnf",
}


@pytest.fixture(scope="module", params=[FORKED, SPAWNED])
def method(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture(scope="module")
def runner(method: str) -> Iterator[ServiceRunner]:
    """Of the caption service."""
    made = ServiceRunner(method)
    made.wait_until_ready()
    yield made
    made.close()


@pytest.fixture(scope="module")
def probes(runner: ServiceRunner) -> Iterator[ServiceRunner]:
    """Of `task_probe.py`, which says what it sees."""
    service, runner._module = runner._module, "task_probe"
    yield runner
    runner._module = service


def start(runner: ServiceRunner, **environment: str) -> ServiceProcess:
    return runner.start(Launch("t", Image("1.0.0"), {**ENVIRONMENT, **environment}))


def ended(process: ServiceProcess) -> int:
    until(lambda: process.exit_code() is not None)
    code = process.exit_code()
    assert code is not None
    return code


def seen(process: ServiceProcess) -> dict[str, Any]:
    """What a probe wrote."""
    written: list[str] = []

    def whole() -> bool:
        written.extend(process.lines())
        return bool(written)

    until(whole)
    (line,) = written
    return dict(json.loads(line))


def answers(process: ServiceProcess, path: str) -> int:
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{process.port}{path}", timeout=2) as answer:
            return int(answer.status)
    except OSError:
        return 0


def test_the_service_serves_and_ends_well_when_it_is_asked(runner: ServiceRunner) -> None:
    process = start(runner)
    try:
        until(lambda: answers(process, "/version") == 200)
        assert process.exit_code() is None
        process.terminate()
        assert ended(process) == 0
    finally:
        process.kill()
    written = process.lines()
    assert all(line.startswith("{") for line in written)
    assert "Finished server process" in written[-1]


def test_a_crash_at_start_leaves_its_traceback(runner: ServiceRunner) -> None:
    process = start(runner, CAPTION_FAULT="crash")
    assert ended(process) == 1
    written = process.lines()
    assert any(line.startswith("Traceback") for line in written)
    assert "CAPTION_FAULT=crash" in written[-1]
    assert process.lines() == []


def test_a_task_out_of_memory_dies_of_its_first_request(runner: ServiceRunner) -> None:
    process = start(runner, CAPTION_FAULT="oom")
    until(lambda: answers(process, "/version") or process.exit_code() is not None)
    assert ended(process) == 137


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM, signal.SIGUSR1])
def test_a_signal_that_ends_it_gives_dockers_exit_code(
    probes: ServiceRunner, number: signal.Signals
) -> None:
    process = start(probes, CAPTION_FAULT="slow")
    seen(process)
    process.signal(number)
    assert ended(process) == 128 + number
    process.signal(number)  # Its pid may be another process's by now.


def test_it_begins_as_a_new_process(probes: ServiceRunner, method: str) -> None:
    first, second = (seen(start(probes)) for _ in range(2))
    assert (first["parent"], first["folder"], first["threads"]) == (os.getpid(), "/", 1)
    assert first["session"] == os.getsid(0)
    assert first["pid"] != second["pid"]
    assert first["random"] != second["random"]
    assert first["descriptors"] == [0, 1, 2]
    assert first["default_signals"] is True
    assert first["forked"] is (method == FORKED)
    assert first["isolated"] == 1
    assert "task_probe" in first["argv"][0]


def test_nothing_that_steers_an_interpreter_comes_from_a_task_definition(
    account: Any, probes: ServiceRunner, monkeypatch: pytest.MonkeyPatch
) -> None:
    ecs, names, fleet = account.client("ecs"), account.world.names, account.world.fleet
    monkeypatch.setenv("AWS_PROFILE", "production")
    monkeypatch.setenv("GITHUB_TOKEN", "secret")
    fleet.runner = probes
    written = [{"name": name, "value": value} for name, value in HOSTILE.items()]
    backend = account.world.backend("secretsmanager")
    text = json.dumps({**HOSTILE, "hf_api_key": "hf_1"})
    backend.put_secret_value(account.secret, text, None, "1" * 32, ["AWSCURRENT"])
    secrets = [
        {"name": name, "valueFrom": f"{account.secret}:{key}::"}
        for name, key in {**{it: it for it in HOSTILE}, "HF_API_KEY": "hf_api_key"}.items()
    ]
    for given in ({"environment": written}, {"secrets": secrets}, {}):
        request = account.request("1.0.0", **{"secrets": [], **given})
        made = ecs.register_task_definition(**request)["taskDefinition"]
        task = fleet.run(names.cluster, made, "", "")
        if not given:
            task.overrides = {"containerOverrides": [{"name": "app", "environment": written}]}
        until(lambda: fleet.tick() or not fleet.tasks())
        group, stream = task.stream
        (event,) = account.world.backend("logs").groups[group].streams[stream].events
        environ = json.loads(event.message)["environ"]
        assert environ.get("HF_API_KEY") == ("hf_1" if "secrets" in given else None)
        assert environ["CAPTION_VERSION"] == "1.0.0"
        assert environ["HOME"] == "/nonexistent"
        assert not (set(HOSTILE) - {"HOME"} | {"AWS_PROFILE", "GITHUB_TOKEN"}) & set(environ)


def test_every_task_has_a_port_of_its_own(probes: ServiceRunner) -> None:
    made = [start(probes) for _ in range(2)]
    assert made[0].port != made[1].port
    assert [seen(it)["environ"]["PORT"] for it in made] == [str(it.port) for it in made]


def test_a_secret_is_in_no_command_line(probes: ServiceRunner) -> None:
    process = start(probes, CAPTION_FAULT="slow", HF_API_KEY="hf_topsecret")
    try:
        assert seen(process)["environ"]["HF_API_KEY"] == "hf_topsecret"
        assert "hf_topsecret" not in " ".join(psutil.Process(process.pid).cmdline())
    finally:
        process.kill()


@pytest.mark.skipif(not processes.SUPPORTED, reason="tasks are forked on Linux only")
def test_a_fork_server_that_died_is_replaced_and_its_tasks_go_on(
    caplog: pytest.LogCaptureFixture,
) -> None:
    runner = ServiceRunner(FORKED, "task_probe")
    try:
        runner.wait_until_ready()
        forked = start(runner, CAPTION_FAULT="slow")
        seen(forked)
        first = runner._fork_server
        assert first
        psutil.Process(first.pid).kill()
        psutil.Process(first.pid).wait()
        with caplog.at_level(logging.WARNING, logger="opsctl.sandbox"):
            spawned = start(runner)
        assert seen(spawned)["forked"] is False
        assert "a task cannot be forked and is spawned instead" in caplog.text
        assert forked.exit_code() is None
        forked.terminate()
        assert ended(forked) == 143
        runner.wait_until_ready()
        assert runner._fork_server is not first
        again = start(runner)
        assert seen(again)["forked"] is True
    finally:
        runner.close()


def test_tasks_are_spawned_for_good_after_three_fork_servers(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    started: list[object] = []

    class Failing:
        pid = 0

        def __init__(self) -> None:
            started.append(self)

        def is_ready(self, patience: float = 0.0) -> bool:
            raise processes.ForkFailed("it has ended")

        def close(self) -> None:
            """Nothing to end."""

    monkeypatch.setattr(processes, "ForkServer", Failing)
    runner = ServiceRunner(FORKED, "task_probe")
    for _ in range(4):
        assert ended(start(runner)) == 0
    assert len(started) == 3


def test_the_way_to_start_is_a_setting() -> None:
    usual = FORKED if processes.SUPPORTED else SPAWNED
    assert processes.start_method({}) == usual
    assert processes.start_method({"OPSCTL_SANDBOX_TASKS": "spawned"}) == SPAWNED
    with pytest.raises(BadConfig, match="OPSCTL_SANDBOX_TASKS: unknown value 'cold'"):
        processes.start_method({"OPSCTL_SANDBOX_TASKS": "cold"})
