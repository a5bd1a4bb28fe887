"""Records in DynamoDB: kept, paged, forgotten."""

import boto3

from opsctl.caption_service.connections import Connections
from opsctl.caption_service.records import Record, Records
from opsctl.caption_service.settings import Settings


def record(image_id: str, user_id: str = "alice") -> Record:
    return Record(
        image_id=image_id,
        user_id=user_id,
        concise_caption="A bright wide picture",
        creative_caption="Quiet blue.",
        labels=["wide", "blue"],
        model="m",
        provider="embedded",
        confidence=0.7,
        timestamp="2026-01-01T00:00:00+00:00",
        s3_url="s3://b/k",
        thumbnail_url="s3://b/t",
        content_type="image/jpeg",
    )


def records() -> Records:
    return Records(Connections(Settings()), "captions", retention_days=1)


def test_what_is_kept_comes_back_whole(account: None) -> None:
    kept = records()
    kept.put(record("1"))

    assert kept.get("alice", "1") == record("1")
    assert kept.get("bob", "1") is None


def test_pages_go_from_the_newest_to_the_oldest(account: None) -> None:
    kept = records()
    for number in range(5):
        kept.put(record(str(number)))
    kept.put(record("9", user_id="bob"))
    first, cursor = kept.page("alice", limit=3)
    second, end = kept.page("alice", limit=3, after=cursor)

    assert [it.image_id for it in (*first, *second)] == ["4", "3", "2", "1", "0"]
    assert end == ""


def test_an_item_knows_its_end_and_its_index(account: None) -> None:
    records().put(record("1"))
    item = boto3.client("dynamodb", region_name="us-east-1").scan(TableName="captions")["Items"][0]

    assert item["ttl"] == {"N": "1767312000"}
    assert (item["GSI1PK"], item["GSI1SK"]["S"]) == ({"S": "IMAGE#1"}, record("1").timestamp)


def test_forgetting_twice_is_harmless(account: None) -> None:
    kept = records()
    kept.put(record("1"))
    kept.delete("alice", "1")
    kept.delete("alice", "1")

    assert kept.get("alice", "1") is None
