"""Game-day faults: what `opsctl sandbox break KIND` does to the running sandbox, and `heal`."""

from __future__ import annotations

import json
import signal
import time
from typing import Any

from opsctl.sandbox.faults import Faults
from opsctl.sandbox.launch import TASK_KEY
from opsctl.sandbox.task import Task
from opsctl.sandbox.world import World

KINDS = {
    "crash": "the processes of all tasks are killed",
    "sick": "the health endpoint of the tasks answers 500",
    "slow": "every answer of the tasks waits 1.5 s",
    "throttle": "the AWS API answers ThrottlingException",
    "alarm": "a metric goes over the threshold of the error-rate alarm",
}
DEFAULT_SECONDS = {"crash": 0.0, "sick": 0.0, "slow": 600.0, "throttle": 30.0, "alarm": 60.0}
"""How long each lasts unless `--for` says; 0 is once, for the tasks of this moment."""

SWITCHES = {"sick": signal.SIGUSR1, "slow": signal.SIGUSR2}
ALARM = "high-error-rate"
EVERY = 2.0


class Breakage:
    """What is broken now, and until when (seconds since 1970)."""

    def __init__(self, world: World, faults: Faults) -> None:
        self._world = world
        self._faults = faults
        self._until: dict[str, float] = {}
        self._switched: dict[str, set[Any]] = {kind: set() for kind in SWITCHES}
        self._last = 0.0

    def control(self, method: str, body: bytes) -> dict[str, Any]:
        """`POST {"kind", "for"}` breaks, `DELETE` heals, `GET` says what is broken."""
        if method == "POST":
            request = json.loads(body)
            self.begin(request["kind"], request.get("for"))
        elif method == "DELETE":
            self.heal()
        now = time.time()
        return {kind: round(until - now, 1) for kind, until in self._until.items() if until > now}

    def begin(self, kind: str, seconds: float | None = None) -> None:
        """Break something, at once. Raises ValueError for an unknown kind."""
        if kind not in KINDS:
            raise ValueError(f"unknown kind {kind!r}: one of {', '.join(KINDS)}")
        lasts = DEFAULT_SECONDS[kind] if seconds is None else float(seconds)
        self._until[kind] = time.time() + lasts
        if kind == "throttle":
            self._faults.add(
                {"code": "ThrottlingException", "until": self._until[kind], "spare": TASK_KEY}
            )
        else:
            self._apply(kind)

    def heal(self) -> None:
        """Take back what can be: dead processes are replaced by the scheduler anyway."""
        self._until.clear()
        self._faults.clear()
        self._switch_back()

    def tick(self) -> None:
        """Keep broken what should stay so, also in tasks that were started since."""
        now = time.time()
        if now - self._last < EVERY:
            return
        self._last = now
        for kind, until in list(self._until.items()):
            if until > now and kind != "throttle":
                self._apply(kind)
            elif until <= now and kind == "slow":
                del self._until[kind]
                self._switch_back()

    def _apply(self, kind: str) -> None:
        if kind == "alarm":
            self._put_metric()
            return
        with self._world.lock:
            for task in self._serving():
                if kind == "crash" and task.process:
                    task.process.kill()
                elif kind in SWITCHES and task.process not in self._switched[kind]:
                    self._switch(kind, task)

    def _serving(self) -> list[Task]:
        """Tasks that already serve: one that still starts would die of the signal."""
        return [it for it in self._world.fleet.tasks() if it.process and it.healthy]

    def _switch(self, kind: str, task: Task) -> None:
        if task.process:
            task.process.signal(SWITCHES[kind])
            self._switched[kind].add(task.process)

    def _switch_back(self) -> None:
        with self._world.lock:
            alive = {it.process for it in self._world.fleet.tasks()}
            for kind, switched in self._switched.items():
                for process in switched & alive:
                    process.signal(SWITCHES[kind])
                switched.clear()

    def _put_metric(self) -> None:
        """A value far beyond the threshold, in the alarm's own metric."""
        client = _cloudwatch(self._world)
        names = self._world.names
        name = f"{names.alarm_prefix}{ALARM}{names.alarm_suffix}"
        alarms = client.describe_alarms(AlarmNames=[name])["MetricAlarms"]
        for alarm in alarms:
            client.put_metric_data(
                Namespace=alarm["Namespace"],
                MetricData=[
                    {
                        "MetricName": alarm["MetricName"],
                        "Dimensions": alarm["Dimensions"],
                        "Value": alarm["Threshold"] * 10 + 10,
                    }
                ],
            )


def _cloudwatch(world: World) -> Any:
    import boto3

    return boto3.Session(
        aws_access_key_id=TASK_KEY, aws_secret_access_key=TASK_KEY, region_name=world.region
    ).client("cloudwatch", endpoint_url=world.endpoint)
