"""A table that several write: nothing is lost, and what is torn is not overwritten."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from opsctl import errors
from opsctl.state import LocalStore
from opsctl.state.table import Table


def table(store: LocalStore) -> Table:
    return Table(store, "silences/prod.json", "silences", "who is silent")


def test_nothing_is_in_it_at_first_and_what_is_written_is_read(tmp_path: Path) -> None:
    made = table(LocalStore(tmp_path))
    assert made.read() == {}
    made.change(lambda known: {**known, "a": 1})
    made.change(lambda known: {**known, "b": 2})
    assert table(LocalStore(tmp_path)).read() == {"a": 1, "b": 2}


def test_whoever_was_slower_merges_into_what_the_quicker_one_wrote(tmp_path: Path) -> None:
    mine, other = table(LocalStore(tmp_path)), table(LocalStore(tmp_path))
    met: list[int] = []

    def slow(known: Mapping[str, Any]) -> dict[str, Any]:
        if not met:
            met.append(1)
            other.change(lambda there: {**there, "quick": 1})
        return {**known, "slow": 2}

    mine.change(slow)
    assert mine.read() == {"quick": 1, "slow": 2}


def test_a_writer_that_is_never_quick_enough_gives_up(tmp_path: Path) -> None:
    mine, other = table(LocalStore(tmp_path)), table(LocalStore(tmp_path))
    met: list[int] = []

    def slow(known: Mapping[str, Any]) -> dict[str, Any]:
        met.append(1)
        other.change(lambda there: {**there, str(len(met)): 1})
        return {**known}

    with pytest.raises(errors.FactsChanged, match="all the time"):
        mine.change(slow)


def test_a_torn_record_says_what_it_holds_and_stays(tmp_path: Path) -> None:
    made = table(LocalStore(tmp_path))
    made.change(lambda _: {"a": 1})
    file = tmp_path / "silences" / "prod.json"
    file.write_text('{"silences": 7}')
    with pytest.raises(errors.Forbidden) as raised:
        made.change(lambda _: {})
    assert "who is silent" in raised.value.hint
    assert file.read_text() == '{"silences": 7}'
