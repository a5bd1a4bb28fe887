"""Many log events at once."""

from __future__ import annotations

import json

import pytest

from opsctl.sandbox.emulator import Emulator
from opsctl.sandbox.log_burst import control


def test_events_have_one_moment_but_for_the_late_ones(emulator: Emulator) -> None:
    body = {"events": 100, "late": 10, "late_by": 20, "streams": 2, "first": 7}
    answer = control(emulator.world, "POST", json.dumps(body).encode())
    streams = emulator.world.backend("logs").groups[emulator.world.names.log_group].streams
    events = [event for name in answer["streams"] for event in streams[name].events]
    assert sorted(json.loads(it.message)["n"] for it in events) == list(range(7, 107))
    moments = [it.timestamp for it in events]
    assert moments.count(answer["at"]) == 90
    assert min(moments) == answer["at"] - 20_000
    assert control(emulator.world, "DELETE", b"") == {"removed": 2}


@pytest.mark.parametrize("body", [b"{}", b'{"events": 0}', b'{"event": 3}'])
def test_what_makes_no_sense_is_refused(emulator: Emulator, body: bytes) -> None:
    with pytest.raises(ValueError):
        control(emulator.world, "POST", body)
