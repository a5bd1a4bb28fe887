"""One target of a target group: a task's address, and what its health checks have shown."""

from __future__ import annotations

import re
from dataclasses import dataclass

from opsctl.sandbox.pace import Pace


@dataclass(frozen=True)
class Checked:
    """What one health check saw: a status code, or `refused`, `timeout`, `error`."""

    code: int = 0
    failure: str = ""


@dataclass(eq=False)
class Target:
    """`state` is initial, healthy, unhealthy or draining, with ELB's reason and description."""

    group: str
    """The target group's ARN."""
    address: str
    port: int
    """As the API shows them: the task's private address and container port."""
    local_port: int
    """Where the process really listens, on 127.0.0.1."""
    path: str
    matcher: str
    state: str = "initial"
    reason: str = "Elb.InitialHealthChecking"
    description: str = "Initial health checks in progress"
    in_flight: int = 0
    """Requests that the load balancer has under way to it."""
    _good: int = 0
    _bad: int = 0

    @property
    def well(self) -> bool:
        """Whether it is healthy and its last health check was good."""
        return self.state == "healthy" and not self._bad

    def observe(self, seen: Checked, pace: Pace) -> None:
        """Count one health check and move the state when a threshold is reached."""
        if self.state == "draining":
            return
        if matches(self.matcher, seen.code):
            self._good, self._bad = self._good + 1, 0
            if self._good >= pace.healthy_after:
                self.state, self.reason, self.description = "healthy", "", ""
            return
        if self.state == "initial" and seen.failure == "refused":
            return  # It has not begun to listen; the grace period bounds how long it may take.
        self._good, self._bad = 0, self._bad + 1
        if self._bad >= pace.unhealthy_after:
            self.fail(seen)

    def fail(self, seen: Checked) -> None:
        """Make it unhealthy, saying why as ELB does."""
        self.state = "unhealthy"
        self.reason, self.description = _why(seen)

    def drain(self) -> None:
        """No new request reaches it from now on."""
        self.state = "draining"
        self.reason = "Target.DeregistrationInProgress"
        self.description = "Target deregistration is in progress"


def _why(seen: Checked) -> tuple[str, str]:
    if seen.code:
        return (
            "Target.ResponseCodeMismatch",
            f"Health checks failed with these codes: [{seen.code}]",
        )
    if seen.failure == "timeout":
        return "Target.Timeout", "Request timed out"
    return "Target.FailedHealthChecks", "Health checks failed"


def matches(matcher: str, code: int) -> bool:
    """Whether a status code fits a target group's matcher: `200`, `200,302` or `200-299`."""
    for part in matcher.split(","):
        found = re.fullmatch(r"\s*(\d{3})(?:-(\d{3}))?\s*", part)
        if found and int(found[1]) <= code <= int(found[2] or found[1]):
            return True
    return False
