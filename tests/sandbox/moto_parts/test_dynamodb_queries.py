"""Queries page through a partition, either way, and tell what they read."""

from __future__ import annotations

from typing import Any

import pytest

PARTITION = {
    "KeyConditionExpression": "PK = :p",
    "ExpressionAttributeValues": {":p": {"S": "u"}},
}


def pages(captions: Any, **asked: Any) -> list[list[str]]:
    paginator = captions.client.get_paginator("query")
    found = paginator.paginate(TableName=captions.name, **{**PARTITION, **asked})
    return [[it["SK"]["S"] for it in page["Items"]] for page in found]


@pytest.fixture
def five(captions: Any) -> Any:
    for sort in ("3", "1", "5", '2 "', "4"):
        captions.put(sort)
    other = {"PK": {"S": "uu"}, "SK": {"S": "1"}, "text": {"S": "of another"}}
    captions.client.put_item(TableName=captions.name, Item=other)
    return captions


@pytest.mark.parametrize("size", [1, 2, 4, 5, 6])
def test_pages_hold_everything_of_the_partition_once_and_in_order(five: Any, size: int) -> None:
    found = [sort for page in pages(five, Limit=size) for sort in page]
    assert found == ["1", '2 "', "3", "4", "5"]


def test_backwards_too(five: Any) -> None:
    found = [sort for page in pages(five, Limit=2, ScanIndexForward=False) for sort in page]
    assert found == ["5", "4", "3", '2 "', "1"]


def test_a_condition_on_the_sort_key_a_filter_and_a_projection_hold(five: Any) -> None:
    answer = five.client.query(
        TableName=five.name,
        KeyConditionExpression="PK = :p AND SK > :s",
        FilterExpression="SK <> :n",
        ProjectionExpression="SK",
        ExpressionAttributeValues={":p": {"S": "u"}, ":s": {"S": "2"}, ":n": {"S": "4"}},
    )
    assert answer["Items"] == [{"SK": {"S": '2 "'}}, {"SK": {"S": "3"}}, {"SK": {"S": "5"}}]


def test_an_index_is_still_asked_by_its_own_key(five: Any) -> None:
    answer = five.client.query(
        TableName=five.name,
        IndexName="back",
        KeyConditionExpression="SK = :s",
        ExpressionAttributeValues={":s": {"S": "1"}},
    )
    assert [it["PK"]["S"] for it in answer["Items"]] == ["u", "uu"]


def test_an_empty_partition_is_empty(captions: Any) -> None:
    assert pages(captions) == [[]]


def test_the_capacity_is_that_of_what_was_read(captions: Any) -> None:
    for index in range(10):
        captions.put(f"{index}", "x" * 1000)

    def units(**asked: Any) -> float:
        answer = captions.client.query(
            TableName=captions.name, ReturnConsumedCapacity="TOTAL", **PARTITION, **asked
        )
        return float(answer["ConsumedCapacity"]["CapacityUnits"])

    assert units(ConsistentRead=True) == 3
    assert units() == 1.5
    assert units(Select="COUNT", ConsistentRead=True) == 3


def test_a_megabyte_is_a_page(captions: Any) -> None:
    sorts = [f'{number:02} "' for number in range(25)]
    for sort in sorts:
        captions.put(sort, "x" * 100_000)
    found = pages(captions, ProjectionExpression="SK")
    assert [len(page) for page in found] == [9, 9, 7]
    assert [sort for page in found for sort in page] == sorts
