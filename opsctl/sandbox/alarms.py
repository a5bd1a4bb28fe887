"""The alarms of the sandbox, evaluated from its metrics once a second.

The periods slide with the clock, where CloudWatch's are aligned: an alarm goes off sooner.
"""

from __future__ import annotations

import json
import operator
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from opsctl.sandbox import alarm_pages, alarm_rules
from opsctl.sandbox.metric_store import SeriesKey, dimensions, statistic
from opsctl.sandbox.metrics import store

if TYPE_CHECKING:
    from opsctl.sandbox.world import World

INTERVAL = 1.0
HOLD_SECONDS = 60.0
"""How long a state set by SetAlarmState lasts: CloudWatch evaluates most alarms once a minute."""

HISTORY_KEPT = 100

BREACHES: dict[str, Callable[[float, float], bool]] = {
    "GreaterThanThreshold": operator.gt,
    "GreaterThanOrEqualToThreshold": operator.ge,
    "LessThanThreshold": operator.lt,
    "LessThanOrEqualToThreshold": operator.le,
}


class Alarms:
    """Moves every alarm to the state that its metric, or its rule, calls for."""

    def __init__(self, world: World) -> None:
        self.world = world
        self._last = float("-inf")

    def tick(self) -> None:
        """Evaluate every alarm, at most once an INTERVAL."""
        now = self.world.clock().timestamp()
        if now - self._last >= INTERVAL:
            self._last = now
            self.evaluate()

    def evaluate(self) -> None:
        """Evaluate every alarm now: those of metrics first, since rules are about them. Then what
        a mute held back runs, if it is over."""
        with self.world.lock:
            alarms = list(self.world.backend("cloudwatch").alarms.values())
            for alarm in sorted(alarms, key=lambda it: it.rule is not None):
                if self._is_due(alarm):
                    state, reason, data = self._judge(alarm)
                    _move(alarm, state, reason, data)
            alarm_pages.release(self.world)

    def _is_due(self, alarm: Any) -> bool:
        return float(getattr(alarm, "held_until", 0.0)) <= self.world.clock().timestamp()

    def _judge(self, alarm: Any) -> tuple[str, str, dict[str, Any]]:
        """State, reason and data; an alarm on metric math keeps the state it has."""
        if alarm.rule is not None:
            return self._judge_rule(alarm.rule)
        if alarm.metric_data_queries or alarm.comparison_operator not in BREACHES:
            return alarm.state_value, alarm.state_reason, {}
        return judge(alarm, self._values(alarm))

    def _judge_rule(self, rule: str) -> tuple[str, str, dict[str, Any]]:
        alarms = self.world.backend("cloudwatch").alarms

        def state_of(name: str) -> str:
            return str(alarms[name].state_value) if name in alarms else ""

        held = alarm_rules.holds(rule, state_of)
        which = ", ".join(f"{name} is {state_of(name)}" for name in alarm_rules.children(rule))
        return ("ALARM" if held else "OK"), f"{rule} is {held}: {which}", {}

    def _values(self, alarm: Any) -> list[float | None]:
        """The statistic of each period, the latest first; None where there is no data."""
        pairs = ((it.name, it.value) for it in alarm.dimensions)
        key: SeriesKey = (alarm.namespace, alarm.metric_name, dimensions(pairs))
        now, period = self.world.clock().timestamp(), float(alarm.period)
        wanted = alarm.extended_statistic or alarm.statistic
        values = []
        for index in range(int(alarm.evaluation_periods)):
            end = now - index * period
            # The latest period includes this very moment.
            points = store(self.world).between(key, end - period, end + (0.001 if not index else 0))
            values.append(statistic(points, wanted))
        return values


def judge(alarm: Any, values: list[float | None]) -> tuple[str, str, dict[str, Any]]:
    """State, reason and data of a metric alarm, given its periods, the latest first."""
    breaches = BREACHES[alarm.comparison_operator]
    needed = int(alarm.datapoints_to_alarm or alarm.evaluation_periods)
    known = [value for value in values if value is not None]
    missing = alarm.treat_missing_data or "missing"
    bad = [value for value in known if breaches(value, alarm.threshold)]
    data = {
        "version": "1.0",
        "period": alarm.period,
        "recentDatapoints": known,
        "threshold": alarm.threshold,
    }
    if not known and missing == "ignore":
        return alarm.state_value, alarm.state_reason, data
    if not known and missing == "missing":
        return "INSUFFICIENT_DATA", _no_data(len(values), ""), data
    count = len(bad) + (len(values) - len(known) if missing == "breaching" else 0)
    state = "ALARM" if count >= needed else "OK"
    if not known:
        verdict = "Breaching" if state == "ALARM" else "NonBreaching"
        return state, _no_data(len(values), f" and {len(values)} missing {verdict}"), data
    return state, _reason(alarm, state, bad if state == "ALARM" else known, needed), data


def _no_data(count: int, treated: str) -> str:
    unknown = "no datapoints were received for"
    tail = f"{treated} datapoints" if treated else ""
    return f"Threshold Crossed: {unknown} {count} periods{tail}"


def _reason(alarm: Any, state: str, values: list[float], needed: int) -> str:
    compared = {
        "GreaterThanThreshold": "greater than",
        "GreaterThanOrEqualToThreshold": "greater than or equal to",
        "LessThanThreshold": "less than",
        "LessThanOrEqualToThreshold": "less than or equal to",
    }[alarm.comparison_operator]
    shown = ", ".join(f"{value:.4g}" for value in values)
    was = "was" if state == "ALARM" else "was not"
    return (
        f"Threshold Crossed: {len(values)} out of the last {alarm.evaluation_periods} datapoints "
        f"[{shown}] {was} {compared} the threshold ({float(alarm.threshold)}) "
        f"(minimum {needed} datapoint for OK -> ALARM transition)."
    )


def _move(alarm: Any, state: str, reason: str, data: dict[str, Any]) -> None:
    if state != alarm.state_value:
        alarm.update_state(reason, json.dumps(data), state)
        del alarm.history[:-HISTORY_KEPT]
    elif alarm.state_reason.startswith("Unchecked"):
        alarm.state_reason = reason
