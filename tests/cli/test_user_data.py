"""`opsctl user purge`, `show`, `certificate`: words into requests."""

from __future__ import annotations

import io
import re

import pytest
from asked import Asked

from opsctl.plan import Danger


def test_a_purge_is_severe_and_brings_the_id_of_a_new_case(asked: Asked) -> None:
    assert asked("user", "purge", "alice", "-e", "local", "--confirm", "alice") == 0
    name, request, danger = asked.last
    assert (name, danger) == ("user purge", Danger.SEVERE)
    assert (request.env, request.name, request.max_items) == ("local", "alice", 100_000)
    assert re.fullmatch(r"case-\d{8}-[0-9a-f]{6}", request.case)


def test_the_name_comes_from_standard_input_and_the_most_from_the_words(
    asked: Asked, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO("bob\n"))
    words = ("--max-items", "5", "--reason", "ticket 7", "-e", "local")
    assert asked("user", "purge", "-", *words) == 0
    request = asked.last[1]
    assert (request.name, request.max_items, request.reason) == ("bob", 5, "ticket 7")
    assert "bob" not in repr(request)


def test_no_limit_at_all_is_no_limit_to_ask_for(asked: Asked) -> None:
    assert asked("user", "purge", "alice", "--max-items", "0", "-e", "local") == 2


def test_the_inventory_and_the_certificate_are_reports(asked: Asked) -> None:
    assert asked("user", "show", "alice", "-e", "local") == 0
    assert asked("user", "certificate", "case-20261124-ab12cd", "-e", "local") == 0
    assert asked.reports == ["user show", "user certificate"]
    assert asked.requests == []
