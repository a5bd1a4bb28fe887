from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import samples

from opsctl.aws import Aws
from opsctl.state import LocalStore
from opsctl.state.cases import Cases

NOW = datetime.now(UTC)


@pytest.fixture
def aws(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Aws:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))
    return Aws(samples.target())


def test_where_nobody_was_erased_nobody_is_held_back(aws: Aws, tmp_path: Path) -> None:
    erased = aws.erasures.since(NOW)
    assert erased.count == 0
    assert not erased.holds("alice")
    assert not (tmp_path / "opsctl/cases/key").exists()


def test_who_was_erased_since_is_held_by_every_name(aws: Aws) -> None:
    cases = Cases(LocalStore(), aws.target.env)
    cases.open("case-1", "alice", ["alice", "a@example.com"])
    cases.close("case-1")
    erased = aws.erasures.since(NOW - timedelta(hours=1))
    assert erased.cases == ("case-1",)
    assert erased.holds("alice")
    assert erased.holds("a@example.com")
    assert not erased.holds("bob")
    assert "alice" not in repr(erased)


def test_who_was_erased_before_the_copy_was_made_may_have_come_again(aws: Aws) -> None:
    cases = Cases(LocalStore(), aws.target.env)
    cases.open("case-1", "alice", ["alice"])
    cases.close("case-1")
    assert not aws.erasures.since(NOW + timedelta(hours=1)).holds("alice")


def test_an_erasure_under_way_counts_always(aws: Aws) -> None:
    Cases(LocalStore(), aws.target.env).open("case-1", "alice", ["alice"])
    assert aws.erasures.since(NOW + timedelta(hours=1)).holds("alice")
