"""Game-day faults: what `opsctl sandbox break KIND` does to the running sandbox, and `heal`."""

from __future__ import annotations

import json
import signal
import threading
import time
from collections.abc import Callable
from typing import Any

from opsctl.sandbox.crowd import Crowd
from opsctl.sandbox.faults import Faults
from opsctl.sandbox.launch import TASK_KEY
from opsctl.sandbox.service_counters import READS, WRITES
from opsctl.sandbox.task import Task
from opsctl.sandbox.visitors import DISABLED, Visitors, client
from opsctl.sandbox.world import World

KINDS = {
    "crash": "the processes of all tasks are killed",
    "sick": "the health endpoint of the tasks answers 500",
    "slow": "every answer of the tasks waits 1.5 s",
    "errors": "every page of the tasks answers 500, and their health ok",
    "throttle": "the AWS API answers ThrottlingException, and the table throttles the tasks",
    "disabled-user": f"the user {DISABLED} is disabled, and tries to sign in",
    "full": "the tasks are busy, and autoscaling is at its maximum",
    "alarm": "a metric goes over the threshold of the error-rate alarm",
}
DEFAULT_SECONDS = {
    "crash": 0.0,
    "sick": 0.0,
    "slow": 600.0,
    "errors": 600.0,
    "throttle": 30.0,
    "disabled-user": 600.0,
    "full": 600.0,
    "alarm": 60.0,
}
"""How long each lasts unless `--for` says; 0 is once, for the tasks of this moment."""

SWITCHES = {"sick": signal.SIGUSR1, "slow": signal.SIGUSR2, "errors": signal.SIGWINCH}
ALARM = "high-error-rate"


class Breakage:
    """What is broken now, and until when (seconds since 1970)."""

    def __init__(
        self, world: World, faults: Faults, clock: Callable[[], float] = time.time
    ) -> None:
        self._world = world
        self._clock = clock
        self._faults = faults
        self._visitors = Visitors(world)
        self._crowd = Crowd(world)
        self._until: dict[str, float] = {}
        self._switched: dict[str, set[Any]] = {kind: set() for kind in SWITCHES}
        self._kept_out = False
        self._last = 0.0
        self._lock = threading.Lock()
        """Else a look that began before a heal could break again what it healed."""

    def control(self, method: str, body: bytes) -> dict[str, Any]:
        """`POST {"kind", "for"}` breaks, `DELETE` heals, `GET` says what is broken."""
        if method == "POST":
            request = json.loads(body)
            self.begin(request["kind"], request.get("for"))
        elif method == "DELETE":
            self.heal()
        now = self._clock()
        return {kind: round(until - now, 1) for kind, until in self._until.items() if until > now}

    def begin(self, kind: str, seconds: float | None = None) -> None:
        """Break something, at once. Raises ValueError for an unknown kind."""
        if kind not in KINDS:
            raise ValueError(f"unknown kind {kind!r}: one of {', '.join(KINDS)}")
        lasts = DEFAULT_SECONDS[kind] if seconds is None else float(seconds)
        with self._lock:
            self._until[kind] = self._clock() + lasts
            if kind == "throttle":
                self._throttle(self._until[kind])
            self._keep(kind)

    def heal(self) -> None:
        """Take back what can be: dead processes are replaced by the scheduler anyway. Returns
        when all who were to meet it have been answered."""
        with self._lock:
            self._until.clear()
            self._faults.clear()
            for kind in KINDS:
                self._end(kind)
            self._visitors.leave()

    def tick(self) -> None:
        """Keep broken what should stay so, also in tasks that were started since."""
        now = self._clock()
        if now - self._last < self._world.pace.faults_interval:
            return
        self._last = now
        with self._lock:
            for kind, until in list(self._until.items()):
                if until > now:
                    self._keep(kind)
                elif DEFAULT_SECONDS[kind]:
                    del self._until[kind]
                    self._end(kind)

    def _keep(self, kind: str) -> None:
        """Break it where it is not broken yet, and let somebody meet it."""
        if kind == "alarm":
            self._put_metric()
        elif kind == "full":
            self._crowd.come()
        elif kind == "disabled-user":
            self._keep_out()
        elif kind in ("crash", *SWITCHES):
            self._break_tasks(kind)
        self._visitors.come(kind)

    def _end(self, kind: str) -> None:
        if kind == "full":
            self._crowd.go()
        elif kind == "disabled-user" and self._kept_out:
            self._kept_out = False
            self._users("admin_enable_user")
        elif kind in SWITCHES:
            self._switch_back(kind)

    def _throttle(self, until: float) -> None:
        """Everybody but the tasks is refused everything; the tasks only what is in the table."""
        rule = {"code": "ThrottlingException", "until": until}
        self._faults.add({**rule, "spare": TASK_KEY})
        for operation in sorted(READS | WRITES):
            self._faults.add({**rule, "service": "dynamodb", "operation": operation})

    def _break_tasks(self, kind: str) -> None:
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

    def _switch_back(self, kind: str) -> None:
        with self._world.lock:
            alive = {it.process for it in self._world.fleet.tasks()}
            for process in self._switched[kind] & alive:
                process.signal(SWITCHES[kind])
            self._switched[kind].clear()

    def _keep_out(self) -> None:
        """Only once: whoever enables the user again has mended it."""
        if not self._kept_out:
            self._users("admin_disable_user")
            self._kept_out = True

    def _users(self, operation: str) -> None:
        """Raises ValueError where the user is gone."""
        cognito = client(self._world, "cognito-idp")
        try:
            getattr(cognito, operation)(UserPoolId=self._world.names.user_pool, Username=DISABLED)
        except cognito.exceptions.UserNotFoundException as error:
            if operation == "admin_disable_user":
                raise ValueError(f"there is no user {DISABLED} any more") from error

    def _put_metric(self) -> None:
        """A value far beyond the threshold, in the alarm's own metric."""
        cloudwatch = client(self._world, "cloudwatch")
        names = self._world.names
        name = f"{names.alarm_prefix}{ALARM}{names.alarm_suffix}"
        alarms = cloudwatch.describe_alarms(AlarmNames=[name])["MetricAlarms"]
        for alarm in alarms:
            cloudwatch.put_metric_data(
                Namespace=alarm["Namespace"],
                MetricData=[
                    {
                        "MetricName": alarm["MetricName"],
                        "Dimensions": alarm["Dimensions"],
                        "Value": alarm["Threshold"] * 10 + 10,
                    }
                ],
            )
