"""What the firewall's sets hold, and the steps on them."""

from __future__ import annotations

from dataclasses import replace

import pytest

from opsctl.aws import Aws
from opsctl.aws.web_acls import Use
from opsctl.errors import UsageProblem
from opsctl.plan import undo_steps
from opsctl.procedures import blocks
from opsctl.procedures.blocks import Held

BLOCKS = Use("acl", "rule", "Block")
HELD = Held("blocked-ips", "CLOUDFRONT", "IPV4", (), 3, (BLOCKS,))


def test_words_become_ranges_none_twice() -> None:
    words = ["8.8.4.4", "8.8.4.4/32", "2600:0::/48"]
    assert blocks.parsed(words) == ("8.8.4.4/32", "2600::/48")


@pytest.mark.parametrize("word", ["office", "8.8.4.4/24", ""])
def test_what_is_no_range_is_a_usage_problem(word: str) -> None:
    with pytest.raises(UsageProblem):
        blocks.parsed([word])


def test_a_range_is_covered_by_itself_before_a_wider_one() -> None:
    there = (
        ("8.8.4.4/32", "8.8.0.0/16"),
        ("8.8.4.4/32", "8.8.4.4/32"),
        ("9.9.9.9/32", "9.0.0.0/8"),
    )
    held = replace(HELD, there=there)
    assert held.covered("8.8.4.4/32") == "8.8.4.4/32"
    assert held.covered("9.9.9.9/32") == "9.0.0.0/8"
    assert held.covered("7.7.7.7/32") == ""
    assert [held.has(each) for each in ("8.8.4.4/32", "9.9.9.9/32")] == [True, False]


def test_what_others_add_meanwhile_does_not_change_the_facts() -> None:
    assert replace(HELD, size=9, uses=None) == HELD
    assert replace(HELD, there=(("8.8.4.4/32", "8.8.4.4/32"),)) != HELD


def test_adding_is_taken_back_by_taking_the_same_out_and_the_other_way_round() -> None:
    for step in (blocks.add(HELD, ["8.8.4.4/32"]), blocks.take(HELD, ["8.8.4.4/32"])):
        (back,) = undo_steps([step])
        assert {step.call.method, back.call.method} == {"block", "unblock"}
        assert back.call.arguments == step.call.arguments


def test_a_note_is_taken_back_by_the_note_before() -> None:
    step = blocks.record("Note", {"8.8.4.4/32": "2026"}, {"8.8.4.4/32": None})
    (back,) = undo_steps([step])
    assert back.call.arguments["expiries"] == {"8.8.4.4/32": None}


@pytest.mark.parametrize(
    ("uses", "words"),
    [
        ((BLOCKS,), "blocks what"),
        ((replace(BLOCKS, header="X-Real-IP"),), "header X-Real-IP"),
        ((), "blocks nobody"),
        ((replace(BLOCKS, action="Count"),), "No rule simply blocks"),
        ((replace(BLOCKS, condition="above a rate"),), "No rule simply blocks"),
        (None, "not known"),
    ],
)
def test_whether_a_rule_really_blocks_is_said(uses: tuple[Use, ...] | None, words: str) -> None:
    assert words in blocks.effect(replace(HELD, uses=uses))


def test_many_ranges_are_counted() -> None:
    names = [f"8.8.4.{number}/32" for number in range(5)]
    assert blocks.listed(names) == "8.8.4.0, 8.8.4.1, 8.8.4.2 and 2 more"
    assert blocks.listed(["2600::1/128", "8.8.0.0/16"]) == "2600::1, 8.8.0.0/16"


def test_the_sets_are_read_from_the_firewall_each_for_its_kind(local: Aws) -> None:
    four, six = blocks.read(local, ("203.0.113.9/32", "2600::1/128"))
    assert (four.version, six.version) == ("IPV4", "IPV6")
    assert four.there == (("203.0.113.9/32", "203.0.113.0/24"),)
    assert six.there == ()
    assert four.blocks
    assert six.blocks
    (only,) = blocks.read(local, ("2600::1/128",))
    assert only.name == "blocked-ips-v6"
