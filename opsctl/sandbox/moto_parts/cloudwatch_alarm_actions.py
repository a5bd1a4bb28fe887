"""Alarm actions, which moto never runs: a state that changes sets them off."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from moto.cloudwatch.models import Alarm

from opsctl.sandbox import alarm_pages
from opsctl.sandbox.moto_parts.originals import original

if TYPE_CHECKING:
    from opsctl.sandbox.world import World


def install(world: World) -> None:
    """Look at every change of state."""
    update = original(Alarm, "update_state")

    def update_state(alarm: Any, reason: str, reason_data: str, state_value: str) -> None:
        before = alarm.state_value
        update(alarm, reason, reason_data, state_value)
        if alarm.state_value != before:
            alarm_pages.changed(world, alarm)

    Alarm.update_state = update_state
