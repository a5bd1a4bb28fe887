"""Items that are made at once are where a query finds them."""

from __future__ import annotations

from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any

import pytest

from opsctl.sandbox.moto_parts.dynamodb_fill import add

NOW = datetime.now(UTC)


def table(**over: Any) -> Any:
    from collections import defaultdict

    given = {"hash_key_attr": "PK", "range_key_attr": "SK", "range_key_type": "S"}
    return SimpleNamespace(items=defaultdict(dict), **{**given, **over})


def test_every_item_has_a_sort_key_of_its_own() -> None:
    made = table()
    assert add(made, {"PK": "USER#x"}, 10, (), NOW) == 10
    (partition,) = made.items.values()
    assert len(partition) == 10
    assert {it.attrs["user_id"].value for it in partition.values()} == {"x"}


@pytest.mark.parametrize("over", [{"range_key_attr": None}, {"range_key_type": "N"}])
def test_a_table_without_a_text_to_sort_by_is_refused(over: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match="sort key is a text"):
        add(table(**over), {"PK": "x"}, 1, (), NOW)
