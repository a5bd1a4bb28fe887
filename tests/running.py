"""A sandbox that runs for the tests, and opsctl as a process against it."""

from __future__ import annotations

import functools
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import boto3
from botocore.config import Config

from opsctl.sandbox import control
from opsctl.sandbox.launch import TASK_KEY


def until(holds: Callable[[], object], seconds: float = 30.0) -> None:
    """Returns when something holds; fails when it takes longer than `seconds`."""
    deadline = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < deadline, "it took too long"
        time.sleep(0.05)


@functools.cache
def _client(service: str, endpoint: str) -> Any:
    return boto3.client(
        service,
        endpoint_url=endpoint,
        region_name="us-east-1",
        aws_access_key_id="test",
        aws_secret_access_key="test",
        config=Config(retries={"total_max_attempts": 1}),
    )


@dataclass(frozen=True)
class RunningSandbox:
    """`environ` is for subprocesses, `found` is what `sandbox.json` holds."""

    environ: Mapping[str, str]
    found: Mapping[str, Any]

    @property
    def endpoint(self) -> str:
        return str(self.found["endpoint"])

    @property
    def app_url(self) -> str:
        return str(self.found["app_url"])

    def opsctl(self, *words: str, **options: Any) -> subprocess.CompletedProcess[str]:
        """One opsctl command, to its end, without a terminal."""
        return subprocess.run(
            [sys.executable, "-m", "opsctl", *words],
            env=dict(self.environ),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
            timeout=120,
            **options,
        )

    def ask(self, method: str, name: str, body: Any = None) -> Any:
        """`/_sandbox/NAME`."""
        return control.ask(self.endpoint, method, name, body)

    def calls(self) -> list[dict[str, Any]]:
        """The AWS calls since they were last cleared, but for those of the tasks themselves."""
        return [it for it in self.ask("GET", "calls") if it["access_key"] != TASK_KEY]

    def client(self, service: str) -> Any:
        """A boto3 client of the sandbox."""
        return _client(service, self.endpoint)

    def settle(self, seconds: float = 60.0) -> dict[str, Any]:
        """Wait until the service is steady; answers it as DescribeServices does."""
        ecs, names = self.client("ecs"), self.found["names"]
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            it = ecs.describe_services(cluster=names["cluster"], services=[names["service"]])
            service: dict[str, Any] = it["services"][0]
            done = service["runningCount"] == service["desiredCount"]
            if done and [each["rolloutState"] for each in service["deployments"]] == ["COMPLETED"]:
                return service
            time.sleep(0.1)
        raise TimeoutError("the service is not steady")
