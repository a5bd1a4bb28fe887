"""Watch: the service again and again, each part as seldom as may be; slower when throttled."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from opsctl.aws import Aws
from opsctl.aws.ecs import Service
from opsctl.aws.log_events import LogEvent
from opsctl.aws.metrics import Series
from opsctl.aws.task_definitions import TaskDefinition
from opsctl.errors import NoAccess, OpsctlError, Unreachable
from opsctl.journal import Journal
from opsctl.journal.incidents import Incidents
from opsctl.lock import Lock
from opsctl.reports import alarms, status
from opsctl.reports.error_lines import ErrorLines
from opsctl.reports.status import Status

SLOWEST = 8
"""How many times longer between two looks, at most, while AWS throttles."""


@dataclass(frozen=True)
class Picture:
    """What is known now. `calls` went to AWS in the last minute; `problem` is why the last look
    failed, and `status` is None until the first one has not."""

    at: datetime
    status: Status | None = None
    errors: tuple[LogEvent, ...] = ()
    series: tuple[Series, ...] = ()
    unknown: tuple[str, ...] = ()
    problem: str = ""
    calls: int = 0
    every: float = 0.0
    """Seconds between two looks, as it is now."""


@dataclass
class _Part:
    """One thing that is looked at, every so many looks."""

    name: str
    read: Callable[[], Any]
    every: int
    value: Any
    due: float = 0.0
    failure: OpsctlError | None = None
    seen: bool = False
    """Whether any look went well: until then `value` is not what there is."""


class Watcher:
    """Looks at what is due, and keeps what it saw. `every` is in seconds. One thread at a time."""

    def __init__(
        self,
        aws: Aws,
        journal: Journal,
        lock: Lock,
        incidents: Incidents,
        *,
        numbers: Callable[[Aws, Service], tuple[Series, ...]],
        every: float = 5.0,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._aws, self._numbers = aws, numbers
        self._journal, self._lock, self._incidents = journal, lock, incidents
        self._every, self._slower, self._clock = every, 1.0, clock
        self._asked: deque[tuple[float, int]] = deque([(clock(), len(aws.requests))])
        self._errors = ErrorLines(aws)
        self._definition: TaskDefinition | None = None
        self._image = ""
        self._unknown: dict[str, str] = {}
        self._parts = {it.name: it for it in self._all_parts()}

    def _all_parts(self) -> tuple[_Part, ...]:
        aws, target, place = self._aws, self._aws.target, self._place
        names = (target.alarm_prefix, target.alarm_suffix)
        return (
            _Part("service", self._served, 1, None),
            _Part("endpoint", aws.endpoint.health, 1, None),
            _Part("tasks", lambda: aws.tasks.of_service(*place), 2, ()),
            _Part("logs", self._errors.look, 2, None),
            _Part("deployments", lambda: aws.deployments.history(*place, limit=1), 3, ()),
            _Part("alarms", lambda: aws.cloudwatch.alarms(*names), 4, ()),
            _Part("silences", self._silencing, 12, ((), (), datetime.now(UTC))),
            _Part("stopped", lambda: aws.tasks.of_service(*place, stopped=True), 6, ()),
            _Part("autoscaling", lambda: aws.autoscaling.bounds(*place), 6, None),
            _Part("records", self._records, 6, ((), None, None)),
            _Part("metrics", self._counted, 12, ()),
        )

    def look(self) -> Picture:
        """Looks at every part that is due, all at once, and answers what is known then."""
        now = self._clock()
        due = [it for it in self._parts.values() if it.due <= now]
        failures = self._aws.at_once(*(self._reads(it) for it in due))
        for part, failure in zip(due, failures, strict=True):
            part.failure = failure
        throttled = any(isinstance(it.failure, Unreachable) for it in self._parts.values())
        self._slower = min(self._slower * 2, SLOWEST) if throttled else max(self._slower / 2, 1)
        for part in due:
            part.due = now + self._pause * part.every
        return self.picture()

    @property
    def next_look(self) -> float:
        """Seconds until something is due."""
        return max(0.0, min(it.due for it in self._parts.values()) - self._clock())

    def hurry(self) -> None:
        """Makes everything due now."""
        for part in self._parts.values():
            part.due = 0.0

    def log_of(self, task: str, lines: int) -> tuple[LogEvent, ...]:
        """The newest lines of a task (its whole id), oldest first; of the service's container.

        None where that container writes to no log group that opsctl knows.
        """
        definition = self._definition
        container = definition.container(self._aws.target.container) if definition else None
        if container is None or container.logs is None:
            return ()
        stream = f"{container.logs.prefix}/{container.name}/{task}"
        return self._aws.logs.last_events(container.logs.group, stream, lines)

    def picture(self) -> Picture:
        """What is known, without looking again."""
        parts = self._parts.values()
        return Picture(
            at=datetime.now(UTC),
            status=self._status(),
            errors=tuple(self._errors.lines),
            series=self._parts["metrics"].value,
            unknown=self._untold(),
            problem=next((it.failure.message for it in parts if it.failure), ""),
            calls=self._calls(),
            every=self._pause,
        )

    @property
    def _pause(self) -> float:
        return self._every * self._slower

    @property
    def _place(self) -> tuple[str, str]:
        return self._aws.target.cluster, self._aws.target.service

    def _untold(self) -> tuple[str, ...]:
        """What may not be read, and what failed at each look so far."""
        never = {
            it.name: it.failure.message for it in self._parts.values() if it.failure and not it.seen
        }
        return tuple(f"{name}: {why}" for name, why in {**self._unknown, **never}.items())

    def _reads(self, part: _Part) -> Callable[[], OpsctlError | None]:
        """A look that keeps what it saw, and answers instead of raising."""

        def read() -> OpsctlError | None:
            try:
                part.value = part.read()
            except NoAccess as error:
                self._unknown[part.name] = error.message
            except OpsctlError as error:
                return error
            else:
                part.seen = True
                self._unknown.pop(part.name, None)
            return None

        return read

    def _served(self) -> tuple[Service, str, tuple[Any, ...]]:
        aws = self._aws
        service = aws.ecs.service(*self._place)
        if self._definition is None or self._definition.arn != service.task_definition:
            self._definition = aws.task_definitions.revision(service.task_definition)
            container = self._definition.container(aws.target.container)
            self._image = aws.ecr.label(container.image) if container else ""
        groups = aws.at_once(
            *(
                lambda arn=it.target_group: aws.load_balancer.target_health(arn)
                for it in service.links
            )
        )
        return service, self._image, tuple(it for group in groups for it in group)

    def _counted(self) -> tuple[Series, ...]:
        served = self._parts["service"].value
        service = served[0] if served else self._aws.ecs.service(*self._place)
        return self._numbers(self._aws, service)

    def _silencing(self) -> tuple[Any, Any, datetime]:
        actions = self._aws.alarm_actions
        return self._aws.mute_rules.active(), actions.recorded(), actions.now()

    def _records(self) -> tuple[Any, Any, Any]:
        return self._journal.runs(limit=1), self._lock.show(), self._incidents.open()

    def _status(self) -> Status | None:
        value = {name: part.value for name, part in self._parts.items()}
        if value["service"] is None:
            return None
        service, image, targets = value["service"]
        runs, held, incident = value["records"]
        rules, recorded, now = value["silences"]
        joined = alarms.join(value["alarms"], rules, recorded, now)
        return status.judged(
            Status(
                verdict="",
                problems=(),
                notices=(),
                unknown=self._untold(),
                service=service,
                image=image,
                deployment=next(iter(value["deployments"]), None),
                tasks=value["tasks"],
                stopped=status.recent(value["stopped"], service),
                targets=targets,
                endpoint=value["endpoint"],
                alarms=value["alarms"],
                silences=tuple(it for it in joined if not it.calls),
                bounds=value["autoscaling"],
                activities=(),
                last_change=next(iter(runs), None),
                lock=held,
                incident=incident,
            )
        )

    def _calls(self) -> int:
        """Calls to AWS in the last minute."""
        now = self._clock()
        self._asked.append((now, len(self._aws.requests)))
        while len(self._asked) > 1 and self._asked[0][0] < now - 60:
            self._asked.popleft()
        return self._asked[-1][1] - self._asked[0][1]
