"""The process of a task, really started: how it comes up, fails and goes."""

import http.client
import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager

import pytest


@contextmanager
def task(**settings: str) -> Iterator[tuple[subprocess.Popen[str], str]]:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    environment = {"PATH": os.environ["PATH"], "PORT": str(port), "BUCKET": "b", "TABLE": "t"}
    environment |= {f"COGNITO_{name}": "c" for name in ("USER_POOL_ID", "CLIENT_ID")}
    environment |= {"COGNITO_CLIENT_SECRET": "c_topsecret", "SESSION_KEY": "s_topsecret"}
    process = subprocess.Popen(
        [sys.executable, "-m", "opsctl.caption_service"],
        env={**environment, "HF_API_KEY": "hf_topsecret", **settings},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        yield process, f"http://127.0.0.1:{port}"
    finally:
        process.kill()
        process.communicate()


def status(url: str, patience: float = 15.0) -> int:
    """The status that an address answers, once it does."""
    deadline = time.monotonic() + patience
    while True:
        try:
            with urllib.request.urlopen(url, timeout=5) as answer:
                return int(answer.status)
        except urllib.error.HTTPError as error:
            return error.code
        except http.client.RemoteDisconnected:
            raise
        except OSError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.05)


def test_a_task_serves_until_sigterm_and_then_exits_well() -> None:
    with task() as (process, url):
        assert status(f"{url}/_stcore/health") == 200
        process.send_signal(signal.SIGTERM)
        out, _ = process.communicate(timeout=15)

    assert process.returncode == 0
    assert "topsecret" not in out
    last = json.loads(out.splitlines()[-1])  # The end at once loses no line.
    assert last["message"].startswith("Finished server process")


def test_a_request_in_flight_is_finished() -> None:
    with task(CAPTION_FAULT="slow") as (process, url):
        assert status(f"{url}/_stcore/health") == 200
        asking = subprocess.Popen(
            [
                sys.executable,
                "-c",
                f"import urllib.request as r; print(r.urlopen('{url}/version').status)",
            ],
            stdout=subprocess.PIPE,
            text=True,
        )
        time.sleep(0.8)
        process.send_signal(signal.SIGTERM)
        assert asking.communicate(timeout=15)[0].strip() == "200"
        assert process.wait(timeout=15) == 0


def test_a_release_that_crashes_leaves_a_traceback_and_exits_1() -> None:
    with task(CAPTION_FAULT="crash") as (process, _):
        _, error = process.communicate(timeout=15)

    assert process.returncode == 1
    assert "Traceback" in error


def test_out_of_memory_ends_as_the_kernel_ends_it() -> None:
    with task(CAPTION_FAULT="oom") as (process, url):
        with pytest.raises(http.client.RemoteDisconnected):
            status(f"{url}/_stcore/health")
        assert process.wait(timeout=15) == -signal.SIGKILL


@pytest.mark.parametrize(
    ("settings", "expected"),
    [
        ({"CAPTION_FAULT": "sick"}, 500),
        ({"HF_API_KEY": ""}, 503),
        ({"HF_API_KEY": "bad-key"}, 503),
        ({"COGNITO_CLIENT_SECRET": ""}, 503),
    ],
)
def test_an_unwell_task_says_so(settings: dict[str, str], expected: int) -> None:
    with task(**settings) as (_, url):
        assert status(f"{url}/_stcore/health") == expected


def test_a_setting_that_makes_no_sense_ends_it_with_a_reason() -> None:
    with task(CAPTION_FAULT="explode") as (process, _):
        _, error = process.communicate(timeout=15)

    assert process.returncode == 1
    assert "CAPTION_FAULT" in error
    assert "Traceback" not in error
