"""Plans: calls that bind, steps that survive the journal, undo in the right order."""

from __future__ import annotations

import dataclasses
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from opsctl.aws.ecs import Ecs
from opsctl.plan import (
    Call,
    Do,
    Manual,
    Plan,
    Step,
    Wait,
    call,
    from_json,
    to_json,
    undo_steps,
)

words = st.text(max_size=20)
calls = st.builds(Call, words, words, st.dictionaries(words, st.integers() | words | st.booleans()))
waits = st.builds(Wait, words, calls, timeout=st.floats(1, 100), follows=st.booleans())
plain = st.builds(Do, words, calls, no_undo=words, reports=st.booleans())
dos = st.builds(Do, words, calls, undo=st.tuples(plain, waits), no_undo=words)
steps = dos | plain | waits | st.builds(Manual, words, words)


@given(steps)
def test_a_step_survives_the_journal(step: Step) -> None:
    assert from_json(json.loads(json.dumps(to_json(step)))) == step


@pytest.mark.parametrize("document", [{}, {"kind": "do"}, {"kind": "wait", "x": 1}, {"kind": "?"}])
def test_what_is_no_step_is_refused(document: dict[str, object]) -> None:
    with pytest.raises(ValueError, match="not a step"):
        from_json(document)


def test_a_call_names_the_gateway_and_the_arguments_and_calls_nothing() -> None:
    made = call(Ecs.set_desired_count, "c", "s", 5, replacing=2)
    assert made == Call(
        "ecs", "set_desired_count", {"cluster": "c", "service": "s", "count": 5, "replacing": 2}
    )


def test_arguments_that_do_not_fit_are_an_error_when_the_plan_is_made() -> None:
    with pytest.raises(TypeError):
        call(Ecs.set_desired_count, "c")  # type: ignore[call-arg]


def test_an_argument_that_the_journal_cannot_hold_is_an_error() -> None:
    with pytest.raises(TypeError):
        call(Ecs.set_desired_count, "c", "s", object(), replacing=1)  # type: ignore[arg-type]


def test_undo_takes_the_last_step_back_first_and_can_itself_be_undone() -> None:
    def step(name: str) -> Do:
        return Do(name, Call("g", name), undo=(Do(f"back {name}", Call("g", f"back_{name}")),))

    back = list(undo_steps([step("a"), Wait("w", Call("g", "w"), 1), step("b")]))
    assert [it.title for it in back] == ["back b", "back a"]
    again = list(undo_steps(back))
    assert [it.title for it in again] == ["a", "b"]


def test_the_undo_of_an_undo_waits_for_the_deployment_that_it_starts() -> None:
    follow = Wait("follow", Call("g", "follow"), 1, follows=True)
    count = Wait("2 run", Call("g", "settled", {"count": 2}), 1)
    other = Do("forget", Call("g", "forget"))
    release = Do("a", Call("g", "a"), undo=(Do("back", Call("g", "b")), follow, count, other))
    back = list(undo_steps([release, follow]))
    assert [it.title for it in back] == ["back", "follow", "2 run", "forget"]
    again = list(undo_steps(back))
    assert [it.title for it in again] == ["a", "follow"]
    assert [it.title for it in undo_steps(again)] == ["back", "follow"]


def test_the_digest_tells_plans_apart_and_is_the_same_for_the_same() -> None:
    one = Plan("x", steps=(Do("a", Call("g", "a", {"n": 1})),))
    assert one.digest == Plan("y", steps=(Do("a", Call("g", "a", {"n": 1})),)).digest
    assert one.digest != Plan("x", steps=(Do("a", Call("g", "a", {"n": 2})),)).digest


def test_a_plan_of_waits_changes_nothing() -> None:
    assert not Plan("x", steps=(Wait("w", Call("g", "w"), 1),)).changes
    assert Plan("x", steps=(Manual("m", "do"),)).changes


def test_what_an_older_opsctl_does_not_know_is_written_only_where_it_matters() -> None:
    wait = Wait("Wait", Call("ecs", "look", {}), timeout=1)
    assert "unlocked" not in to_json(wait)
    unlocked = dataclasses.replace(wait, unlocked=True)
    assert from_json(to_json(unlocked)) == unlocked
