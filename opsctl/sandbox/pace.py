"""How fast time goes in the sandbox: the pace of a person by default, another where it is set."""

from __future__ import annotations

import math
import os
from collections.abc import Mapping
from dataclasses import dataclass, fields, replace

from opsctl.errors import BadConfig

VARIABLE = "OPSCTL_SANDBOX_PACE"
HINT = f"{VARIABLE} is human, fast, or values in seconds such as tick=0.1,settle=0.5."


@dataclass(frozen=True)
class Pace:
    """Seconds, unless a field says otherwise; those of AWS are ten to a hundred times these."""

    tick: float = 0.15
    """Between two looks at all tasks and services."""
    background: float = 1.0
    """Between two looks at metrics, alarms, scaling, the event log and injected faults."""
    health_interval: float = 0.3
    """Between two health checks of a target that is not healthy, or has just failed one."""
    healthy_interval: float = 0.3
    """Between two health checks of a healthy target."""
    health_timeout: float = 2.0
    settle: float = 0.75
    """How long a task must be healthy until it counts as successfully running."""
    healthy_after: int = 2
    """Health checks in a row."""
    unhealthy_after: int = 3
    """Health checks in a row."""
    deregistration_delay: float = 1.0
    grace: float = 20.0
    """How long a started task may take until it answers its first health check."""
    starting_at_once: int = 2
    """Tasks."""
    stopped_kept: float = 3600.0
    replace_delay: float = 0.5
    """Wait before a task that died is replaced; doubled at each further death, up to 16 times."""
    faults_interval: float = 2.0
    """Between two looks at whether injected faults still hold, and at tasks started since."""


HUMAN = Pace()
FAST = Pace(
    tick=0.1,
    background=0.5,
    health_interval=0.1,
    # A sandbox of tests idles most of the time: more checks would be most of what it costs.
    healthy_interval=1.0,
    settle=0.25,
    deregistration_delay=0.3,
    replace_delay=0.15,
    faults_interval=0.5,
)
NAMED = {"human": HUMAN, "fast": FAST}


def from_environment(environ: Mapping[str, str] = os.environ) -> Pace:
    """What `$OPSCTL_SANDBOX_PACE` says: a name, then changes to it. Raises BadConfig."""
    pace = HUMAN
    for word in environ.get(VARIABLE, "").split(","):
        name, is_value, text = (part.strip() for part in word.partition("="))
        if is_value:
            pace = _changed(pace, name, text)
        elif name:
            pace = _named(name)
    return pace


def _named(name: str) -> Pace:
    if name not in NAMED:
        raise BadConfig(f"{VARIABLE}: unknown pace {name!r}.", hint=HINT)
    return NAMED[name]


def _changed(pace: Pace, name: str, text: str) -> Pace:
    kinds = {field.name: type(getattr(HUMAN, field.name)) for field in fields(Pace)}
    if name not in kinds:
        raise BadConfig(
            f"{VARIABLE}: unknown value {name!r}.", hint=f"It knows {', '.join(sorted(kinds))}."
        )
    try:
        value = kinds[name](text)
    except ValueError:
        value = math.nan
    if not 0 < value < math.inf:
        kind = "a whole number" if kinds[name] is int else "a number"
        raise BadConfig(f"{VARIABLE}: {name}={text} must be {kind} above 0.", hint=HINT)
    return replace(pace, **{name: value})
