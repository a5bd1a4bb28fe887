"""Tasks without processes, for tests of gateways: they behave as their image says, at once."""

from __future__ import annotations

import itertools
import signal
from dataclasses import dataclass, field

from opsctl.sandbox.process import Launch
from opsctl.sandbox.target import Checked


@dataclass(eq=False)
class ScriptedProcess:
    """What a process of this image would do. `code` set to a number ends it."""

    launch: Launch
    pid: int
    port: int
    code: int | None = None
    healthy: bool = True
    written: list[str] = field(default_factory=list)

    def exit_code(self) -> int | None:
        """What it ended with."""
        return self.code

    def terminate(self) -> None:
        """It ends at once, and well."""
        self.code = 0

    def kill(self) -> None:
        """It ends at once, as SIGKILL ends one."""
        self.code = 137

    def signal(self, number: int) -> None:
        """SIGUSR1 makes it sick, or well again, as the caption service does."""
        if number == signal.SIGUSR1:
            self.healthy = not self.healthy

    def lines(self) -> list[str]:
        """What it wrote since the last call."""
        lines, self.written = self.written, []
        return lines

    def check(self) -> Checked:
        """What a health check sees."""
        return Checked(code=200 if self.healthy else 500)


class ScriptedRunner:
    """Starts scripted processes; `launched` holds every one, newest last."""

    def __init__(self) -> None:
        self._pids = itertools.count(100_001)
        self.launched: list[ScriptedProcess] = []

    def start(self, launch: Launch) -> ScriptedProcess:
        """A process that has already failed, where the image is one that fails."""
        pid = next(self._pids)
        made = ScriptedProcess(launch, pid=pid, port=pid % 50_000)
        made.written.append(f'{{"level": "INFO", "message": "starting {launch.image.version}"}}')
        if launch.image.fault == "crash":
            made.code = 1
            made.written += [
                "Traceback (most recent call last):",
                "RuntimeError: this release fails",
            ]
        elif launch.image.fault == "oom":
            made.code = 137
        made.healthy = launch.image.fault != "sick"
        self.launched.append(made)
        return made
