"""Log queries: names, and how an answer comes together."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any, cast

import pytest
from samples import target

from opsctl.aws import Aws
from opsctl.aws.log_events import Source
from opsctl.aws.log_queries import Results
from opsctl.errors import Unreachable, UsageProblem
from opsctl.reports import log_query
from opsctl.reports.log_query import Ask
from opsctl.sandbox.insights import Query

NOW = datetime(2026, 11, 24, 3, 0, tzinfo=UTC)


def _answer(*parts: Results) -> log_query.Answer:
    def run(*_: Any, **__: Any) -> Iterator[Results]:
        yield from parts

    aws = cast(Aws, SimpleNamespace(log_queries=SimpleNamespace(run=run)))
    return log_query.run(aws, (Source("/g"),), Ask("fields a", NOW - timedelta(hours=1), NOW))


def test_the_answer_is_the_last_part_with_its_columns_in_order() -> None:
    rows = ({"b": "1", "a": "2"}, {"c": "3"})
    answer = _answer(Results("Running", rows[:1], 1, 1, 9), Results("Complete", rows, 2, 5, 99))
    assert answer.columns == ("b", "a", "c")
    assert answer.rows == rows
    assert (answer.matched, answer.scanned, answer.read_bytes) == (2, 5, 99)


@pytest.mark.parametrize("status", ["Failed", "Cancelled", "Timeout"])
def test_a_query_that_insights_gives_up_is_an_error(status: str) -> None:
    with pytest.raises(Unreachable):
        _answer(Results(status, (), 0, 0, 0))


def test_queries_of_the_configuration_go_before_opsctls_own() -> None:
    mine = target(queries=("slow=filter x = 1", "mine=fields a=b"))
    assert log_query.text_of("slow", mine) == "filter x = 1"
    assert log_query.text_of("mine", mine) == "fields a=b"
    assert {it.name for it in log_query.named(mine) if it.own} == {"slow", "mine"}


def test_a_name_that_there_is_not_is_told_with_one_that_there_is() -> None:
    with pytest.raises(UsageProblem, match="Did you mean 'errors'"):
        log_query.text_of("error", target())


def test_anything_else_is_a_query() -> None:
    assert log_query.text_of(" fields a | limit 3 ", target()) == "fields a | limit 3"


@pytest.mark.parametrize("name", log_query.NAMED)
def test_every_query_with_a_name_can_be_understood(name: str) -> None:
    assert Query(log_query.NAMED[name]).run([], 10) == []


@pytest.mark.parametrize("over", [{"most": 0}, {"most": 10_001}, {"text": "x" * 10_001}])
def test_limits(over: dict[str, Any]) -> None:
    with pytest.raises(UsageProblem):
        Ask(**{"text": "fields a", "since": NOW - timedelta(hours=1), "until": NOW, **over})
