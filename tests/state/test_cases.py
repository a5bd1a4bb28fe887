from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from opsctl.errors import Forbidden
from opsctl.state import LocalStore
from opsctl.state.cases import Cases

LATER = datetime.now(UTC) + timedelta(hours=1)
EARLIER = datetime.now(UTC) - timedelta(hours=1)


@pytest.fixture
def cases(tmp_path: Path) -> Cases:
    return Cases(LocalStore(tmp_path), "prod")


def test_a_case_is_found_by_any_name_of_its_subject(cases: Cases) -> None:
    cases.open("case-1", "alice", ["alice", "a@example.com"])
    assert cases.find(["a@example.com"]) == cases.find(["alice"])
    assert cases.find(["bob"]) is None


def test_an_open_case_comes_before_a_newer_closed_one(cases: Cases) -> None:
    cases.open("case-1", "alice", ["alice"])
    cases.open("case-2", "alice", ["alice"])
    cases.close("case-2")
    found = cases.find(["alice"])
    assert found is not None
    assert found.id == "case-1"


def test_opening_it_again_keeps_its_begin_and_opens_it_again(cases: Cases) -> None:
    cases.open("case-1", "alice", ["alice"])
    cases.close("case-1")
    (before,) = cases.all()
    cases.open("case-1", "alice", ["alice", "a@example.com"])
    (after,) = cases.all()
    assert before.closed
    assert not after.closed
    assert after.opened == before.opened
    assert len(after.identifiers) == 2


def test_what_is_kept_names_nobody_and_only_the_owner_reads_it(
    cases: Cases, tmp_path: Path
) -> None:
    cases.open("case-1", "alice", ["alice", "a@example.com"])
    cases.certify("case-1", {"case": "case-1"})
    files = [path for path in tmp_path.rglob("*") if path.is_file()]
    assert files
    for path in files:
        assert b"alice" not in path.read_bytes()
        assert b"example.com" not in path.read_bytes()
        assert path.stat().st_mode & 0o077 == 0


def test_the_same_name_has_another_fingerprint_under_another_key(tmp_path: Path) -> None:
    one, other = (Cases(LocalStore(tmp_path / name), "prod") for name in "ab")
    assert one.fingerprint("alice") != other.fingerprint("alice")
    assert one.fingerprint("alice") == Cases(LocalStore(tmp_path / "a"), "dev").fingerprint("alice")


def test_an_open_case_counts_whenever_the_copy_was_made(cases: Cases) -> None:
    cases.open("case-1", "alice", ["alice"])
    (case,) = cases.all()
    assert case.counts_after(LATER)
    cases.close("case-1")
    (case,) = cases.all()
    assert case.counts_after(EARLIER)
    assert not case.counts_after(LATER)


def test_a_certificate_is_read_back_and_written_over(cases: Cases) -> None:
    assert cases.certificate("case-1") is None
    cases.certify("case-1", {"n": 1})
    cases.certify("case-1", {"n": 2})
    assert cases.certificate("case-1") == {"n": 2}


@pytest.mark.parametrize("name", ["", "key", "../key", "case-", "case-a/b", "case-a.json"])
def test_what_is_no_case_is_not_looked_for(cases: Cases, name: str) -> None:
    with pytest.raises(ValueError, match="not the id of a case"):
        cases.certificate(name)


def test_a_record_that_cannot_be_read_stops_everything(cases: Cases, tmp_path: Path) -> None:
    cases.open("case-1", "alice", ["alice"])
    (tmp_path / "erasures/prod.json").write_text("{torn")
    with pytest.raises(Forbidden, match=r"erasures/prod\.json"):
        cases.find(["alice"])


def test_a_seal_changes_with_the_content(cases: Cases) -> None:
    assert cases.seal(b"a") == cases.seal(b"a") != cases.seal(b"b")


def test_a_case_that_only_blocks_holds_nobody_back_and_can_be_withdrawn(cases: Cases) -> None:
    cases.open("case-1", "alice", ["alice"], erasing=False)
    (case,) = cases.all()
    assert not case.counts_after(EARLIER)
    assert cases.withdraw("case-1")
    assert cases.all() == ()


def test_what_is_being_erased_or_was_is_not_withdrawn(cases: Cases) -> None:
    cases.open("case-1", "alice", ["alice"], erasing=False)
    cases.open("case-1", "alice", ["alice"])
    cases.open("case-1", "alice", ["alice"], erasing=False)
    assert not cases.withdraw("case-1")
    cases.close("case-1")
    assert not cases.withdraw("case-1")
    assert not cases.withdraw("case-2")
