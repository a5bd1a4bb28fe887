"""A table's past is whole, whichever way its items changed."""

from __future__ import annotations

from typing import Any

import pytest
from botocore.exceptions import ClientError

from opsctl.sandbox.moto_parts import dynamodb_changes as changes


def table(account: Any, name: str = "captions") -> Any:
    return account.world.backend("dynamodb").tables[name]


def past(account: Any, seconds_ago: float) -> dict[str, str]:
    """Sort key → text, as they were so long ago."""
    from datetime import timedelta

    at = account.world.clock() - timedelta(seconds=seconds_ago)
    held = changes.items_at(table(account), at)
    return {
        sort.value: item.attrs["text"].value
        for part in held.values()
        for sort, item in part.items()
    }


def test_puts_updates_and_deletes_are_undone(captions: Any, account: Any) -> None:
    captions.put("kept")
    captions.put("changed", "old")
    captions.put("gone", "old")
    account.advance(10)
    captions.put("new")
    captions.put("gone", "new")
    captions.client.delete_item(TableName="captions", Key=captions.key("gone"))
    captions.client.update_item(
        TableName="captions",
        Key=captions.key("changed"),
        UpdateExpression="SET #t = :t",
        ExpressionAttributeNames={"#t": "text"},
        ExpressionAttributeValues={":t": {"S": "new"}},
    )
    assert past(account, 5) == {"kept": "x", "changed": "old", "gone": "old"}
    assert captions.texts() == {"kept": "x", "changed": "new", "new": "x"}


def test_an_item_that_an_update_made_was_not_there_before(captions: Any, account: Any) -> None:
    account.advance(10)
    captions.client.update_item(
        TableName="captions",
        Key=captions.key("made"),
        AttributeUpdates={"text": {"Value": {"S": "x"}, "Action": "PUT"}},
    )
    assert past(account, 5) == {}
    assert captions.texts() == {"made": "x"}


def test_a_transaction_that_fails_leaves_present_and_past_alone(
    captions: Any, account: Any
) -> None:
    captions.put("a", "old")
    account.advance(10)
    put = {"TableName": "captions", "Item": {**captions.key("a"), "text": {"S": "new"}}}
    check = {
        "TableName": "captions",
        "Key": captions.key("b"),
        "ConditionExpression": "attribute_exists(PK)",
    }
    with pytest.raises(ClientError, match="TransactionCanceled"):
        captions.client.transact_write_items(
            TransactItems=[{"Put": put}, {"ConditionCheck": check}]
        )
    assert captions.texts() == past(account, 5) == {"a": "old"}


def test_what_is_filled_in_was_not_there_before(captions: Any, account: Any) -> None:
    account.advance(10)
    account.front.controls["fill"]("POST", b'{"table":"captions","key":{"PK":"u"},"items":3}')
    assert past(account, 5) == {}
    assert captions.described()["ItemCount"] == 3


def test_a_table_without_recovery_notes_nothing(captions: Any, account: Any) -> None:
    captions.recovery(False)
    captions.put("a")
    assert changes.log(table(account)) is None
    with pytest.raises(LookupError):
        changes.window(table(account), account.world.clock())


def test_a_table_whose_stream_was_disabled_is_written_to(captions: Any) -> None:
    on = {"StreamEnabled": True, "StreamViewType": "NEW_IMAGE"}
    off = {"StreamEnabled": False}
    for stream in (off, on, off):
        captions.client.update_table(TableName="captions", StreamSpecification=stream)
        captions.put("later")
