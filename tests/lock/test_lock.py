import signal
import subprocess
import sys
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from opsctl.errors import Forbidden, Locked, StepFailed
from opsctl.lock import TOKEN, Lock
from opsctl.state import LocalStore, utc_now


class Clock:
    """A clock that is set by hand."""

    def __init__(self) -> None:
        self.now = utc_now()

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture
def store(tmp_path: Path) -> LocalStore:
    return LocalStore(tmp_path / "opsctl")


def lock_of(store: LocalStore, owner: str = "ana@laptop", **words: Any) -> Lock:
    """A lock as another process would have it: with an environment of its own."""
    return Lock(store, "prod", account="1", owner=owner, **{"environ": {}, **words})


def test_the_holder_is_told_with_everything(store: LocalStore) -> None:
    lock = lock_of(store)
    with lock.hold(command="deploy v2", reason="hotfix", caller="arn:ana"):
        record = lock.show()
        assert record is not None
        assert (record.owner, record.caller, record.command) == (
            "ana@laptop",
            "arn:ana",
            "deploy v2",
        )
        assert (record.reason, record.kind, record.target) == ("hotfix", "run", "prod (account 1)")
        assert record.until is not None
        assert timedelta(0) < record.until - record.since <= timedelta(seconds=61)
        assert lock.holds(record.process)
    assert lock.show() is None


def test_a_second_writer_is_turned_away_at_once(store: LocalStore) -> None:
    with (
        lock_of(store).hold(command="deploy v2", reason="hotfix"),
        pytest.raises(Locked, match=r"ana@laptop.*deploy v2.*hotfix"),
        lock_of(store, "bob@desk").hold(command="scale", reason=""),
    ):
        pass


def test_other_environments_and_accounts_are_free(store: LocalStore) -> None:
    with lock_of(store).hold(command="deploy", reason=""):
        dev = Lock(store, "dev", account="1", environ={})
        other = Lock(store, "prod", account="2", environ={})
        assert (dev.show(), other.show()) == (None, None)
        with dev.hold(command="deploy", reason=""), other.hold(command="x", reason=""):
            assert len(store.names("locks/")) == 3


@pytest.mark.parametrize("ending", [KeyboardInterrupt, SystemExit, GeneratorExit, ValueError])
def test_it_is_released_however_the_work_ends(
    store: LocalStore, ending: type[BaseException]
) -> None:
    lock = lock_of(store)
    with pytest.raises(ending), lock.hold(command="deploy", reason=""):
        raise ending
    assert lock.show() is None
    assert store.names("locks/") == []


def test_a_lock_expires_by_itself(store: LocalStore) -> None:
    clock = Clock()
    lost = lock_of(store, clock=clock, beat=1000, expiry=60)
    holding = lost.hold(command="deploy", reason="")
    heart = holding.__enter__()
    clock.now += timedelta(seconds=59)
    other = lock_of(store, "bob@desk", clock=clock)
    with pytest.raises(Locked), other.hold(command="scale", reason=""):
        pass
    clock.now += timedelta(seconds=1)
    assert other.show() is None
    with other.hold(command="scale", reason="") as mine:
        assert mine.took_over is not None
        assert mine.took_over.owner == "ana@laptop"
        with pytest.raises(StepFailed, match="bob@desk"):
            heart.check()
        holding.__exit__(None, None, None)
        assert other.show() is not None, "the former holder released somebody else's lock"


def test_beating_keeps_it_beyond_its_expiry(store: LocalStore) -> None:
    clock = Clock()
    with lock_of(store, clock=clock, beat=1000, expiry=60).hold(command="x", reason="") as heart:
        for _ in range(3):
            clock.now += timedelta(seconds=50)
            heart.beat()
            other = lock_of(store, "bob@desk", clock=clock)
            with pytest.raises(Locked), other.hold(command="scale", reason=""):
                pass
        heart.check()


