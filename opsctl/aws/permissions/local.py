"""Commands that ask AWS nothing, but for opsctl's own records where those lie in a bucket."""

from __future__ import annotations

from opsctl.aws.permissions.needs import NOTHING, WRITES, Row

ROWS: dict[str, Row] = {
    "config init": NOTHING,
    "config path": NOTHING,
    "config show": NOTHING,
    "contacts": NOTHING,
    "iam policy": NOTHING,
    "open": NOTHING,
    "runbook show": NOTHING,
    "sandbox break": NOTHING,
    "sandbox demo": NOTHING,
    "sandbox down": NOTHING,
    "sandbox fill": NOTHING,
    "sandbox heal": NOTHING,
    "sandbox shell-env": NOTHING,
    "sandbox status": NOTHING,
    "sandbox up": NOTHING,
    "history": Row(),
    "history --verify": Row(),
    "history show": Row(),
    "incident close": Row(records=WRITES),
    "incident list": Row(),
    "incident note": Row(records=WRITES),
    "incident start": Row(records=WRITES),
    "lock release": Row(records=WRITES),
    "lock show": Row(),
    "lock take": Row(records=WRITES),
    "runbook do": Row(
        note="What its steps need is theirs: name those commands, too.", records=WRITES
    ),
    "runbook list": Row(),
    "windows": Row(),
}
