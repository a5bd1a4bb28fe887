"""The settings of a table that no backup holds, through the emulator."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import asdict

import pytest
from table_samples import TABLE, settings

from opsctl import errors
from opsctl.aws import Aws
from opsctl.aws.table_settings import from_json
from opsctl.sandbox.emulator import Emulator

BARE = "bare"


@pytest.fixture
def bare(local: Aws) -> Iterator[str]:
    """A table with nothing set."""
    client = local.client("dynamodb")
    with local.changing():
        client.create_table(
            TableName=BARE,
            BillingMode="PAY_PER_REQUEST",
            KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
            AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
        )
    yield BARE
    with local.changing():
        client.update_table(TableName=BARE, DeletionProtectionEnabled=False)
        client.delete_table(TableName=BARE)


def test_the_table_of_the_service_is_read_whole(local: Aws) -> None:
    found = local.table_settings.read(TABLE)
    assert found.ttl == "ttl"
    assert found.recovery_days == 35
    assert found.tags["app"] == "image-caption-gen"
    assert found.keys == {"PK": "HASH", "SK": "RANGE"}
    assert found.indexes["GSI1"] == {"GSI1PK": "HASH", "GSI1SK": "RANGE"}
    assert found.items > 0
    assert found.unknown == ()


def test_each_setting_is_set_and_setting_it_again_is_harmless(local: Aws, bare: str) -> None:
    before = local.table_settings.read(bare)
    assert (before.ttl, before.recovery_days, before.stream, before.insights) == ("", 0, "", False)
    for _ in range(2):
        with local.changing():
            local.table_settings.set_ttl(bare, "ends")
            local.table_settings.set_recovery(bare, 7)
            local.table_settings.set_tags(bare, {"app": "captions", "team": "ops"})
            local.table_settings.set_stream(bare, "KEYS_ONLY")
            local.table_settings.set_insights(bare)
            local.table_settings.set_protection(bare, True)
    after = local.table_settings.read(bare)
    assert (after.ttl, after.recovery_days, after.stream) == ("ends", 7, "KEYS_ONLY")
    assert after.tags == {"app": "captions", "team": "ops"}
    assert after.protected
    assert after.insights


def test_protection_of_a_table_that_is_gone_is_no_failure(local: Aws, emulator: Emulator) -> None:
    emulator.front.calls.clear()
    with local.changing():
        local.table_settings.set_protection("no_such_table", False)
    assert [it["operation"] for it in emulator.front.calls.listed()] == ["DescribeTable"]


def test_what_may_not_be_read_is_named(local: Aws, emulator: Emulator) -> None:
    rule = {
        "service": "dynamodb",
        "operation": "ListTagsOfResource",
        "code": "AccessDeniedException",
        "times": 1,
    }
    emulator.front.faults.add(rule)
    found = local.table_settings.read(TABLE)
    assert found.unknown == ("tags",)
    assert found.tags == {}
    assert found.ttl == "ttl"


def test_a_table_that_is_not_there_is_not_found(local: Aws) -> None:
    with pytest.raises(errors.NotFound):
        local.table_settings.read("no_such_table")


def test_settings_survive_json() -> None:
    assert from_json(json.loads(json.dumps(asdict(settings())))) == settings()
    with pytest.raises(TypeError):
        from_json({"colour": "red"})
