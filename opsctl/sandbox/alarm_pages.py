"""What the alarms of the sandbox set off: a page for each action, unless it is off or held back.

An action that a mute rule holds back runs when the mute is over, if the alarm is then still in
the state that would have set it off.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from opsctl.sandbox.mute_rules import rules_of

if TYPE_CHECKING:
    from opsctl.sandbox.world import World

KEPT = 1000
_ACTIONS = {
    "ALARM": "alarm_actions",
    "OK": "ok_actions",
    "INSUFFICIENT_DATA": "insufficient_data_actions",
}


@dataclass(frozen=True)
class Page:
    """One action that ran. `held` says that a mute rule had held it back until then."""

    at: datetime
    alarm: str
    state: str
    action: str
    reason: str
    held: bool = False


def pages_of(world: World) -> deque[Page]:
    """Every page, the oldest first; they go when moto resets its backend."""
    backend = world.backend("cloudwatch")
    kept: deque[Page] = backend.__dict__.setdefault("sandbox_pages", deque(maxlen=KEPT))
    return kept


def changed(world: World, alarm: Any) -> None:
    """An alarm went into another state: its actions run, or are held back."""
    held = _held(world)
    held.pop(alarm.name, None)
    if not alarm.actions_enabled:
        return
    if _muted(world, alarm.name):
        held[alarm.name] = alarm.state_value
    else:
        _fire(world, alarm, held=False)


def release(world: World) -> None:
    """Run what was held back by mutes that are over."""
    alarms, held = world.backend("cloudwatch").alarms, _held(world)
    for name, state in list(held.items()):
        if name in alarms and _muted(world, name):
            continue
        del held[name]
        alarm = alarms.get(name)
        if alarm is not None and alarm.actions_enabled and alarm.state_value == state:
            _fire(world, alarm, held=True)


def control(world: World) -> Callable[[str, bytes], list[dict[str, Any]]]:
    """`GET` answers the pages, the oldest first, `DELETE` forgets them."""

    def answer(method: str, _: bytes) -> list[dict[str, Any]]:
        with world.lock:
            pages = pages_of(world)
            listed = [{**asdict(it), "at": it.at.isoformat()} for it in pages]
            if method == "DELETE":
                pages.clear()
            return listed

    return answer


def _fire(world: World, alarm: Any, *, held: bool) -> None:
    for action in getattr(alarm, _ACTIONS[alarm.state_value]):
        page = Page(world.clock(), alarm.name, alarm.state_value, action, alarm.state_reason, held)
        pages_of(world).append(page)


def _muted(world: World, name: str) -> bool:
    now = world.clock()
    rules = rules_of(world.backend("cloudwatch")).values()
    return any(name in it.alarms and it.status(now) == "ACTIVE" for it in rules)


def _held(world: World) -> dict[str, str]:
    """What would have been set off: the state by the name of the alarm."""
    held: dict[str, str] = world.backend("cloudwatch").__dict__.setdefault("sandbox_held", {})
    return held
