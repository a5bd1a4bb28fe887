from __future__ import annotations

from pathlib import Path

import pytest

from opsctl.errors import Forbidden
from opsctl.state import LocalStore
from opsctl.state.subjects import Subjects


@pytest.fixture
def subjects(tmp_path: Path) -> Subjects:
    return Subjects(LocalStore(tmp_path))


def test_what_is_kept_is_read_back_written_over_and_forgotten(
    subjects: Subjects, tmp_path: Path
) -> None:
    assert subjects.read("case-1") is None
    subjects.keep("case-1", {"user_id": "alice"})
    subjects.keep("case-1", {"user_id": "alice", "sub": "s"})
    assert subjects.read("case-1") == {"user_id": "alice", "sub": "s"}
    subjects.forget("case-1")
    subjects.forget("case-1")
    assert subjects.read("case-1") is None
    assert not any(b"alice" in it.read_bytes() for it in tmp_path.rglob("*") if it.is_file())


def test_only_the_owner_can_read_it(subjects: Subjects, tmp_path: Path) -> None:
    subjects.keep("case-1", {"user_id": "alice"})
    assert (tmp_path / "subjects/case-1.json").stat().st_mode & 0o077 == 0


def test_what_cannot_be_read_is_told_without_quoting_it(subjects: Subjects, tmp_path: Path) -> None:
    subjects.keep("case-1", {"user_id": "alice"})
    (tmp_path / "subjects/case-1.json").write_text('{"user_id": "alice"')
    with pytest.raises(Forbidden) as raised:
        subjects.read("case-1")
    assert "alice" not in raised.value.message
