"""Which table the service uses, through the emulator."""

from __future__ import annotations

from dataclasses import replace

import pytest
from table_samples import NEW, TABLE

from opsctl import errors
from opsctl.aws import Aws
from opsctl.sandbox.emulator import Emulator
from opsctl.state import LocalStore
from opsctl.state.cases import Cases


def test_the_table_in_use_is_read_from_the_live_release(local: Aws) -> None:
    assert local.service_tables.in_use() == TABLE


def test_there_and_back(door: Aws, emulator: Emulator) -> None:
    local = door
    target = local.target
    place = (target.cluster, target.service)
    former = local.ecs.service(*place).task_definition
    words = (former, "app", "TABLE", NEW)
    assert not local.service_tables.used_by_all(*place, "TABLE", NEW).done
    with local.changing():
        first = local.service_tables.switch(*place, *words)
        emulator.settle()
        assert local.service_tables.switch(*place, *words) == first, "again changes nothing"
    assert local.service_tables.in_use() == NEW
    assert local.service_tables.used_by_all(*place, "TABLE", NEW).done
    with local.changing():
        with pytest.raises(errors.FactsChanged, match="somebody deployed meanwhile"):
            local.service_tables.switch_back(*place, former, "app", "TABLE", "another")
        local.service_tables.switch_back(*place, *words)
        emulator.settle()
        local.service_tables.switch_back(*place, *words)
    assert local.service_tables.in_use() == TABLE


def test_there_is_no_way_back_to_a_table_that_may_hold_the_erased(
    door: Aws, emulator: Emulator
) -> None:
    target = door.target
    place = (target.cluster, target.service)
    former = door.ecs.service(*place).task_definition
    words = (former, "app", "TABLE", NEW)
    # The data map follows the service to the new table, and somebody is erased there alone.
    moved = Aws(replace(target, table="another_table"))
    cases = Cases(LocalStore(), "local")
    with moved.changing():
        moved.service_tables.switch(*place, *words)
        emulator.settle()
        cases.open("case-1", "alice", ["alice"])
        with pytest.raises(errors.Forbidden, match="may hold users who were erased"):
            moved.service_tables.switch_back(*place, *words)
    assert moved.service_tables.in_use() == NEW
    with door.changing():
        door.service_tables.switch_back(*place, *words)
        emulator.settle()


def test_the_copy_differs_in_that_variable_alone(local: Aws) -> None:
    live = local.ecs.service(local.target.cluster, local.target.service).task_definition
    with local.changing():
        made = local.task_definitions.copy(live, {}, {"app": {"TABLE": NEW}})
    client = local.client("ecs")

    def variables(arn: str) -> dict[str, str]:
        found = client.describe_task_definition(taskDefinition=arn)["taskDefinition"]
        return {it["name"]: it["value"] for it in found["containerDefinitions"][0]["environment"]}

    assert variables(made) == {**variables(live), "TABLE": NEW}
    assert local.task_definitions.is_copy(made, live, {}, {"app": {"TABLE": NEW}})
    assert not local.task_definitions.is_copy(made, live, {})


def test_a_variable_that_is_not_set_is_empty_or_added(local: Aws) -> None:
    live = local.ecs.service(local.target.cluster, local.target.service).task_definition
    assert local.task_definitions.variable(live, "app", "NO_SUCH") == ""
    with local.changing():
        made = local.task_definitions.copy(live, {}, {"app": {"NO_SUCH": "x"}})
    assert local.task_definitions.variable(made, "app", "NO_SUCH") == "x"
