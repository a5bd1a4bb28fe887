"""`opsctl backup`: words into requests."""

from __future__ import annotations

import pytest
from asked import Asked


@pytest.mark.parametrize(
    "words",
    [
        ["create", "s4"],
        ["create", "s3", "--name", "x;y"],
        ["create", "s3", "--name", "ab"],
        ["create", "dynamodb", "--engine", "s3-batch"],
        ["create", "all", "--engine", "s3-batch"],
        ["create", "s3", "--engine", "rsync"],
        ["restore"],
        ["restore", "s3"],
        ["restore", "s3", "s3-1", "--at", "1h"],
        ["restore", "s3", "../../etc"],
        ["restore", "s3", "--at", "tomorrow"],
        ["restore", "s3", "--at", "2999-01-01"],
        ["restore", "s3", "--at", "1h", "--prefix", ""],
        ["restore", "s3", "--at", "1h", "--prefix", "/"],
        ["restore", "s3", "--at", "1h", "--prefix", "images/1"],
        ["prune", "s3"],
        ["prune", "--keep", "3"],
        ["prune", "s3", "--keep", "0"],
        ["prune", "s3", "--keep", "some"],
        ["list", "--yes"],
    ],
    ids=" ".join,
)
def test_what_makes_no_sense_is_a_usage_error(asked: Asked, words: list[str]) -> None:
    assert asked("backup", *words, "-e", "local") == 2
    assert asked.requests == []


def test_the_list_is_a_report(asked: Asked) -> None:
    assert asked("backup", "list", "-e", "local") == 0
    assert asked.reports == ["backup list"]
