"""BatchWriteItem keeps AWS's limits, and can be made to leave items undone."""

from __future__ import annotations

from typing import Any

import pytest
from botocore.exceptions import ClientError

TABLE = "captions"


@pytest.fixture
def dynamodb(account: Any) -> Any:
    made = account.client("dynamodb")
    made.create_table(
        TableName=TABLE,
        BillingMode="PAY_PER_REQUEST",
        KeySchema=[
            {"AttributeName": "PK", "KeyType": "HASH"},
            {"AttributeName": "SK", "KeyType": "RANGE"},
        ],
        AttributeDefinitions=[
            {"AttributeName": name, "AttributeType": "S"} for name in ("PK", "SK")
        ],
    )
    return made


def put(index: int, **more: str) -> dict[str, Any]:
    texts = {"PK": "u", "SK": f"{index}", **more}
    return {"PutRequest": {"Item": {name: {"S": value} for name, value in texts.items()}}}


def delete(index: int) -> dict[str, Any]:
    return {"DeleteRequest": {"Key": {"PK": {"S": "u"}, "SK": {"S": f"{index}"}}}}


def count(dynamodb: Any) -> int:
    return int(dynamodb.scan(TableName=TABLE)["Count"])


def test_twenty_five_are_written_and_twenty_six_are_refused(dynamodb: Any) -> None:
    dynamodb.batch_write_item(RequestItems={TABLE: [put(it) for it in range(25)]})
    with pytest.raises(ClientError, match="Too many items"):
        dynamodb.batch_write_item(RequestItems={TABLE: [delete(it) for it in range(26)]})
    assert count(dynamodb) == 25


@pytest.mark.parametrize("second", [put(1, other="y"), delete(1)])
def test_the_same_key_twice_is_refused(dynamodb: Any, second: dict[str, Any]) -> None:
    with pytest.raises(ClientError, match="contains duplicates"):
        dynamodb.batch_write_item(RequestItems={TABLE: [put(1), second]})
    assert count(dynamodb) == 0


def test_a_delete_by_half_a_key_is_refused(dynamodb: Any) -> None:
    with pytest.raises(ClientError, match="does not match the schema"):
        dynamodb.batch_write_item(
            RequestItems={TABLE: [{"DeleteRequest": {"Key": {"PK": {"S": "u"}}}}]}
        )


def test_a_share_is_left_undone_and_told(dynamodb: Any, account: Any) -> None:
    wanted = [put(it) for it in range(4)]
    account.front.faults.add({"kind": "unprocessed", "share": 0.5, "times": 1})
    answer = dynamodb.batch_write_item(RequestItems={TABLE: wanted})
    assert answer["UnprocessedItems"] == {TABLE: wanted[:2]}
    assert count(dynamodb) == 2
    answer = dynamodb.batch_write_item(RequestItems=answer["UnprocessedItems"])
    assert answer["UnprocessedItems"] == {}
    assert count(dynamodb) == 4


def test_everything_can_be_left_undone(dynamodb: Any, account: Any) -> None:
    account.front.faults.add({"kind": "unprocessed"})
    answer = dynamodb.batch_write_item(RequestItems={TABLE: [put(1)]})
    assert answer["UnprocessedItems"] == {TABLE: [put(1)]}
    assert count(dynamodb) == 0
