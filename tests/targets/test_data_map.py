"""The data map: templates filled in and read back, and what opsctl.toml may say."""

from __future__ import annotations

import pytest
from samples import target

from opsctl.targets import Target, data_map
from opsctl.targets.data_map import BucketData, LogData, TableData

PICTURES = BucketData("pictures", "images/{user_id}/")
CAPTIONS = TableData("captions", (("PK", "USER#{user_id}"),))


@pytest.mark.parametrize(
    "user", ["alice", "a#b", "a:b", "50%", "a+b", "o'neil", 'a"b', "🙂", "{sub}"]
)
def test_what_is_filled_in_is_read_back(user: str) -> None:
    names = {"user_id": user, "sub": "never looked at"}
    assert PICTURES.prefix_of(names) == f"images/{user}/"
    assert PICTURES.owner(f"images/{user}/0001/original.jpg") == user
    assert CAPTIONS.key_of(names) == {"PK": f"USER#{user}"}
    assert CAPTIONS.owner({"PK": {"S": f"USER#{user}"}, "SK": {"S": "IMAGE#1"}}) == user


@pytest.mark.parametrize("key", ["images/", "images//x", "other/alice/x", "images/alice", ""])
def test_a_key_of_nobody_has_no_owner(key: str) -> None:
    assert PICTURES.owner(key) is None


def test_an_item_of_nobody_has_no_owner() -> None:
    assert CAPTIONS.owner({"PK": {"S": "IMAGE#1"}}) is None
    assert CAPTIONS.owner({"PK": {"N": "1"}}) is None
    assert CAPTIONS.owner({}) is None


def test_without_a_map_it_is_the_layout_of_the_service() -> None:
    it = target(backup_bucket="copies")
    assert data_map.of(it) == (
        BucketData(it.bucket, it.key_prefix),
        BucketData("copies", it.key_prefix),
        TableData(it.table, (("PK", "USER#{user_id}"),)),
        LogData(it.log_group),
    )


def test_a_map_of_the_file_stands_in_place_of_the_layout() -> None:
    it: Target = target(data=(PICTURES,))
    assert data_map.of(it) == (PICTURES,)


def test_entries_of_the_file_become_stores() -> None:
    entries = [
        {"bucket": "pictures", "prefix": "users/{sub}/", "region": "us-west-2"},
        {"table": "orders", "key": {"owner": "{email}"}, "index": "by-owner"},
        {"log_group": "/ecs/other"},
    ]
    assert data_map.from_file(entries) == (
        BucketData("pictures", "users/{sub}/", "us-west-2"),
        TableData("orders", (("owner", "{email}"),), "by-owner"),
        LogData("/ecs/other"),
    )


@pytest.mark.parametrize(
    "entry",
    [
        {},
        {"bucket": "b"},
        {"bucket": "b", "prefix": "images/"},
        {"bucket": "b", "prefix": "images/{user_id}"},
        {"bucket": "b", "prefix": "/{user_id}/"},
        {"bucket": "b", "prefix": "images/{name}/"},
        {"bucket": "b", "prefix": "{sub}/{user_id}/"},
        {"bucket": "b", "prefix": "images/{user_id}/", "table": "t", "key": {"PK": "{sub}"}},
        {"table": "t"},
        {"table": "t", "key": {}},
        {"table": "t", "key": {"PK": "USER"}},
        {"table": "t", "key": {"PK": "{sub}"}, "prefix": "x/{sub}/"},
        {"log_group": "g", "index": "i"},
        {"region": "us-east-1"},
    ],
)
def test_what_is_no_store_is_refused(entry: dict[str, object]) -> None:
    with pytest.raises(ValueError):
        data_map.from_file([entry])
