"""The heartbeat of a lock: says again and again that its run lives, and notices when it is lost."""

from __future__ import annotations

import contextlib
import dataclasses
import threading
from collections.abc import Callable
from datetime import datetime, timedelta

from opsctl.errors import Locked, OpsctlError, StepFailed
from opsctl.lock import lease
from opsctl.lock.lease import LockRecord
from opsctl.state import Store


class Heartbeat:
    """What `Lock.hold` yields. Not started, it watches a lock that another process beats for."""

    def __init__(
        self,
        store: Store,
        name: str,
        record: LockRecord,
        expiry: timedelta,
        clock: Callable[[], datetime],
    ) -> None:
        self.record = record
        self.lost = False
        """Whether somebody else took the lock, or it expired before it could be renewed."""
        self.took_over: LockRecord | None = None
        """The lease in whose place this one came: it had expired, or its process was gone."""
        self._holder: LockRecord | None = None
        self._store = store
        self._name = name
        self._expiry = expiry
        self._clock = clock
        self._stop = threading.Event()
        self._one_at_a_time = threading.Lock()
        self._thread: threading.Thread | None = None

    def start(self, every: float) -> None:
        """Beats every so many seconds, until `stop`."""
        # A daemon: a run that ends without `stop` must not be kept alive by its own heartbeat.
        self._thread = threading.Thread(
            target=self._run, args=(every,), name="opsctl-heartbeat", daemon=True
        )
        self._thread.start()

    def stop(self) -> None:
        """Ends the beating; a beat under way writes nothing over a released lock."""
        self._stop.set()
        if self._thread is not None:
            self._thread.join(timeout=2.0)

    def give_back(self) -> None:
        """Releases the lock before its run ends; not one that another process beats for."""
        if self._thread is None:
            return
        self.stop()
        # What cannot be released now expires by itself.
        with contextlib.suppress(OpsctlError):
            found = self._store.read(self._name)
            if found is None:
                return
            record = self.record
            holder = lease.from_bytes(found[0], record.env, record.account, self._clock())
            if holder.token == record.token:
                self._store.delete(self._name, found[1])

    def check(self, *, changed: bool = True) -> None:
        """Looks whether the lock is still ours; for between two steps.

        Raises StepFailed when it was lost, or Locked while nothing was `changed` yet.
        """
        self.beat()
        if not self.lost:
            return
        now = self._clock()
        by = f" {self._holder.refusal(now).message}" if self._holder else ""
        kind = StepFailed if changed else Locked
        raise kind(
            f"The lock of {self.record.target} was lost, so nothing further is started.{by}",
            hint="See what was done with `opsctl history show last`, and who holds the target "
            "with `opsctl lock show`.",
        )

    def beat(self) -> None:
        """Renews the lock once, and notes when it is lost."""
        with self._one_at_a_time:
            if self.lost or self._stop.is_set():
                return
            try:
                self.lost = not self._renewed()
            except OpsctlError:
                # The store does not answer: the lock is ours until it expires.
                self.lost = self.record.until is not None and self._clock() >= self.record.until

    def _renewed(self) -> bool:
        # A second look, because our own record can be changed by nobody but who takes the lock.
        for _ in range(2):
            found = self._store.read(self._name)
            if found is None:
                return False
            record = self.record
            holder = lease.from_bytes(found[0], record.env, record.account, self._clock())
            if holder.token != self.record.token:
                self._holder = holder
                return False
            if self._thread is None:
                return True
            mine = dataclasses.replace(holder, until=self._clock() + self._expiry)
            if self._store.replace(self._name, mine.to_bytes(), found[1]):
                self.record = mine
                return True
        return False

    def _run(self, every: float) -> None:
        while not self._stop.wait(every) and not self.lost:
            self.beat()
