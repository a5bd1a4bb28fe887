"""By hand: after all the others, no block of RUNBOOK.md is left that nobody typed."""

from __future__ import annotations

import shutil

import by_hand
import pytest
from by_hand import Hand
from what_ran import left_out

pytestmark = pytest.mark.journey


@pytest.mark.last
def test_every_block_was_typed_by_a_test_before_this_one(
    hand: Hand, request: pytest.FixtureRequest
) -> None:
    if shutil.which("terraform") is None:
        pytest.skip("there is no program terraform on this machine")
    if missing := left_out(request):
        pytest.skip(f"only with everything that is done by hand; not done: {missing}")
    there = {
        (title, part) for title in by_hand.SECTIONS for part in range(len(by_hand.blocks(title)))
    }
    assert there - by_hand.TYPED == set(by_hand.NOT_RUN)
