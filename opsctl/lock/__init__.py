"""The lock: one writer per target, who is told apart, heard of, and released however it ends."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Callable, Iterator, MutableMapping
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta

from opsctl.errors import Forbidden, Locked, OpsctlError
from opsctl.lock import lease
from opsctl.lock.heartbeat import Heartbeat
from opsctl.lock.lease import LockRecord
from opsctl.state import Store, processes
from opsctl.state.processes import Process

__all__ = ["TOKEN", "Heartbeat", "Lock", "LockRecord"]

TOKEN = "OPSCTL_LOCK_TOKEN"  # noqa: S105 -- the name of a variable
"""What a process under the lock hands to the ones it starts, so that they need no second one."""

_ATTEMPTS = 20


class Lock:
    """The lock of one target: an environment in an account.

    `beat` is how often a run says that it lives, `expiry` how long after the last beat its lock
    ends by itself; both in seconds.
    """

    def __init__(
        self,
        store: Store,
        env: str,
        *,
        account: str = "",
        owner: str = "",
        clock: Callable[[], datetime] | None = None,
        beat: float = 10.0,
        expiry: float = 60.0,
        environ: MutableMapping[str, str] | None = None,
    ) -> None:
        self.env = env
        self.name = f"locks/{env}-{account}.json" if account else f"locks/{env}.json"
        self.owner = owner or processes.operator()
        self.account = account
        self._store = store
        self._clock = clock or store.now
        self._beat = beat
        self._expiry = timedelta(seconds=expiry)
        self._environ = os.environ if environ is None else environ

    @contextmanager
    def hold(self, *, command: str, reason: str, caller: str = "") -> Iterator[Heartbeat]:
        """Holds the target as long as the block lasts.

        Raises Locked at once when somebody else holds it, Forbidden when the lock cannot be
        written. Inside another `hold`, in this process or in the one that started it, it is the
        same lock.
        """
        with self._or_forbidden():
            token = self._environ.get(TOKEN, "")
            found = self.show() if token else None
            mine = self._record("run", command, reason, caller, self._expiry)
        if found and found.token == token:
            yield Heartbeat(self._store, self.name, found, self._expiry, self._clock)
            return
        heart = Heartbeat(self._store, self.name, mine, self._expiry, self._clock)
        try:
            with self._or_forbidden():
                heart.took_over = self._acquire(mine)
            self._environ[TOKEN] = mine.token
            heart.start(self._beat)
            yield heart
        finally:
            heart.stop()
            if self._environ.get(TOKEN) == mine.token:
                del self._environ[TOKEN]
            # What cannot be released now expires by itself; the run's own outcome matters more.
            with contextlib.suppress(OpsctlError):
                self._drop(mine.token)

    def show(self) -> LockRecord | None:
        """Who holds the target; None when nobody does, or only a lease that is over."""
        record, _ = self._read()
        return None if record is None or record.is_over(self._clock()) else record

    def check(self) -> None:
        """Raises Locked when somebody else holds the target, Forbidden when that is not known."""
        with self._or_forbidden():
            record = self.show()
        if record is not None and record.token != self._environ.get(TOKEN, ""):
            raise record.refusal(self._clock())

    def holds(self, process: Process) -> bool:
        """Whether that process holds the target now."""
        record = self.show()
        return record is not None and record.kind == "run" and record.process == process

    def take(
        self,
        reason: str,
        for_: float | None = None,
        *,
        command: str = "lock take",
        caller: str = "",
    ) -> LockRecord:
        """Freezes the target: for so many seconds, or until `release`.

        Freezing anew what one froze oneself changes the reason and the end. Raises Locked when
        somebody else holds it, or a run does.
        """
        span = None if for_ is None else timedelta(seconds=for_)
        with self._or_forbidden():
            mine = self._record("freeze", command, reason, caller, span)
            self._acquire(mine)
        return mine

    def release(self, *, force: bool = False, only: LockRecord | None = None) -> LockRecord | None:
        """Ends the freeze, and with `force` whatever holds the target. None: nobody held it.

        Raises Locked when it is not the operator's own freeze, or not the one that `only` names:
        what was confirmed is what is released. A run whose lock was released so stops before its
        next step.
        """
        for _ in range(_ATTEMPTS):
            record, version = self._read()
            if record is None:
                return None
            over = record.is_over(self._clock())
            mine = record.kind == "freeze" and record.owner == self.owner
            other = only is not None and record.token != only.token
            if not over and (other or not (mine or force)):
                raise record.refusal(self._clock())
            if self._store.delete(self.name, version):
                return None if over else record
        raise self._contended()

    def _record(
        self, kind: str, command: str, reason: str, caller: str, span: timedelta | None
    ) -> LockRecord:
        now = self._clock().astimezone(UTC)
        return LockRecord(
            env=self.env,
            account=self.account,
            kind=kind,
            token=os.urandom(16).hex(),
            owner=self.owner,
            caller=caller,
            command=command,
            reason=reason,
            since=now,
            until=None if span is None else now + span,
            process=processes.current(),
        )

    def _read(self) -> tuple[LockRecord | None, str]:
        found = self._store.read(self.name)
        if found is None:
            return None, ""
        return lease.from_bytes(found[0], self.env, self.account, self._clock()), found[1]

    def _acquire(self, mine: LockRecord) -> LockRecord | None:
        """Writes the record. Answers the one that was over and whose place it took."""
        for _ in range(_ATTEMPTS):
            record, version = self._read()
            if record is None:
                if self._store.create(self.name, mine.to_bytes()):
                    return None
                continue
            if not record.is_over(self._clock()) and not _refreezes(mine, record):
                raise record.refusal(self._clock())
            if self._store.replace(self.name, mine.to_bytes(), version):
                return record
        raise self._contended()

    @contextmanager
    def _or_forbidden(self) -> Iterator[None]:
        """What the store cannot do, as a reason not to begin."""
        try:
            yield
        except Locked:
            raise
        except OpsctlError as error:
            raise Forbidden(
                f"Nothing was changed, because {self.env} could not be locked: {error.message}",
                hint=error.hint,
            ) from error

    def _drop(self, token: str) -> None:
        for _ in range(_ATTEMPTS):
            record, version = self._read()
            if record is None or record.token != token:
                return
            if self._store.delete(self.name, version):
                return

    def _contended(self) -> Locked:
        return Locked(
            f"Many are trying to lock {self.env} at the same time.",
            hint="Wait a moment; `opsctl lock show` shows who holds it.",
        )


def _refreezes(mine: LockRecord, other: LockRecord) -> bool:
    return mine.kind == other.kind == "freeze" and mine.owner == other.owner
