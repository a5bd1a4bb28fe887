import threading
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from opsctl.errors import Locked, StepFailed, Unreachable
from opsctl.lock.heartbeat import Heartbeat
from opsctl.lock.lease import LockRecord, from_bytes
from opsctl.state import LocalStore, processes, utc_now

EXPIRY = timedelta(seconds=60)


class Shaky(LocalStore):
    """A store that can stop answering; `written` when something was replaced."""

    answers = True

    def __init__(self, directory: Path) -> None:
        super().__init__(directory)
        self.written = threading.Event()

    def replace(self, name: str, content: bytes, seen: str) -> bool:
        is_replaced = super().replace(name, content, seen)
        self.written.set()
        return is_replaced

    def read(self, name: str) -> tuple[bytes, str] | None:
        if not self.answers:
            raise Unreachable("no answer")
        return super().read(name)


class Clock:
    """A clock that is set by hand."""

    def __init__(self) -> None:
        self.now = utc_now()

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture
def store(tmp_path: Path) -> Shaky:
    return Shaky(tmp_path / "opsctl")


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def heart(store: Shaky, clock: Clock) -> Heartbeat:
    now = clock()
    record = LockRecord(
        "prod", "", "run", "mine", "ana@h", "", "deploy", "", now, now + EXPIRY, processes.current()
    )
    store.create("lock", record.to_bytes())
    return Heartbeat(store, "lock", record, EXPIRY, clock)


def stolen(heart: Heartbeat, store: LocalStore) -> None:
    other = replace(heart.record, token="theirs", owner="bob@h", command="scale", kind="freeze")
    found = store.read("lock")
    assert found is not None
    assert store.replace("lock", other.to_bytes(), found[1])


def until_in(store: LocalStore) -> datetime | None:
    found = store.read("lock")
    assert found is not None
    return from_bytes(found[0], "prod", "", utc_now()).until


def test_a_beat_moves_the_end_on(heart: Heartbeat, store: Shaky, clock: Clock) -> None:
    heart.start(every=1000)
    clock.now += timedelta(seconds=30)
    heart.check()
    assert until_in(store) == clock.now + EXPIRY
    heart.stop()


def test_the_thread_beats_by_itself_until_it_is_stopped(heart: Heartbeat, store: Shaky) -> None:
    before = until_in(store)
    clock = heart._clock
    assert isinstance(clock, Clock)
    clock.now += timedelta(seconds=5)
    heart.start(every=0.01)
    assert store.written.wait(10)
    assert until_in(store) != before
    assert until_in(store) == clock.now + EXPIRY
    heart.stop()
    assert heart._thread is not None
    assert not heart._thread.is_alive()
    assert heart._thread.daemon


def test_a_stolen_lock_is_noticed_and_nothing_further_is_started(
    heart: Heartbeat, store: Shaky
) -> None:
    heart.start(every=1000)
    stolen(heart, store)
    with pytest.raises(StepFailed, match=r"was lost.*frozen by bob@h"):
        heart.check()
    assert heart.lost
    with pytest.raises(Locked):
        heart.check(changed=False)
    heart.stop()


def test_a_released_lock_is_noticed(heart: Heartbeat, store: Shaky) -> None:
    found = store.read("lock")
    assert found is not None
    store.delete("lock", found[1])
    with pytest.raises(StepFailed, match="was lost"):
        heart.check()


def test_a_silent_store_does_not_lose_the_lock_before_it_expires(
    heart: Heartbeat, store: Shaky, clock: Clock
) -> None:
    heart.start(every=1000)
    store.answers = False
    clock.now += EXPIRY - timedelta(seconds=1)
    heart.check()
    clock.now += timedelta(seconds=1)
    with pytest.raises(StepFailed):
        heart.check()
    heart.stop()


def test_a_run_that_slept_too_long_goes_on_when_nobody_took_the_lock(
    heart: Heartbeat, store: Shaky, clock: Clock
) -> None:
    heart.start(every=1000)
    clock.now += EXPIRY * 10
    heart.check()
    assert not heart.lost
    assert until_in(store) == clock.now + EXPIRY
    heart.stop()


def test_a_beat_after_the_end_writes_nothing(heart: Heartbeat, store: Shaky, clock: Clock) -> None:
    heart.start(every=1000)
    heart.stop()
    before = until_in(store)
    clock.now += timedelta(seconds=30)
    heart.beat()
    assert until_in(store) == before


def test_without_a_thread_it_only_watches(heart: Heartbeat, store: Shaky, clock: Clock) -> None:
    before = until_in(store)
    clock.now += timedelta(seconds=30)
    heart.check()
    assert until_in(store) == before
    stolen(heart, store)
    with pytest.raises(StepFailed):
        heart.check()


def test_given_back_it_is_free_and_a_later_holder_keeps_it(
    heart: Heartbeat, store: Shaky, clock: Clock
) -> None:
    heart.start(every=1000)
    heart.give_back()
    assert store.read("lock") is None
    store.create("lock", replace(heart.record, token="theirs").to_bytes())
    heart.give_back()
    assert store.read("lock") is not None


def test_what_another_process_beats_for_is_not_given_back(heart: Heartbeat, store: Shaky) -> None:
    heart.give_back()
    assert store.read("lock") is not None


def test_what_cannot_be_given_back_ends_by_itself(heart: Heartbeat, store: Shaky) -> None:
    heart.start(every=1000)
    store.answers = False
    heart.give_back()
    store.answers = True
    assert store.read("lock") is not None
