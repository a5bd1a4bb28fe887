"""Versions, in the order of semver.org."""

from __future__ import annotations

import pytest

from opsctl.procedures.versions import above, rank

ORDER = (
    *("v0.9.9", "v1.0.0-alpha", "v1.0.0-alpha.1", "v1.0.0-alpha.beta", "v1.0.0-beta"),
    *("v1.0.0-beta.2", "v1.0.0-beta.11", "v1.0.0-rc.1", "v1.0.0", "v1.2.0", "v1.10.0"),
)


def test_the_order_is_that_of_the_standard() -> None:
    ranks = [rank(it) for it in ORDER]
    assert None not in ranks
    assert ranks == sorted(ranks)  # type: ignore[type-var]
    assert len(set(ranks)) == len(ORDER)


@pytest.mark.parametrize(
    "text",
    ["", "1.2.3", "v1.2", "v01.2.3", "v1.2.3+5", "v1.2.3-", "v1.2.3-01", "v1.2.3\n", "v١.٢.٣"],
)
def test_what_is_no_version_has_no_rank(text: str) -> None:
    assert rank(text) is None


def test_the_highest_above_a_version_is_found_among_whatever_else_there_is() -> None:
    assert above("v1.2.0", ["v1.1.0", "v1.10.0", "v1.9.0", "vacation", "nightly"]) == "v1.10.0"
    assert above("v2.0.0", ["v1.10.0", "v2.0.0", "v2.0.0-rc.1", "vx"]) == ""
    assert above("v2.0.0", []) == ""
