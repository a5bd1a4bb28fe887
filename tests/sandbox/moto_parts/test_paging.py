"""Lists come in pages."""

from __future__ import annotations

import pytest

from opsctl.sandbox.moto_parts.paging import page
from opsctl.sandbox.refusals import Refused


def test_pages_together_are_the_list() -> None:
    first, token = page([1, 2, 3, 4, 5], {"maxResults": 2})
    second, token = page([1, 2, 3, 4, 5], {"maxResults": 2, "nextToken": token})
    third, end = page([1, 2, 3, 4, 5], {"maxResults": 2, "nextToken": token})
    assert [first, second, third, end] == [[1, 2], [3, 4], [5], None]


def test_a_foreign_token_is_refused() -> None:
    with pytest.raises(Refused, match="InvalidParameterException"):
        page([1], {"nextToken": "made up"})
