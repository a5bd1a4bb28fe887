"""The items of one user, counted and erased."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

import pytest
from scripted_aws import Asked, Reply, ScriptedAws

from opsctl.aws import Aws, backing_off, in_flight, items
from opsctl.aws.items import ErasedItems
from opsctl.errors import Interrupted, NotFound, OpsctlError, Unreachable
from opsctl.plan import Progress

if TYPE_CHECKING:
    from opsctl.sandbox.emulator import Emulator

MINE, NEIGHBOUR = {"PK": "USER#ana"}, {"PK": "USER#ana2"}


@pytest.fixture(autouse=True)
def _in_order(emulator: Emulator, local: Aws, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A neighbour with one item, and afterwards no faults and nothing of anybody."""
    monkeypatch.setattr(backing_off, "FIRST_WAIT", 0.01)
    fill(emulator, local, NEIGHBOUR, items=1)
    yield
    emulator.front.faults.clear()
    with local.changing():
        for key in (MINE, NEIGHBOUR):
            local.items.erase(local.target.table, key)


def fill(emulator: Emulator, local: Aws, key: dict[str, str], **words: Any) -> None:
    asked = {"table": local.target.table, "key": key, **words}
    emulator.front.controls["fill"]("POST", json.dumps(asked).encode())


def _erase(local: Aws, **words: Any) -> ErasedItems:
    with local.changing():
        return local.items.erase(local.target.table, MINE, **words)


def test_all_of_one_user_is_erased_and_the_neighbour_stays(emulator: Emulator, local: Aws) -> None:
    fill(emulator, local, MINE, items=730, awkward=True)
    table = local.target.table
    assert local.items.inventory(table, MINE).items == 730
    reports: list[Progress] = []
    found = _erase(local, report=reports.append)
    assert (found.items, found.failed) == (730, 0)
    assert 0 < len(found.requests) <= 10
    assert reports[-1].summary == "730 items erased"
    assert local.items.inventory(table, MINE).items == 0
    assert local.items.inventory(table, NEIGHBOUR).items == 1
    assert _erase(local).items == 0


def test_unprocessed_items_are_sent_again(emulator: Emulator, local: Aws) -> None:
    fill(emulator, local, MINE, items=200)
    emulator.front.faults.add({"kind": "unprocessed", "share": 0.6, "times": 12})
    assert _erase(local).items == 200
    assert local.items.inventory(local.target.table, MINE).items == 0


def test_items_that_are_never_taken_are_counted(emulator: Emulator, local: Aws) -> None:
    fill(emulator, local, MINE, items=30)
    emulator.front.faults.add({"kind": "unprocessed", "share": 1.0})
    found = _erase(local)
    assert (found.items, found.failed) == (0, 30)
    calls = [it for it in emulator.front.calls.listed() if it["operation"] == "BatchWriteItem"]
    assert calls
    assert local.items.inventory(local.target.table, MINE).items == 30


def test_throttling_and_cuts_are_overcome(emulator: Emulator, local: Aws) -> None:
    fill(emulator, local, MINE, items=200)
    code = "ProvisionedThroughputExceededException"
    emulator.front.faults.add({"operation": "BatchWriteItem", "code": code, "times": 3})
    emulator.front.faults.add({"operation": "BatchWriteItem", "kind": "lost", "times": 1})
    emulator.front.faults.add({"operation": "Query", "kind": "cut", "times": 1})
    assert _erase(local).failed == 0
    assert local.items.inventory(local.target.table, MINE).items == 0


def test_an_interruption_leaves_the_rest_and_a_second_run_ends_it(
    emulator: Emulator, local: Aws
) -> None:
    fill(emulator, local, MINE, items=2_000)

    def report(_: Progress) -> None:
        raise Interrupted("stop")

    with pytest.raises(Interrupted):
        _erase(local, report=report)
    left = local.items.inventory(local.target.table, MINE).items
    assert 0 < left < 2_000
    assert _erase(local).items == left


