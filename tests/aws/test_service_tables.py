"""Which table the service uses, through the emulator."""

from __future__ import annotations

import pytest
from table_samples import NEW, TABLE

from opsctl import errors
from opsctl.aws import Aws
from opsctl.sandbox.emulator import Emulator


def test_the_table_in_use_is_read_from_the_live_release(local: Aws) -> None:
    assert local.service_tables.in_use() == TABLE


def test_there_and_back(local: Aws, emulator: Emulator) -> None:
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
