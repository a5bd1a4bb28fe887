"""A bucket's store keeps its keys in order, through puts and deletes."""

from __future__ import annotations

from dataclasses import dataclass

import pytest

from opsctl.sandbox.moto_parts.s3_versions import Versions


@dataclass(eq=False)
class Version:
    version_id: str
    sandbox_serial: int = 0


def store(*names: str) -> Versions:
    made = Versions()
    for name in names:
        made.append(name, Version("1"))
    return made


def names(of: Versions, prefix: str = "", since: str = "") -> list[str]:
    return [name for name, _ in of.walk(prefix, since=since)]


def test_keys_come_in_order_however_they_were_put() -> None:
    assert names(store("b", "a/2", "é", "a/10")) == ["a/10", "a/2", "b", "é"]


def test_a_walk_keeps_to_its_prefix_and_begins_where_it_is_told() -> None:
    held = store("images/1/x", "images/12/x", "images/2/x")
    assert names(held, "images/1/") == ["images/1/x"]
    assert names(held, "images/", since="images/12/x") == ["images/12/x", "images/2/x"]


def test_a_deleted_key_is_not_listed_and_comes_back_when_it_is_put_again() -> None:
    held = store("a", "b")
    assert names(held) == ["a", "b"]
    held.remove("a", "1")
    assert names(held) == ["b"]
    held.append("a", Version("2"))
    assert names(held) == ["a", "b"]


def test_an_order_of_mostly_deleted_keys_is_made_anew() -> None:
    held = store(*(f"{index:04}" for index in range(1500)))
    assert len(names(held)) == 1500
    for index in range(1490):
        held.pop(f"{index:04}")
    assert names(held) == [f"{index:04}" for index in range(1490, 1500)]
    assert len(held._names) == 10


def test_a_delimiter_rolls_up_each_folder_once() -> None:
    held = store("a/1", "a/2", "b", "c/1/x")
    assert list(held.walk("", "/")) == [("a/", True), ("b", False), ("c/", True)]
    assert list(held.walk("c/", "/")) == [("c/1/", True)]


def test_where_a_deleted_version_was_is_still_known() -> None:
    held = Versions()
    for each in ("1", "2", "3"):
        held.append("k", Version(each))
    before = held.serial("k", "2")
    assert held.remove("k", "2").version_id == "2"
    assert held.serial("k", "2") == before
    assert held.serial("k", "none") is None
    assert held.remove("k", "2") is None


def test_moto_itself_may_put_replace_and_take_versions() -> None:
    held = Versions()
    first, second = Version("1"), Version("2")
    del first.sandbox_serial
    held["k"] = first
    held.setlist("k", [*held.getlist("k"), second])
    assert held["k"] is second
    held.setlist("k", [second])
    assert held.getlist("k") == [second]
    held.pop("k")
    with pytest.raises(KeyError):
        held.pop("k")