def test_number_keys_and_an_index_that_only_finds(local: Aws) -> None:
    dynamodb: Any = local.client("dynamodb")
    kinds = {"owner": "S", "id": "S", "at": "N"}
    with local.changing():
        dynamodb.create_table(
            TableName="odd",
            BillingMode="PAY_PER_REQUEST",
            AttributeDefinitions=[
                {"AttributeName": name, "AttributeType": kind} for name, kind in kinds.items()
            ],
            KeySchema=[
                {"AttributeName": "at", "KeyType": "RANGE"},
                {"AttributeName": "id", "KeyType": "HASH"},
            ],
            GlobalSecondaryIndexes=[
                {
                    "IndexName": "by-owner",
                    "KeySchema": [{"AttributeName": "owner", "KeyType": "HASH"}],
                    "Projection": {"ProjectionType": "KEYS_ONLY"},
                }
            ],
        )
        for number in range(40):
            who = "ana" if number % 2 else "bob"
            dynamodb.put_item(
                TableName="odd",
                Item={
                    "id": {"S": f"{number:02}"},
                    "at": {"N": f"{number}.10000000000000000000000000000001"},
                    "owner": {"S": who},
                },
            )
        assert local.items.key_names("odd") == ("id", "at")
        assert local.items.inventory("odd", {"owner": "ana"}, index="by-owner").items == 20
        found = local.items.erase("odd", {"owner": "ana"}, index="by-owner")
    assert (found.items, found.failed) == (20, 0)
    assert local.items.index_count("odd", "by-owner", {"owner": "ana"}) == 0
    assert local.items.index_count("odd", "by-owner", {"owner": "bob"}) == 20
    left = dynamodb.scan(TableName="odd")["Items"]
    assert sorted(int(it["id"]["S"]) for it in left) == list(range(0, 40, 2))


def test_a_number_as_partition_key_is_asked_for_as_one(local: Aws) -> None:
    dynamodb: Any = local.client("dynamodb")
    with local.changing():
        dynamodb.create_table(
            TableName="numbers",
            BillingMode="PAY_PER_REQUEST",
            AttributeDefinitions=[{"AttributeName": "n", "AttributeType": "N"}],
            KeySchema=[{"AttributeName": "n", "KeyType": "HASH"}],
        )
        dynamodb.put_item(TableName="numbers", Item={"n": {"N": "7"}})
        assert local.items.erase("numbers", {"n": "7"}).items == 1


def test_no_table_is_not_found(local: Aws) -> None:
    with pytest.raises(NotFound):
        local.items.inventory("no-such-table", MINE)


@pytest.mark.parametrize("key", [{}, {"PK": ""}])
def test_without_a_key_nothing_is_asked(local: Aws, key: dict[str, str]) -> None:
    with local.changing(), pytest.raises(OpsctlError, match="without a key"):
        local.items.erase(local.target.table, key)


class Scripted:
    """A table in a scripted AWS: pages of items, and what becomes of each batch."""

    def __init__(self, *pages: dict[str, Any]) -> None:
        self.pages = list(pages)
        self.queries: list[dict[str, Any]] = []
        self.batches: list[list[Any]] = []
        self.takes: Callable[[list[Any]], list[Any]] = lambda _: []

    def __call__(self, asked: Asked) -> Reply:
        words = json.loads(asked.body)
        if asked.operation == "DescribeTable":
            keys = [{"AttributeName": "PK", "KeyType": "HASH"}]
            keys.append({"AttributeName": "SK", "KeyType": "RANGE"})
            return Reply(json.dumps({"Table": {"KeySchema": keys}}))
        if asked.operation == "Query":
            self.queries.append(words)
            return Reply(json.dumps(self.pages.pop(0)))
        (batch,) = words["RequestItems"].values()
        self.batches.append([it["DeleteRequest"]["Key"] for it in batch])
        left = self.takes(batch)
        return Reply(json.dumps({"UnprocessedItems": {"t": left} if left else {}}))


def _item(number: int, **more: Any) -> dict[str, Any]:
    return {"PK": {"S": "u"}, "SK": {"S": f"{number}"}, **more}