def test_a_lock_that_cannot_be_written_is_a_reason_not_to(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    lock = lock_of(LocalStore(tmp_path / "file/opsctl"))
    with (
        pytest.raises(Forbidden, match="Nothing was changed"),
        lock.hold(command="deploy", reason=""),
    ):
        pass


def test_within_itself_it_is_one_lock(store: LocalStore) -> None:
    environ: dict[str, str] = {}
    outer, inner = lock_of(store, environ=environ), lock_of(store, environ=environ)
    with outer.hold(command="runbook do", reason="") as first:
        with inner.hold(command="restart", reason="") as second:
            assert second.record.token == first.record.token
            second.check()
        first.check()
        assert outer.show() is not None
    assert environ == {}


def test_the_token_of_an_old_lock_opens_nothing(store: LocalStore) -> None:
    with lock_of(store, environ={TOKEN: "old"}).hold(command="restart", reason="") as heart:
        assert heart.record.token != "old"


def test_a_freeze_turns_everybody_away_also_its_owner(store: LocalStore) -> None:
    lock = lock_of(store)
    lock.take("sale day")
    for each in (lock, lock_of(store, "bob@desk")):
        with pytest.raises(Locked, match="sale day"), each.hold(command="deploy", reason=""):
            pass


def test_whoever_knows_the_token_works_under_the_freeze(store: LocalStore) -> None:
    frozen = lock_of(store).take("migration")
    with lock_of(store, environ={TOKEN: frozen.token}).hold(command="restart", reason="") as heart:
        heart.check()
    record = lock_of(store).show()
    assert record is not None
    assert record.kind == "freeze"


def test_a_freeze_never_ends_by_itself_unless_it_was_told_to(store: LocalStore) -> None:
    clock = Clock()
    lock = lock_of(store, clock=clock)
    lock.take("sale day")
    clock.now += timedelta(days=400)
    assert lock.show() is not None
    lock.take("sale day", 7200)
    clock.now += timedelta(seconds=7199)
    assert lock.show() is not None
    clock.now += timedelta(seconds=1)
    assert lock.show() is None
    with lock.hold(command="deploy", reason="") as heart:
        heart.check()


def test_a_freeze_outlives_the_process_that_took_it(store: LocalStore) -> None:
    program = (
        "import sys; from pathlib import Path; from opsctl.lock import Lock; "
        "from opsctl.state import LocalStore; "
        "Lock(LocalStore(Path(sys.argv[1])), 'prod', account='1').take('sale day')"
    )
    subprocess.run([sys.executable, "-c", program, str(store.directory)], check=True)
    record = lock_of(store).show()
    assert record is not None
    assert record.reason == "sale day"


def test_nobody_freezes_what_another_froze_or_changes(store: LocalStore) -> None:
    lock_of(store).take("sale day")
    with pytest.raises(Locked, match="sale day"):
        lock_of(store, "bob@desk").take("mine now")
    lock_of(store).release()
    with lock_of(store).hold(command="deploy", reason=""), pytest.raises(Locked, match="deploy"):
        lock_of(store, "bob@desk").take("mine now")


def test_one_releases_ones_own_freeze(store: LocalStore) -> None:
    lock = lock_of(store)
    lock.take("sale day")
    released = lock.release()
    assert released is not None
    assert released.reason == "sale day"
    assert lock.show() is None
    assert lock.release() is None


def test_somebody_elses_freeze_is_only_released_by_force(store: LocalStore) -> None:
    lock_of(store).take("sale day")
    bob = lock_of(store, "bob@desk")
    with pytest.raises(Locked, match="sale day"):
        bob.release()
    assert bob.release(force=True) is not None
    assert bob.show() is None


def test_a_run_whose_lock_is_released_by_force_stops(store: LocalStore) -> None:
    with lock_of(store, beat=1000).hold(command="deploy", reason="") as heart:
        with pytest.raises(Locked):
            lock_of(store).release()
        lock_of(store, "bob@desk").release(force=True)
        with pytest.raises(StepFailed, match="was lost"):
            heart.check()


def test_only_the_lock_that_was_looked_at_is_released(store: LocalStore) -> None:
    seen = lock_of(store).take("sale day")
    lock_of(store).release()
    lock_of(store, "eve@desk").take("another matter")
    with pytest.raises(Locked, match="another matter"):
        lock_of(store, "bob@desk").release(force=True, only=seen)


def test_an_unreadable_record_is_a_lock_that_force_releases(store: LocalStore) -> None:
    lock = lock_of(store)
    store.create(lock.name, b"{oops")
    with pytest.raises(Locked, match="cannot be read"), lock.hold(command="deploy", reason=""):
        pass
    assert lock.release(force=True) is not None
    assert lock.show() is None


HOLDER = """
import sys, time
from pathlib import Path
from opsctl.lock import Lock
from opsctl.state import LocalStore
lock = Lock(LocalStore(Path(sys.argv[1])), "prod", account="1", owner="ana@laptop")
with lock.hold(command="deploy", reason="hotfix"):
    print("held", flush=True)
    time.sleep(60)
"""


def holder(store: LocalStore) -> subprocess.Popen[str]:
    child = subprocess.Popen(
        [sys.executable, "-c", HOLDER, str(store.directory)],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    assert child.stdout is not None
    assert child.stdout.readline() == "held\n"
    return child


def test_a_killed_holder_on_this_machine_frees_the_lock_at_once(store: LocalStore) -> None:
    child = holder(store)
    with pytest.raises(Locked, match="hotfix"), lock_of(store).hold(command="x", reason=""):
        pass
    child.kill()
    child.communicate()
    with lock_of(store, "bob@desk").hold(command="scale", reason="") as heart:
        assert heart.took_over is not None
        assert heart.took_over.process.pid == child.pid


def test_ctrl_c_in_the_holder_releases_the_lock(store: LocalStore) -> None:
    child = holder(store)
    child.send_signal(signal.SIGINT)
    child.communicate()
    assert store.names("locks/") == []


def test_a_process_that_the_holder_starts_needs_no_lock_of_its_own(
    store: LocalStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    import os

    nested = HOLDER.replace("time.sleep(60)", "pass")
    command = [sys.executable, "-c", nested, str(store.directory)]
    with lock_of(store, environ=os.environ).hold(command="runbook do", reason="") as heart:
        done = subprocess.run(command, capture_output=True, text=True)
        assert (done.stdout, done.stderr) == ("held\n", "")
        heart.check()
    assert TOKEN not in os.environ


RACER = """
import sys, time
from pathlib import Path
from opsctl.errors import Locked
from opsctl.lock import Lock
from opsctl.state import LocalStore
lock = Lock(LocalStore(Path(sys.argv[1])), "prod", account="1")
print("ready", flush=True)
sys.stdin.readline()
try:
    with lock.hold(command="deploy", reason=""):
        print("won", flush=True)
        sys.stdin.readline()
except Locked:
    print("lost", flush=True)
"""


def test_of_processes_that_come_at_the_same_time_exactly_one_wins(store: LocalStore) -> None:
    for _ in range(3):
        racers = [
            subprocess.Popen(
                [sys.executable, "-c", RACER, str(store.directory)],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                text=True,
                bufsize=1,
            )
            for _ in range(4)
        ]
        pipes = [(racer.stdin, racer.stdout) for racer in racers]
        assert [out.readline() for _, out in pipes if out] == ["ready\n"] * 4
        for stdin, _ in pipes:
            assert stdin is not None
            stdin.write("go\n")
        ends = [out.readline() for _, out in pipes if out]
        assert sorted(ends) == ["lost\n", "lost\n", "lost\n", "won\n"]
        for racer in racers:
            racer.communicate("done\n" if racer.poll() is None else None)


def test_a_look_says_who_else_holds_it_and_lets_the_holder_pass(tmp_path: Path) -> None:
    store = LocalStore(tmp_path / "looked-at")
    ana = Lock(store, "prod", owner="ana", environ={})
    ben = Lock(store, "prod", owner="ben", environ={})
    ben.check()
    with ana.hold(command="secrets rotate", reason="leaked"):
        ana.check()
        with pytest.raises(Locked, match="ana"):
            ben.check()
    ben.check()


def test_only_one_of_two_takes_over_an_expired_lease(store: LocalStore) -> None:
    clock = Clock()
    lock_of(store, clock=clock).take("migration", for_=60)
    clock.now += timedelta(seconds=61)

    class Raced(LocalStore):
        """A store in which somebody else is faster."""

        def replace(self, name: str, content: bytes, version: str) -> bool:
            lock_of(store, "bob@desk", clock=clock).take("the pipeline deploys")
            return super().replace(name, content, version)

    late = lock_of(Raced(store.directory), clock=clock)
    with pytest.raises(Locked, match="bob@desk"), late.hold(command="deploy", reason=""):
        pass
