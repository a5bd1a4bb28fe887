from __future__ import annotations

import pytest
from holding_samples import BUCKET, RESIDUAL, TABLE

from opsctl.aws.residuals import Residual
from opsctl.procedures.holding_words import counted, lasting, size, sized


@pytest.mark.parametrize(
    ("number", "text"),
    [(0, "0 bytes"), (1023, "1023 bytes"), (1536, "1.5 KiB"), (5 * 1024**4, "5.0 TiB")],
)
def test_sizes_as_people_read_them(number: int, text: str) -> None:
    assert sized(number) == text


def test_counts_in_words() -> None:
    assert counted({"objects": 1, "versions": 2000, "bytes": 0}) == "1 object, 2,000 versions"
    assert counted({"items": 0, "bytes": 0}) == "nothing"
    assert counted(TABLE.counts) == "3 items, 4.0 KiB"
    assert size((BUCKET, TABLE)) == "23.5 KiB"


def test_what_lasts_has_an_end_or_says_that_it_has_none() -> None:
    assert "until 2026-12-29 00:00 UTC at the latest" in lasting(RESIDUAL)
    assert "no end" in lasting(Residual("s", "w", "", "b"))
