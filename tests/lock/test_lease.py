from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from opsctl.lock import lease
from opsctl.lock.lease import LockRecord, age
from opsctl.state import processes
from opsctl.state.processes import Process

NOW = datetime(2026, 11, 23, 18, 55, tzinfo=UTC)
RUN = LockRecord(
    env="prod",
    account="123456789012",
    kind="run",
    token="t0ken",
    owner="ana@laptop",
    caller="arn:aws:iam::123456789012:user/ana",
    command="deploy v2",
    reason="hotfix",
    since=NOW - timedelta(minutes=3),
    until=NOW + timedelta(seconds=50),
    process=Process("laptop", 17, "then"),
)
FREEZE = replace(RUN, kind="freeze", command="lock take", reason="sale day", until=None)


def test_a_record_is_read_back_as_it_was_written() -> None:
    for record in (RUN, FREEZE):
        assert lease.from_bytes(record.to_bytes(), "prod", "123456789012", NOW) == record


@pytest.mark.parametrize("content", [b"", b"{}", b"[]", b"null", b'{"process": {}}', b"\xff"])
def test_what_cannot_be_read_is_a_lock_that_never_ends_by_itself(content: bytes) -> None:
    record = lease.from_bytes(content, "prod", "1", NOW)
    assert record.kind == "unreadable"
    assert not record.is_over(NOW + timedelta(days=365))
    assert "cannot be read" in record.refusal(NOW).message


def test_a_lease_is_over_at_its_end() -> None:
    assert not RUN.is_over(NOW)
    assert RUN.is_over(NOW + timedelta(seconds=50))


def test_a_run_is_over_when_its_process_is_gone_but_a_freeze_is_not() -> None:
    gone = replace(processes.current(), started=processes.current().started[:-1] + "x")
    assert replace(RUN, process=gone).is_over(NOW)
    assert not replace(FREEZE, process=gone).is_over(NOW)


def test_a_freeze_without_an_end_is_never_over() -> None:
    assert not FREEZE.is_over(NOW + timedelta(days=3650))


def test_whoever_is_turned_away_is_told_who_what_why_since_until_and_what_to_type() -> None:
    refusal = RUN.refusal(NOW)
    assert refusal.code == 14
    assert refusal.message == (
        "prod (account 123456789012) is being changed by ana@laptop "
        "(arn:aws:iam::123456789012:user/ana): `opsctl deploy v2`, since 2026-11-23T18:52:00Z "
        "(3m ago), because “hotfix”, until it ends (at 2026-11-23T18:55:50Z if nothing more is "
        "heard of it)."
    )
    assert "opsctl lock show -e prod" in refusal.hint
    assert "opsctl lock release -e prod --yes --reason TEXT" in refusal.hint


def test_a_freeze_says_that_it_ends_when_it_is_released_or_at_its_time() -> None:
    assert FREEZE.refusal(NOW).message.endswith("because “sale day”, until it is released.")
    ends = replace(FREEZE, until=NOW + timedelta(hours=2))
    assert ends.refusal(NOW).message.endswith("until 2026-11-23T20:55:00Z.")
    assert "Ask ana@laptop" in ends.refusal(NOW).hint


def test_the_token_is_not_shown() -> None:
    assert "t0ken" not in repr(RUN)
    assert "t0ken" not in str(RUN.to_json())
    assert "t0ken" not in RUN.refusal(NOW).message + RUN.refusal(NOW).hint


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (0, "0s"),
        (-5, "0s"),
        (59, "59s"),
        (185, "3m"),
        (7500, "2h 5m"),
        (7200, "2h"),
        (3 * 86400 + 4 * 3600 + 5, "3d 4h"),
    ],
)
def test_an_age_is_told_in_a_word_or_two(seconds: int, words: str) -> None:
    assert age(timedelta(seconds=seconds)) == words
