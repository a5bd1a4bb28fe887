"""What the processes of tasks use, in per cent of what their tasks reserve."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import psutil

    from opsctl.sandbox.world import RunningTask

WARM_UP_SECONDS = 6.0
"""A process that starts uses far more than it serves with: autoscaling would run after it."""
LONGEST_START = 30.0
"""Seconds within which a process may still be starting, on a machine that is busy."""
START_UP_CPU = 2.5
"""Seconds of a processor: whoever has used more serves, however soon."""


class Sampler:
    """Keeps one psutil handle a task, since CPU use is measured between two samples."""

    def __init__(
        self, warm_up: float = WARM_UP_SECONDS, clock: Callable[[], float] = time.time
    ) -> None:
        self.warm_up = warm_up
        self._clock = clock
        self._seen: dict[int, psutil.Process] = {}

    def sample(self, tasks: list[RunningTask]) -> dict[str, tuple[float, float]]:
        """(CPU, memory) per cent by task ARN; tasks that start, or have just died, are left out."""
        self._seen = {task.pid: it for task in tasks if (it := self._seen.get(task.pid))}
        found = {task.task_arn: self._of(task) for task in tasks}
        return {arn: used for arn, used in found.items() if used is not None}

    def _of(self, task: RunningTask) -> tuple[float, float] | None:
        import psutil

        try:
            process = self._seen.get(task.pid)
            if process is None:
                process = self._seen[task.pid] = psutil.Process(task.pid)
                process.cpu_percent()
                return None
            cpu, resident = process.cpu_percent(), process.memory_info().rss
            if self._starts(process):
                return None
        except psutil.Error:
            return None
        return cpu / (task.cpu_units / 1024), resident / (task.memory_mib * 2**20) * 100

    def _starts(self, process: psutil.Process) -> bool:
        age = self._clock() - process.create_time()
        if age < self.warm_up:
            return True
        used = process.cpu_times()
        return age < min(LONGEST_START, 5 * self.warm_up) and used.user + used.system < START_UP_CPU
