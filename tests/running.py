"""A sandbox that runs for the tests, and opsctl as a process against it."""

from __future__ import annotations

import functools
import math
import subprocess
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import boto3
import psutil
import warm_opsctl
from botocore.config import Config

from opsctl.sandbox import control
from opsctl.sandbox.launch import TASK_KEY


def until(holds: Callable[[], object], seconds: float = 60.0) -> None:
    """Returns when something holds; fails when it takes longer than `seconds`."""
    deadline = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < deadline, "it took too long"
        time.sleep(0.1)


def whole_second() -> float:
    """The second that ends now, since 1970: S3 and CloudWatch Logs tell times in whole ones."""
    now = time.time()
    time.sleep(math.floor(now) + 1 - now)
    return math.floor(now)


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
    """`environ` is for subprocesses, `found` is what `sandbox.json` holds.

    `warm` is where an opsctl that is already imported answers.
    """

    environ: Mapping[str, str]
    found: Mapping[str, Any]
    warm: str

    @property
    def endpoint(self) -> str:
        return str(self.found["endpoint"])

    @property
    def app_url(self) -> str:
        return str(self.found["app_url"])

    def opsctl(
        self, *words: str, cwd: str | Path | None = None, text: str = ""
    ) -> subprocess.CompletedProcess[str]:
        """One opsctl command, to its end, without a terminal; `text` is its standard input."""
        return warm_opsctl.run(self.warm, words, self.environ, Path(cwd) if cwd else None, text)

    def ask(self, method: str, name: str, body: Any = None) -> Any:
        """`/_sandbox/NAME`."""
        return control.ask(self.endpoint, method, name, body)

    def calls(self) -> list[dict[str, Any]]:
        """The AWS calls since they were last cleared, but for those of the tasks themselves."""
        return [it for it in self.ask("GET", "calls") if it["access_key"] != TASK_KEY]

    def wait_until_answered(self) -> None:
        """Until all is carried out that processes which have ended had asked for: it closes a
        connection of theirs only then."""
        server = psutil.Process(self.found["pid"])
        port = int(self.endpoint.rpartition(":")[2])

        def waiting() -> list[Any]:
            found = server.net_connections("tcp")
            left = [it for it in found if it.status == psutil.CONN_CLOSE_WAIT]
            return [it for it in left if it.laddr.port == port]

        until(lambda: not waiting())

    def client(self, service: str) -> Any:
        """A boto3 client of the sandbox."""
        return _client(service, self.endpoint)

    def scale_by_hand_only(self) -> None:
        """Keeps autoscaling from adding tasks in the middle of a journey, on a busy machine."""
        scaling = self.client("application-autoscaling")
        for it in scaling.describe_scaling_policies(ServiceNamespace="ecs")["ScalingPolicies"]:
            kind = "TargetTrackingScalingPolicyConfiguration"
            same = ("PolicyName", "ServiceNamespace", "ResourceId", "ScalableDimension")
            scaling.put_scaling_policy(
                **{key: it[key] for key in (*same, "PolicyType")},
                **{kind: {**it[kind], "ScaleOutCooldown": 360_000}},
            )

    @contextmanager
    def no_room_for_new_tasks(self) -> Iterator[None]:
        """A deployment that begins here is still under way at the end of the block, and then goes
        on: the service may run not one task more, and not one less."""
        names = self.found["names"]
        place = {"cluster": names["cluster"], "service": names["service"]}
        update = functools.partial(self.client("ecs").update_service, **place)
        update(deploymentConfiguration={"minimumHealthyPercent": 100, "maximumPercent": 100})
        try:
            yield
        finally:
            update(deploymentConfiguration={"minimumHealthyPercent": 100, "maximumPercent": 200})

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
