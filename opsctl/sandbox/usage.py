"""What the processes of tasks use, in per cent of what their tasks reserve."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import psutil

    from opsctl.sandbox.world import RunningTask

WARM_UP_SECONDS = 6.0
"""A process that starts uses far more than it serves with: autoscaling would run after it."""


class Sampler:
    """Keeps one psutil handle a task, since CPU use is measured between two samples."""

    def __init__(self, warm_up: float = WARM_UP_SECONDS) -> None:
        self.warm_up = warm_up
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
            if time.time() - process.create_time() < self.warm_up:
                return None
        except psutil.Error:
            return None
        return cpu / (task.cpu_units / 1024), resident / (task.memory_mib * 2**20) * 100