def test_keys_only_are_read_consistently_and_empty_pages_are_no_end(
    at_scripted: Callable[..., Aws], scripted: ScriptedAws
) -> None:
    table = scripted.answer = Scripted(
        {"Items": [_item(1, more={"S": "x"}), _item(2)], "LastEvaluatedKey": _item(2)},
        {"Items": [], "LastEvaluatedKey": _item(3)},
        {"Items": [_item(4), _item(4)]},
    )
    aws = at_scripted()
    with aws.changing():
        found = aws.items.erase("t", {"PK": "u"})
    assert found.items == 3
    assert table.batches == [[_item(1), _item(2), _item(4)]]
    first, second, third = table.queries
    assert first["ConsistentRead"] is True
    assert first["ProjectionExpression"] == "#n0, #n1"
    assert first["ExpressionAttributeNames"] == {"#k0": "PK", "#n0": "PK", "#n1": "SK"}
    assert (second["ExclusiveStartKey"], third["ExclusiveStartKey"]) == (_item(2), _item(3))


def test_binary_and_number_keys_come_back_as_they_went(
    at_scripted: Callable[..., Aws], scripted: ScriptedAws
) -> None:
    keys = [
        {"PK": {"B": "AP8/+w=="}, "SK": {"N": "1.10000000000000000000000000000000000001"}},
        {"PK": {"B": "AP8/+w=="}, "SK": {"N": "12345678901234567890123456789012345678"}},
        {"PK": {"B": "AP8/+w=="}, "SK": {"N": "1E-130"}},
    ]
    table = scripted.answer = Scripted({"Items": keys})
    aws = at_scripted()
    with aws.changing():
        assert aws.items.erase("t", {"owner": "u"}, index="i").items == 3
    assert table.batches == [keys]


def test_an_index_is_not_asked_to_be_consistent(
    at_scripted: Callable[..., Aws], scripted: ScriptedAws
) -> None:
    table = scripted.answer = Scripted({"Count": 2, "ConsumedCapacity": {"CapacityUnits": 0.5}})
    found = at_scripted().items.inventory("t", {"owner": "u"}, index="i")
    assert (found.items, found.bytes) == (2, 4_096)
    assert "ConsistentRead" not in table.queries[0]
    assert table.queries[0]["IndexName"] == "i"


def test_what_is_taken_too_slowly_goes_in_smaller_pieces(
    at_scripted: Callable[..., Aws], scripted: ScriptedAws
) -> None:
    table = scripted.answer = Scripted({"Items": [_item(number) for number in range(25)]})
    table.takes = lambda batch: batch[3:]
    aws = at_scripted()
    with aws.changing():
        found = aws.items.erase("t", {"PK": "u"})
    assert (found.items, found.failed) == (25, 0)
    assert [len(it) for it in table.batches][:4] == [25, 12, 6, 3]


def test_what_is_never_taken_is_tried_a_bounded_number_of_times(
    at_scripted: Callable[..., Aws], scripted: ScriptedAws
) -> None:
    table = scripted.answer = Scripted({"Items": [_item(number) for number in range(25)]})
    table.takes = lambda batch: batch
    aws = at_scripted()
    with aws.changing():
        found = aws.items.erase("t", {"PK": "u"})
    assert (found.items, found.failed) == (0, 25)
    assert len(table.batches) == items.MOST_TRIES


@pytest.mark.parametrize(
    ("page", "words"),
    [
        ({"Items": [{"PK": {"S": "u"}}]}, "without its SK"),
        ({"Items": [], "LastEvaluatedKey": _item(1)}, "the same page"),
        ({"Items": "none"}, "cannot be read"),
    ],
)
def test_a_page_that_makes_no_sense_is_an_error(
    at_scripted: Callable[..., Aws], scripted: ScriptedAws, page: dict[str, Any], words: str
) -> None:
    scripted.answer = Scripted(page, page, page)
    aws = at_scripted()
    with aws.changing(), pytest.raises(Unreachable, match=words):
        aws.items.erase("t", {"PK": "u"})


def test_ctrl_c_is_heard_while_dynamodb_takes_nothing(
    at_scripted: Callable[..., Aws], scripted: ScriptedAws, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(in_flight, "BEAT", 0.01)
    monkeypatch.setattr(backing_off, "FIRST_WAIT", 5.0)
    table = scripted.answer = Scripted({"Items": [_item(number) for number in range(25)]})
    table.takes = lambda batch: batch

    def report(_: Progress) -> None:
        raise Interrupted("stop")

    aws = at_scripted()
    with aws.changing(), pytest.raises(Interrupted):
        aws.items.erase("t", {"PK": "u"}, report=report)
    assert len(table.batches) < items.MOST_TRIES
