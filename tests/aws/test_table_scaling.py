"""Autoscaling of a table, through the emulator."""

from __future__ import annotations

from typing import Any

from table_samples import SCALING

from opsctl.aws import Aws
from opsctl.aws.table_scaling import same


def put(local: Aws, table: str, entry: dict[str, Any]) -> None:
    with local.changing():
        local.table_scaling.put(table, entry)


def test_what_was_read_of_one_table_is_put_on_another(local: Aws) -> None:
    put(local, "one", SCALING)
    put(local, "one", {**SCALING, "index": "GSI1", "dimension": "dynamodb:index:ReadCapacityUnits"})
    put(local, "one-more", {**SCALING, "minimum": 5})
    found = local.table_scaling.read("one")
    assert [(it["index"], it["minimum"], it["maximum"]) for it in found] == [
        ("", 1, 9),
        ("GSI1", 1, 9),
    ]
    for entry in found:
        put(local, "two", entry)
        put(local, "two", entry)
    assert same(local.table_scaling.read("two"), found)
    assert [it["name"] for it in local.table_scaling.read("two")[0]["policies"]] == ["writes@two"]


def test_what_is_taken_away_is_gone_and_may_be_gone_already(local: Aws) -> None:
    put(local, "three", SCALING)
    for _ in range(2):
        with local.changing():
            local.table_scaling.remove("three", SCALING)
    assert local.table_scaling.read("three") == ()


def test_a_table_on_demand_has_none(local: Aws) -> None:
    assert local.table_scaling.read("image_captions") == ()


def test_other_bounds_are_not_the_same() -> None:
    assert same([SCALING], [SCALING])
    assert not same([SCALING], [{**SCALING, "maximum": 8}])
    assert not same([SCALING], [])
