"""Block an address: facts in, plan out."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from opsctl.aws import Aws
from opsctl.plan import Danger, Do, Plan, undo_steps
from opsctl.procedures import block_ip
from opsctl.procedures.block_ip import Facts, Request
from opsctl.procedures.blocks import Held

UNTIL = "2026-11-24T12:00:00+00:00"
ONE = "8.8.4.4/32"
HELD = Held("blocked-ips", "CLOUDFRONT", "IPV4", (), 3, ())
REQUEST = Request("prod", (ONE,), own=("8.8.8.8",))
FACTS = Facts((HELD,), (), ())


def plan(facts: Facts = FACTS, **words: object) -> Plan:
    return block_ip.plan(replace(REQUEST, **words), facts)  # type: ignore[arg-type]


def there(*by: str, size: int = 3) -> tuple[Held, ...]:
    return (replace(HELD, there=tuple((ONE, each) for each in by), size=size),)


def steps(made: Plan) -> list[Do]:
    return [step for step in made.steps if isinstance(step, Do)]


def test_a_missing_address_is_added_and_nothing_else() -> None:
    made = plan()
    (step,) = steps(made)
    assert step.call.method == "block"
    assert step.call.arguments["ranges"] == [ONE]
    assert made.danger is Danger.MILD
    assert made.checks
    (back,) = undo_steps(made.steps)
    assert isinstance(back, Do)
    assert back.call.method == "unblock"


def test_what_is_blocked_already_is_nothing_to_do() -> None:
    made = plan(replace(FACTS, held=there(ONE)))
    assert (made.steps, made.refusals) == ((), ())
    assert "already" in made.summary


def test_what_a_wider_block_covers_is_nothing_to_do_and_says_by_what() -> None:
    made = plan(replace(FACTS, held=there("8.8.0.0/16")), until=UNTIL)
    assert made.steps == ()
    assert any("8.8.0.0/16" in note for note in made.notes)


def test_an_end_is_noted_before_the_block_so_that_none_is_without_it() -> None:
    note, block = steps(plan(until=UNTIL))
    assert note.call.method == "record"
    assert note.call.arguments["expiries"] == {ONE: UNTIL}
    assert block.call.method == "block"


def test_another_end_of_what_is_blocked_is_only_noted() -> None:
    facts = replace(FACTS, held=there(ONE), expiries=((ONE, "2026-11-23T12:00:00+00:00"),))
    (note,) = steps(plan(facts, until=UNTIL))
    (back,) = undo_steps([note])
    assert isinstance(back, Do)
    assert back.call.arguments["expiries"] == {ONE: "2026-11-23T12:00:00+00:00"}


def test_without_an_end_the_one_that_was_noted_is_forgotten() -> None:
    facts = replace(FACTS, held=there(ONE), expiries=((ONE, UNTIL),))
    (note,) = steps(plan(facts))
    assert note.call.arguments["expiries"] == {ONE: None}


def test_the_same_end_again_is_nothing_to_do() -> None:
    facts = replace(FACTS, held=there(ONE), expiries=((ONE, UNTIL),))
    assert plan(facts, until=UNTIL).steps == ()


@pytest.mark.parametrize(
    ("words", "facts", "reason"),
    [
        ({"ranges": ("0.0.0.0/0",)}, FACTS, "everybody"),
        ({"ranges": ("9.9.0.0/16",)}, FACTS, "wider than /24"),
        ({"ranges": ("10.0.0.1/32",)}, FACTS, "private"),
        ({"own": ("8.8.4.4",)}, FACTS, "your own address"),
        ({}, replace(FACTS, never=("8.8.4.0/24",)), "never_block"),
        ({}, replace(FACTS, held=there(size=10_000)), "10,000"),
    ],
)
def test_each_reason_not_to_is_a_refusal(
    words: dict[str, object], facts: Facts, reason: str
) -> None:
    (refusal,) = plan(facts, **words).refusals
    assert reason in refusal.reason


def test_a_wide_range_that_is_meant_is_more_dangerous_and_a_huge_one_is_typed() -> None:
    assert plan(ranges=("8.8.0.0/16",), allow_wide=True).danger is Danger.MODERATE
    huge = plan(ranges=("8.0.0.0/9",), allow_wide=True)
    assert (huge.danger, huge.subject) == (Danger.SEVERE, "8.0.0.0/9")


def test_it_says_that_it_takes_a_while_and_that_no_rule_looks_into_the_set() -> None:
    notes = " ".join(plan().notes)
    assert "takes effect within" in notes
    assert "blocks nobody" in notes
    assert "--my-ip" not in notes
    assert "--my-ip" in " ".join(plan(own=()).notes)


def test_both_kinds_of_address_go_into_their_own_sets() -> None:
    six = replace(HELD, name="blocked-ips-v6", version="IPV6")
    made = plan(replace(FACTS, held=(HELD, six)), ranges=(ONE, "2600::1/128"))
    assert [step.call.arguments["ranges"] for step in steps(made)] == [[ONE], ["2600::1/128"]]


def test_planning_again_on_the_result_finds_nothing_and_the_undo_restores_it(
    local: Aws, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))
    door = Aws(local.target)
    before = door.waf.addresses("blocked-ips").ranges
    request = replace(REQUEST, env="local", until=UNTIL)
    made = block_ip.plan(request, block_ip.gather(request, door))
    with door.changing():
        for step in steps(made):
            door.perform(step.call)
    assert door.waf.addresses("blocked-ips").ranges == (*before, ONE)
    assert block_ip.plan(request, block_ip.gather(request, door)).steps == ()
    with door.changing():
        for step in undo_steps(made.steps):
            assert isinstance(step, Do)
            door.perform(step.call)
    assert door.waf.addresses("blocked-ips").ranges == before
    assert door.block_expiries.recorded() == ()
