"""A lease on a target: who may change it, why, since when and until when."""

from __future__ import annotations

import dataclasses
import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from opsctl.errors import Locked
from opsctl.state import processes
from opsctl.state.processes import Process


@dataclass(frozen=True)
class LockRecord:
    """Who holds a target. A *run* ends with its process; a *freeze* only by `until` or release."""

    env: str
    account: str
    kind: str
    """`run`, `freeze`, or `unreadable`: something else stands where the record should be."""
    token: str = dataclasses.field(repr=False)
    """Whoever knows it works under this lock: `$OPSCTL_LOCK_TOKEN`."""
    owner: str
    """`user@host`"""
    caller: str
    """The caller's ARN; empty when AWS was not asked."""
    command: str
    reason: str
    since: datetime
    until: datetime | None
    """None: never."""
    process: Process

    @property
    def target(self) -> str:
        """What is held, in words."""
        return f"{self.env} (account {self.account})" if self.account else self.env

    def is_over(self, now: datetime) -> bool:
        """Whether it expired, or its process is known to be gone."""
        if self.until is not None and now >= self.until:
            return True
        return self.kind == "run" and processes.is_alive(self.process) is False

    def to_bytes(self) -> bytes:
        """As the store holds it."""
        document = dataclasses.asdict(self)
        document["since"] = self.since.isoformat()
        document["until"] = self.until and self.until.isoformat()
        return json.dumps(document).encode()

    def to_json(self) -> dict[str, Any]:
        """As `lock show -o json` prints it: everything but the token."""
        document: dict[str, Any] = json.loads(self.to_bytes())
        return {name: value for name, value in document.items() if name != "token"}

    def refusal(self, now: datetime) -> Locked:
        """What somebody else who wants to change the target is told."""
        who = f"{self.owner} ({self.caller})" if self.caller else self.owner
        if self.kind == "run":
            what = f"is being changed by {who}: `opsctl {self.command}`"
            advice = "Wait for it to end"
        else:
            what = f"is frozen by {who}" if self.kind == "freeze" else "is locked"
            advice = f"Ask {self.owner}" if self.kind == "freeze" else "Look at it"
        return Locked(
            f"{self.target} {what}, since {_at(self.since)} ({age(now - self.since)} ago)"
            f"{f', because “{self.reason}”' if self.reason else ''}, {self._until()}.",
            hint=f"{advice}; `opsctl lock show -e {self.env}` shows who holds it. If it is stale: "
            f"`opsctl lock release -e {self.env} --yes --reason TEXT`.",
        )

    def _until(self) -> str:
        if self.until is None:
            return "until it is released"
        if self.kind == "run":
            return f"until it ends (at {_at(self.until)} if nothing more is heard of it)"
        return f"until {_at(self.until)}"


def from_bytes(content: bytes, env: str, account: str, now: datetime) -> LockRecord:
    """The record that `to_bytes` wrote. Anything else is a lock too, that only force releases."""
    try:
        fields = json.loads(content)
        fields["process"] = Process(**fields["process"])
        fields["since"] = datetime.fromisoformat(fields["since"])
        fields["until"] = datetime.fromisoformat(fields["until"]) if fields["until"] else None
        return LockRecord(**fields)
    except (ValueError, TypeError, KeyError):
        nobody = Process("", 0, "")
        reason = "its record cannot be read"
        return LockRecord(env, account, "unreadable", "", "?", "", "?", reason, now, None, nobody)


def age(span: Any) -> str:
    """A time span in words: `40s`, `3m`, `2h 5m`, `3d 4h`."""
    minutes, seconds = divmod(max(0, int(span.total_seconds())), 60)
    hours, minutes = divmod(minutes, 60)
    days, hours = divmod(hours, 24)
    parts = [(days, "d"), (hours, "h"), (minutes, "m"), (seconds, "s")]
    begun = [f"{count}{unit}" for count, unit in parts if count]
    return " ".join(begun[:2] if days or hours else begun[:1]) or "0s"


def _at(moment: datetime) -> str:
    return f"{moment:%Y-%m-%dT%H:%M:%SZ}"
