"""What the sandbox commands show: where it answers, what is broken, what to type next."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from opsctl.terminal.blocks import Block, Fields, Words, good, warn

BROKEN = {
    "crash": "The processes of all tasks were killed.",
    "sick": "The health endpoint of the running tasks answers 500.",
    "slow": "Every answer of the tasks waits 1.5 s.",
    "errors": "Every page of the tasks answers 500, and their health endpoint ok.",
    "throttle": "The AWS API answers ThrottlingException, and so does the table to the tasks.",
    "disabled-user": "The user alice is disabled, and tries to sign in again and again.",
    "full": "The tasks are busy, and autoscaling is at its maximum.",
    "alarm": "A metric went over the threshold of the error-rate alarm.",
}


def up(found: Mapping[str, Any]) -> Iterator[Block]:
    """After `up`: where it answers, and what to try."""
    yield good("The sandbox is up.")
    yield _where(found)
    yield ""
    yield "Next:  opsctl status -e local"
    yield "       opsctl deploy 1.3.0 -e local"


def status(found: Mapping[str, Any]) -> Iterator[Block]:
    """Of a running sandbox: where, how long, what is broken."""
    if not found["running"]:
        yield warn("The sandbox is down.")
        yield "Start it: opsctl sandbox up"
        return
    yield good(f"The sandbox is up, since {_duration(found['uptime'])}.")
    yield _where(found)
    for kind, left in found["broken"].items():
        yield warn(f"Broken on purpose: {kind}, for {left:g} s more (opsctl sandbox heal).")


def broken(found: Mapping[str, Any]) -> Iterator[Block]:
    """After `break`."""
    left = found["broken"].get(found["kind"])
    yield warn(BROKEN[found["kind"]] + (f" For {left:.0f} s." if left else ""))
    yield "Watch:     opsctl status -e local"
    yield "Find out:  opsctl diagnose all -e local"
    yield "Take back: opsctl sandbox heal"


def filled(made: Mapping[str, int]) -> Iterator[Block]:
    """After `fill`: what there is more."""
    yield good("The user has more data.")
    yield Fields([(name, f"{count:,}") for name, count in made.items()])


def _where(found: Mapping[str, Any]) -> Fields:
    made = found["made"]
    return Fields(
        [
            ("caption service", Words([found["app_url"]])),
            ("sign in as", f"{made['users']}; password {made['password']}"),
            ("AWS API", Words([found["endpoint"]])),
            ("account", f"{found['account']} in {found['region']}"),
            ("process", str(found["pid"])),
            ("log", str(found["log"])),
        ]
    )


def _duration(seconds: float) -> str:
    minutes, rest = divmod(int(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    parts = ((hours, "h"), (minutes, "m"), (rest, "s"))
    return " ".join(f"{amount} {unit}" for amount, unit in parts if amount) or "0 s"
