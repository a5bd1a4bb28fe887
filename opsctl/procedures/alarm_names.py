"""The alarms that somebody means: by name, by pattern, or by what their names do not share."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from difflib import get_close_matches
from fnmatch import fnmatchcase

from opsctl.aws.cloudwatch import SCALING, Alarm
from opsctl.errors import NotFound, UsageProblem

SHOWN = 3


@dataclass(frozen=True)
class Chosen:
    """One alarm that is meant, as far as the decision depends on it."""

    name: str
    actions_enabled: bool
    scales: bool
    typed: bool
    """Its very name was given, rather than a pattern."""
    state: str = field(compare=False, default="")
    within: tuple[str, ...] = ()
    """Composite alarms that look at it and are not meant themselves."""


def check_patterns(patterns: Iterable[str]) -> None:
    """Raises UsageProblem for a pattern that is empty: it must not come to mean all."""
    if any(not it.strip() for it in patterns):
        raise UsageProblem(
            "An empty name means no alarm.", hint="To mean every alarm, write '*' in quotes."
        )


def choose(
    alarms: Sequence[Alarm], patterns: Sequence[str], prefix: str, suffix: str
) -> tuple[Chosen, ...]:
    """The alarms that the patterns name: by their whole name, or by what is between the prefix
    and the suffix that the target's alarms share. Raises NotFound for a pattern of nothing."""
    meant: dict[str, bool] = {}
    for pattern in patterns:
        found = [it.name for it in alarms if _matches(it.name, pattern, prefix, suffix)]
        if not found:
            raise _nothing(pattern, alarms, prefix, suffix)
        for name in found:
            meant[name] = meant.get(name, False) or _core(name, prefix, suffix) == _core(
                pattern, prefix, suffix
            )
    return tuple(
        Chosen(
            name=it.name,
            actions_enabled=it.actions_enabled,
            scales=it.scales,
            typed=meant[it.name],
            state=it.state,
            within=tuple(
                other.name
                for other in alarms
                if other.name not in meant and _names(other.rule, it.name)
            ),
        )
        for it in alarms
        if it.name in meant
    )


def _matches(name: str, pattern: str, prefix: str, suffix: str) -> bool:
    core = _core(name, prefix, suffix)
    return pattern in (name, core) or fnmatchcase(name, pattern) or fnmatchcase(core, pattern)


def _core(name: str, prefix: str, suffix: str) -> str:
    return name.removeprefix(prefix).removesuffix(suffix) or name


def _names(rule: str, name: str) -> bool:
    """Whether a composite alarm's rule names an alarm: in quotes, bare, or by its ARN."""
    return re.search(rf"[(\"':\s]{re.escape(name)}[)\"'\s]", rule) is not None


def _nothing(pattern: str, alarms: Sequence[Alarm], prefix: str, suffix: str) -> NotFound:
    names = [it.name for it in alarms]
    cores = {_core(it, prefix, suffix): it for it in names}
    if pattern.startswith(SCALING):
        return NotFound(
            f"{pattern} is no alarm of this target.",
            hint=f"{SCALING}* alarms drive the autoscaling: they are never silenced.",
        )
    close = [cores[it] for it in get_close_matches(_core(pattern, prefix, suffix), cores, n=1)]
    guess = f" Did you mean {close[0]}?" if close else ""
    there = listed(names, most=20) if names else f"none is called {prefix}*{suffix}"
    return NotFound(f"No alarm is called {pattern!r}.{guess}", hint=f"There are: {there}")


def listed(names: Iterable[str], most: int = SHOWN) -> str:
    """`a, b, c and 4 more`."""
    every = list(names)
    more = f" and {len(every) - most} more" if len(every) > most else ""
    return ", ".join(every[:most]) + more


def counted(names: Iterable[str]) -> str:
    """The name of one, or how many: `4 alarms`."""
    every = list(names)
    return every[0] if len(every) == 1 else f"{len(every)} alarms"
