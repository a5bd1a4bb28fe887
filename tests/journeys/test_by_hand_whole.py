"""By hand: after all the others, no block of RUNBOOK.md is left that nobody typed."""

from __future__ import annotations

import shutil

import by_hand
import pytest
from what_ran import seen

pytestmark = [pytest.mark.journey, pytest.mark.last]


def test_every_block_was_typed_by_a_test_before_this_one(request: pytest.FixtureRequest) -> None:
    if shutil.which("terraform") is None:
        pytest.skip("there is no program terraform on this machine")
    there = {
        (title, part) for title in by_hand.SECTIONS for part in range(len(by_hand.blocks(title)))
    }
    typed = set().union(*(it.typed for it in seen(request)))
    assert there - typed == set(by_hand.NOT_RUN)
