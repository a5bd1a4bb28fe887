"""Walks: each goes on where it stopped, and of two operators one is told of the other."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from opsctl.aws import Aws
from opsctl.aws.state_bucket import StateBucket
from opsctl.errors import FactsChanged, UsageProblem
from opsctl.journal.walks import LONGEST, Walk, Walks
from opsctl.state import LocalStore

NOON = datetime(2026, 11, 26, 12, 0, tzinfo=UTC)


class Clock:
    now = NOON

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture
def walks(tmp_path: Path) -> Walks:
    return Walks(LocalStore(tmp_path), "prod", Clock())


def begun(walks: Walks, total: int = 3, slug: str = "deploy-a-release") -> Walk:
    return walks.start("Deploy a release", slug, "d" * 64, total, incident="20261126-1")


def test_a_walk_is_kept_with_who_did_what_when(walks: Walks) -> None:
    walk = walks.note_step(begun(walks), "It is so", "done")
    walks.note_step(
        walk, "opsctl deploy TAG", "done", line="opsctl deploy TAG", exit_code=0, run="r-1"
    )
    found = walks.latest("deploy-a-release")
    assert found is not None
    assert (found.next, found.is_open, found.incident) == (3, True, "20261126-1")
    one, two = found.steps
    assert (one.number, one.how, one.at) == (1, "done", NOON)
    assert one.by == found.by
    assert "@" in one.by
    assert (two.line, two.exit_code, two.run) == ("opsctl deploy TAG", 0, "r-1")


def test_after_its_last_step_it_is_finished(walks: Walks) -> None:
    walk = walks.note_step(begun(walks, total=2), "One", "done")
    walk = walks.note_step(walk, "Two", "skipped", note="no need")
    assert not walk.is_open
    found = walks.latest("deploy-a-release")
    assert found is not None
    assert (found.finished, found.steps[1].note) == (NOON, "no need")
    assert walks.open() == ()


def test_what_failed_or_was_cut_off_comes_again(walks: Walks) -> None:
    walk = walks.note_step(begun(walks), "One", "began", line="opsctl status")
    assert walk.next == 1
    assert walk.cut_off is not None
    walk = walks.note_step(walk, "One", "failed", line="opsctl status", exit_code=18)
    assert (walk.next, walk.cut_off, len(walk.steps)) == (1, None, 1)
    walk = walks.note_step(walk, "One", "done", line="opsctl status", exit_code=0)
    assert (walk.next, [it.how for it in walk.steps]) == (2, ["done"])


def test_each_section_and_each_environment_has_its_own(walks: Walks, tmp_path: Path) -> None:
    begun(walks)
    begun(walks, slug="restore-the-table")
    other = Walks(LocalStore(tmp_path), "prod-eu", Clock())
    assert other.latest("deploy-a-release") is None
    begun(other)
    assert [it.slug for it in walks.open()] == ["deploy-a-release", "restore-the-table"]
    assert [it.env for it in other.open()] == ["prod-eu"]


def test_a_new_walk_takes_the_place_of_the_open_one(walks: Walks) -> None:
    first = walks.note_step(begun(walks), "One", "done")
    second = begun(walks)
    assert second.id != first.id
    found = walks.latest("deploy-a-release")
    assert found is not None
    assert (found.id, found.next) == (second.id, 1)


def test_of_two_who_go_on_with_one_walk_the_second_is_told(walks: Walks) -> None:
    walk = begun(walks)
    walks.note_step(walk, "One", "done")
    with pytest.raises(FactsChanged, match="went on with this walk") as raised:
        walks.note_step(walk, "One", "done")
    assert raised.value.hint == "opsctl runbook do deploy-a-release --status -e prod"


def test_a_line_that_a_crash_tore_is_passed_over(walks: Walks, tmp_path: Path) -> None:
    walk = walks.note_step(begun(walks), "One", "done")
    path = tmp_path / "walks" / "prod.deploy-a-release.jsonl"
    with path.open("ab") as file:
        file.write(b'{"own":"half')
    assert walks.latest("deploy-a-release") == walk
    walk = walks.note_step(walk, "Two", "done")
    assert walks.latest("deploy-a-release") == walk
    assert not walks.examine("deploy-a-release").broken


def test_nobody_edits_it_unseen(walks: Walks, tmp_path: Path) -> None:
    walks.note_step(begun(walks), "One", "skipped")
    assert walks.examine("deploy-a-release").broken == ()
    path = tmp_path / "walks" / "prod.deploy-a-release.jsonl"
    path.write_text(path.read_text().replace("skipped", "done"))
    assert walks.examine("deploy-a-release").broken


def test_what_was_edited_does_not_count(walks: Walks, tmp_path: Path) -> None:
    first = walks.note_step(begun(walks), "One", "done")
    walks.note_step(first, "Two", "failed")
    path = tmp_path / "walks" / "prod.deploy-a-release.jsonl"
    path.write_text(path.read_text().replace("failed", "skipped"))
    assert walks.latest("deploy-a-release") == first
    again = walks.note_step(first, "Two", "done")
    assert walks.latest("deploy-a-release") == again


def test_only_its_owner_can_read_it(walks: Walks, tmp_path: Path) -> None:
    begun(walks)
    path = tmp_path / "walks" / "prod.deploy-a-release.jsonl"
    assert path.stat().st_mode & 0o777 == 0o600


def test_a_note_has_an_end(walks: Walks) -> None:
    with pytest.raises(UsageProblem, match=str(LONGEST)):
        walks.note_step(begun(walks), "One", "done", note="x" * (LONGEST + 1))


def test_a_walk_of_another_version_is_none(walks: Walks, tmp_path: Path) -> None:
    (tmp_path / "walks").mkdir()
    path = tmp_path / "walks" / "prod.deploy-a-release.jsonl"
    path.write_text('{"walk": "1", "steps": "of another form"}\n')
    assert walks.latest("deploy-a-release") is None
    assert walks.open() == ()
    begun(walks)
    assert walks.open()


def test_a_team_shares_them_in_a_bucket(local: Aws) -> None:
    with local.changing():
        local.client("s3").create_bucket(Bucket="walks")
    ours, theirs = (
        Walks(StateBucket("s3://walks/ops", Aws(local.target)), "prod", Clock()) for _ in range(2)
    )
    walk = ours.note_step(begun(ours), "One", "done")
    assert theirs.open() == (walk,)
    further = theirs.note_step(walk, "Two", "done")
    with pytest.raises(FactsChanged):
        ours.note_step(walk, "Two", "skipped")
    assert ours.latest("deploy-a-release") == further
