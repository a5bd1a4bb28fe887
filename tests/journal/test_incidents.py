"""Incidents: at most one is open, its words are kept, and nobody edits them unseen."""

from __future__ import annotations

import threading
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from opsctl.aws import Aws
from opsctl.aws.state_bucket import StateBucket
from opsctl.errors import Forbidden, NotFound, OpsctlError, UsageProblem
from opsctl.journal.incidents import LONGEST, Incidents
from opsctl.state import LocalStore

NOON = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)


class Clock:
    now = NOON

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def incidents(tmp_path: Path, clock: Clock) -> Incidents:
    return Incidents(LocalStore(tmp_path), "prod", clock)


def test_an_incident_is_started_noted_and_closed(incidents: Incidents, clock: Clock) -> None:
    started = incidents.start("Errors after the release", "sev2")
    assert (started.id, started.is_open, started.began) == ("20261123-1", True, NOON)
    clock.now += timedelta(minutes=3)
    incidents.note("rolling back")
    assert incidents.open_id() == "20261123-1"
    clock.now += timedelta(minutes=5)
    closed = incidents.close("the old release serves")

    assert [(it.at, it.text) for it in closed.notes] == [
        (NOON + timedelta(minutes=3), "rolling back")
    ]
    assert closed.ended == NOON + timedelta(minutes=8)
    assert closed.resolution == "the old release serves"
    assert (incidents.open(), incidents.open_id()) == (None, "")
    assert incidents.newest_first() == (closed,)


def test_ids_count_within_a_day(incidents: Incidents, clock: Clock) -> None:
    ids = []
    for day in (0, 0, 1):
        clock.now = NOON + timedelta(days=day)
        ids.append(incidents.start("x", "sev3").id)
        incidents.close("y")
    assert ids == ["20261123-1", "20261123-2", "20261124-1"]
    assert incidents.find("last").id == "20261124-1"


def test_a_second_one_is_refused_while_one_is_open(incidents: Incidents) -> None:
    incidents.start("first", "sev1")
    with pytest.raises(Forbidden, match="20261123-1 is open"):
        incidents.start("second", "sev1")
    assert [it.title for it in incidents.newest_first()] == ["first"]


def test_of_two_who_start_one_at_once_one_is_refused(tmp_path: Path) -> None:
    started, refused = [], []

    def start() -> None:
        try:
            started.append(Incidents(LocalStore(tmp_path), "prod").start("it burns", "sev1"))
        except Forbidden as error:
            refused.append(error)

    threads = [threading.Thread(target=start) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (len(started), len(refused)) == (1, 3)


def test_it_may_have_begun_before_it_was_declared_but_not_after(incidents: Incidents) -> None:
    earlier = incidents.start("x", "sev2", began=NOON - timedelta(minutes=20))
    assert (earlier.began, earlier.declared) == (NOON - timedelta(minutes=20), NOON)
    incidents.close("y")
    assert incidents.start("x", "sev2", began=NOON + timedelta(days=1)).began == NOON


def test_without_an_open_one_there_is_nothing_to_note_or_close(incidents: Incidents) -> None:
    for act in (incidents.note, incidents.close):
        with pytest.raises(NotFound, match="No incident is open in prod"):
            act("words")
    assert incidents.newest_first() == ()


@pytest.mark.parametrize("words", ["", "  \n", "x" * (LONGEST + 1)])
def test_words_that_will_not_do_are_refused(incidents: Incidents, words: str) -> None:
    with pytest.raises(UsageProblem):
        incidents.start(words, "sev1")
    incidents.start("x", "sev1")
    with pytest.raises(UsageProblem):
        incidents.note(words)


def test_an_unknown_severity_is_refused(incidents: Incidents) -> None:
    with pytest.raises(UsageProblem, match="urgent"):
        incidents.start("x", "urgent")


def test_an_unknown_id_is_told_with_those_there_are(incidents: Incidents) -> None:
    incidents.start("x", "sev1")
    with pytest.raises(NotFound, match="no incident 20200101-1") as unknown:
        incidents.find("20200101-1")
    assert "20261123-1" in unknown.value.hint


def test_the_digests_of_a_report_are_kept_also_of_a_closed_one(incidents: Incidents) -> None:
    incidents.start("first", "sev1")
    first = incidents.close("done")
    second = incidents.start("second", "sev1")
    incidents.reported(first, {"a.md": "1"})
    incidents.reported(first, {"a.md": "2", "b.json": "3"})

    assert incidents.find(first.id).files == {"a.md": "2", "b.json": "3"}
    open_one = incidents.open()
    assert open_one is not None
    assert open_one.id == second.id


def test_a_line_torn_by_a_crash_does_not_forget_the_open_one(
    incidents: Incidents, tmp_path: Path
) -> None:
    incidents.start("x", "sev1")
    with (tmp_path / "incidents/prod.jsonl").open("ab") as file:
        file.write(b'{"own":"1234')
    incidents.note("still here")
    with pytest.raises(OpsctlError, match="is open"):
        incidents.start("y", "sev1")
    assert len(incidents.examine().torn) == 1


def test_an_edited_line_is_seen(incidents: Incidents, tmp_path: Path) -> None:
    incidents.start("x", "sev1")
    incidents.note("it was me")
    path = tmp_path / "incidents/prod.jsonl"
    path.write_bytes(path.read_bytes().replace(b"it was me", b"it was he"))
    assert len(incidents.examine().broken) == 1


def test_the_log_is_for_its_owner_only(incidents: Incidents, tmp_path: Path) -> None:
    incidents.start("x", "sev1")
    assert (tmp_path / "incidents/prod.jsonl").stat().st_mode & 0o077 == 0


def test_a_team_shares_them_in_a_bucket(local: Aws) -> None:
    place = f"s3://{local.target.bucket}/opsctl"
    mine = Incidents(StateBucket(place, local), "local")
    theirs = Incidents(StateBucket(place, local), "local")
    started = mine.start("errors", "sev2")
    with pytest.raises(Forbidden, match=started.id):
        theirs.start("also errors", "sev2")
    theirs.note("I see it too")
    closed = mine.close("over")
    assert [it.text for it in closed.notes] == ["I see it too"]
    assert theirs.open() is None
    assert theirs.examine().broken == ()
