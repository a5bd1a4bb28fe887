from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from erasing import CASE, add_user, door
from holding_samples import holdings as sample
from holding_samples import nothing

from opsctl import errors
from opsctl.aws import Aws
from opsctl.procedures import holdings
from opsctl.procedures.holdings import Holdings
from opsctl.sandbox.emulator import Emulator
from opsctl.targets.data_map import BucketData, TableData


@pytest.fixture
def aws(emulator: Emulator, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Aws]:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))
    yield door(emulator)
    emulator.front.faults.clear()


def gathered(aws: Aws, name: str) -> Holdings:
    return holdings.gather(aws, holdings.resolve(aws, name), CASE)


def test_each_store_of_the_map_is_counted(aws: Aws) -> None:
    add_user(aws, "hol1", objects=2, items=3)
    found = gathered(aws, "hol1")
    counts = {it.name.partition(":")[0]: it.counts for it in found.stores if it.total}
    assert (counts["s3"]["objects"], counts["s3"]["versions"]) == (2, 4)
    assert counts["dynamodb"]["items"] == 3
    assert found.account.is_there
    assert found.total == 7
    assert found.not_examined == ()
    assert {it.what for it in found.residuals} >= {"access tokens", "log lines"}


def test_a_look_that_fails_ends_it_and_says_which_store(aws: Aws, emulator: Emulator) -> None:
    add_user(aws, "hol2")
    fault = {"operation": "ListObjectVersions", "service": "s3", "code": "AccessDenied"}
    emulator.front.faults.add({**fault, "status": 403})
    with pytest.raises(errors.NoAccess, match="s3://"):
        gathered(aws, "hol2")


def test_credentials_that_ended_are_no_store_that_was_not_examined(
    aws: Aws, emulator: Emulator
) -> None:
    add_user(aws, "hol9")
    fault = {"operation": "ListBuckets", "status": 403}
    emulator.front.faults.add({**fault, "code": "AccessDenied", "times": 1})
    assert "other buckets" in {it.store for it in gathered(aws, "hol9").not_examined}
    emulator.front.faults.add({**fault, "code": "ExpiredToken", "times": 1})
    with pytest.raises(errors.NoAccess):
        gathered(aws, "hol9")


def test_how_long_tokens_live_need_not_be_known_to_erase_somebody(
    aws: Aws, emulator: Emulator
) -> None:
    add_user(aws, "hol8")
    emulator.front.faults.add(
        {"operation": "DescribeUserPoolClient", "code": "AccessDeniedException"}
    )
    (tokens,) = [it for it in gathered(aws, "hol8").residuals if it.what == "access tokens"]
    assert tokens.until == ""
    assert "DescribeUserPoolClient" in tokens.basis


def test_a_store_that_the_map_leaves_out_is_not_examined(emulator: Emulator, aws: Aws) -> None:
    add_user(aws, "hol3")
    data = (
        BucketData(aws.target.bucket, "images/{user_id}/"),
        TableData(aws.target.table, (("PK", "MAIL#{email}"),)),
    )
    part = door(emulator, data=data, log_group="/ecs/other")
    with part.changing():
        part.client("s3").create_bucket(Bucket="image-caption-gen-exports")
    why = {it.store: it.why for it in gathered(part, "hol3").not_examined}
    assert set(why) == {
        "logs:/ecs/other",
        "s3://image-caption-gen-exports",
        f"s3://{aws.target.backup_bucket}",
    }
    with part.changing():
        part.client("s3").delete_bucket(Bucket="image-caption-gen-exports")
    # Without an account there is no address to look for.
    without = gathered(part, "hol3-old").not_examined
    assert any("email" in it.why for it in without)


def test_the_table_in_service_is_told_when_the_map_lacks_it(emulator: Emulator, aws: Aws) -> None:
    add_user(aws, "hol5")
    served = aws.target.table
    data = (TableData("captions-old", (("PK", "USER#{user_id}"),)),)
    with aws.changing():
        aws.client("dynamodb").create_table(
            TableName="captions-old",
            BillingMode="PAY_PER_REQUEST",
            KeySchema=[{"AttributeName": "PK", "KeyType": "HASH"}],
            AttributeDefinitions=[{"AttributeName": "PK", "AttributeType": "S"}],
        )
    moved = door(emulator, data=data, table="captions-old")
    assert f"dynamodb:{served}" in {it.store for it in gathered(moved, "hol5").not_examined}
    blind = door(emulator, service="no-such-service")
    assert "the table in service" in {it.store for it in gathered(blind, "hol5").not_examined}
    with aws.changing():
        aws.client("dynamodb").delete_table(TableName="captions-old")


def test_what_may_not_be_listed_is_not_examined(aws: Aws, emulator: Emulator) -> None:
    add_user(aws, "hol4")
    fault = {"operation": "ListTables", "code": "AccessDeniedException"}
    emulator.front.faults.add(fault)
    assert "other tables" in {it.store for it in gathered(aws, "hol4").not_examined}


def test_nothing_is_neither_an_account_nor_anything_in_a_store() -> None:
    assert nothing().is_nothing
    assert not sample().is_nothing
