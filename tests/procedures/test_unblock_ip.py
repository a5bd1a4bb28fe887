"""Unblock an address: facts in, plan out."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from opsctl.aws import Aws
from opsctl.plan import Danger, Do, Plan, undo_steps
from opsctl.procedures import unblock_ip
from opsctl.procedures.blocks import Held
from opsctl.procedures.unblock_ip import Facts, Request
from opsctl.sandbox.seed_network import BLOCKED

ONE = "8.8.4.4/32"
UNTIL = "2026-11-24T12:00:00+00:00"


def held(*by: str, size: int = 3) -> Held:
    return Held("blocked-ips", "CLOUDFRONT", "IPV4", tuple((ONE, it) for it in by), size, ())


def plan(it: Held, *expiries: tuple[str, str], expired_at: str = "") -> Plan:
    ranges = () if expired_at else (ONE,)
    return unblock_ip.plan(Request("prod", ranges, expired_at), Facts((ONE,), (it,), expiries))


def methods(made: Plan) -> list[str]:
    return [step.call.method for step in made.steps if isinstance(step, Do)]


def test_what_is_there_is_taken_out_and_can_be_put_back() -> None:
    made = plan(held(ONE))
    assert methods(made) == ["unblock"]
    assert made.danger is Danger.MILD
    (back,) = undo_steps(made.steps)
    assert isinstance(back, Do)
    assert (back.call.method, back.call.arguments["ranges"]) == ("block", [ONE])


def test_the_end_is_forgotten_after_the_address_is_out() -> None:
    assert methods(plan(held(ONE), (ONE, UNTIL))) == ["unblock", "record"]


def test_what_is_not_blocked_is_nothing_to_do() -> None:
    made = plan(held())
    assert (made.steps, made.refusals) == ((), ())


def test_an_address_within_a_wider_block_is_refused_with_what_to_type() -> None:
    (refusal,) = plan(held("8.8.0.0/16")).refusals
    assert "8.8.0.0/16" in refusal.hint


def test_what_a_wider_block_goes_on_blocking_is_said() -> None:
    made = plan(held(ONE, "8.8.0.0/16"))
    assert methods(made) == ["unblock"]
    assert made.notes[0] == f"{ONE} stays blocked, by 8.8.0.0/16."


def test_to_empty_a_set_of_several_asks_for_its_name() -> None:
    both = Held(
        "blocked-ips", "REGIONAL", "IPV4", ((ONE, ONE), ("9.9.9.9/32", "9.9.9.9/32")), 2, ()
    )
    made = unblock_ip.plan(
        Request("prod", (ONE, "9.9.9.9/32")), Facts((ONE, "9.9.9.9/32"), (both,), ())
    )
    assert (made.danger, made.subject) == (Danger.SEVERE, "blocked-ips")
    assert plan(held(ONE, size=1)).danger is Danger.MILD


def test_what_is_over_goes_and_a_note_without_a_block_is_only_forgotten() -> None:
    assert methods(plan(held(ONE), (ONE, UNTIL), expired_at=UNTIL)) == ["unblock", "record"]
    gone = plan(held("8.8.0.0/16"), (ONE, UNTIL), expired_at=UNTIL)
    assert methods(gone) == ["record"]
    assert gone.refusals == ()


def test_all_that_is_over_is_found_and_nothing_else(
    local: Aws, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))
    door, now = Aws(local.target), datetime.now(UTC)
    past, future = ((now + timedelta(hours=hours)).isoformat() for hours in (-1, 1))
    door.block_expiries.record({BLOCKED[0]: past, BLOCKED[1]: future})
    request = Request("local", expired_at=now.isoformat())
    facts = unblock_ip.gather(request, door)
    assert facts.ranges == (BLOCKED[0],)
    made = unblock_ip.plan(request, facts)
    with door.changing():
        for step in made.steps:
            assert isinstance(step, Do)
            door.perform(step.call)
    assert door.waf.addresses("blocked-ips").ranges == BLOCKED[1:]
    assert [it.range for it in door.block_expiries.recorded()] == [BLOCKED[1]]
    again = unblock_ip.plan(request, unblock_ip.gather(request, door))
    assert (again.steps, again.summary) == ((), "No block is over.")
    with door.changing():
        for step in undo_steps(made.steps):
            assert isinstance(step, Do)
            door.perform(step.call)
    assert set(door.waf.addresses("blocked-ips").ranges) == set(BLOCKED)
