"""How shown lines are compared with real ones, and written anew."""

from __future__ import annotations

import pytest
from playing import differs, rewritten

REAL = ["HEALTHY  service  image:1.2.0", "", "  endpoint  HTTP 200 in 9 ms", "Done in 1 s: it"]
REAL += ["x"]


def test_what_varies_may_differ() -> None:
    shown = [
        "HEALTHY service   image:1.2.0",
        "  endpoint  HTTP 200 in 31 ms",
        "Done in 2 s: it",
        "x",
    ]
    assert not differs(shown, REAL)
    runs = ["opsctl undo 20261126T194238Z-4d3b, 2026-11-26 19:42 UTC on 127.0.0.1:4411 by kim@vm"]
    assert not differs(
        runs, ["opsctl undo 20270102T000000Z-ffff, 2027-01-02 00:00 UTC on 127.0.0.1:1 by a@b"]
    )


@pytest.mark.parametrize(
    "shown",
    [
        [],
        ["HEALTHY service image:1.3.0", "…"],
        ["…", "Done in 1 s: it"],
        ["…", "x", "…", "Done in 1 s: it", "…"],
        ["  endpoint  HTTP 200 in 9 ms", "…"],
        ["HEALTHY service image:1.2.0", "…", "y"],
        ["HEALTHY service image:1.2.0", "Done in 1 s: it", "x"],
    ],
)
def test_what_does_not_come_is_told(shown: list[str]) -> None:
    assert differs(shown, REAL)


@pytest.mark.parametrize(
    "shown",
    [
        ["…"],
        ["HEALTHY service image:1.2.0", "…"],
        ["…", "Done in 3 s: it", "x"],
        ["…", "endpoint HTTP 200 in 1 ms", "…", "x", "…"],
    ],
)
def test_a_gap_stands_for_any_lines(shown: list[str]) -> None:
    assert not differs(shown, REAL)


def test_written_anew_the_gaps_stay() -> None:
    shown = ["…", "  endpoint  HTTP 200 in 1 ms", "…", "x"]
    assert rewritten(shown, REAL) == ["…", "  endpoint  HTTP 200 in 9 ms", "…", "x"]
    assert rewritten(["HEALTHY service image:1.2.0", "…"], REAL) == [REAL[0], "…"]
    assert rewritten(["stale", "…"], REAL) == REAL
    assert rewritten([], REAL) == REAL
