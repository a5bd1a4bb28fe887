"""The lock on the screen."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from opsctl.lock.lease import LockRecord, age
from opsctl.terminal.blocks import Block, Fields, Words, good, warn


def holder(record: LockRecord | None, env: str, now: datetime) -> Iterator[Block]:
    """Who holds the target, or that nobody does."""
    if record is None:
        yield Words((good("free"), f"  nobody holds {env}"))
        return
    what = {"freeze": "frozen", "run": "locked by a run"}.get(record.kind, "locked")
    end = f"{record.until:%Y-%m-%dT%H:%M:%SZ}" if record.until else "never, until it is released"
    yield Words((warn(what), f"  {record.target}"))
    yield Fields(
        [
            ("owner", record.owner),
            ("as", record.caller or "not asked"),
            ("command", f"opsctl {record.command}"),
            ("reason", record.reason or "none given"),
            ("since", f"{record.since:%Y-%m-%dT%H:%M:%SZ} ({age(now - record.since)} ago)"),
            ("expires", end),
            ("process", f"{record.process.pid} on {record.process.host}"),
        ]
    )
