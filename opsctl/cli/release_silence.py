"""`--silence` of deploy, rollback and restart: what it asks for, and what is left of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from opsctl.errors import OpsctlError
from opsctl.plan import Danger

if TYPE_CHECKING:
    from opsctl.cli.wiring import Session
    from opsctl.procedures.quiet_release import Quiet

SPARE = 300.0
"""Seconds beyond the time-out of the release: for the confirmation and for the checks."""
LONGEST = 15 * 86400.0
CHANGED = (1, 20, 21, 22, 23, 24)
"""The exit codes after which something may be muted still."""

Silence = Annotated[
    bool,
    typer.Option(
        "--silence", help="Mute every alarm until it has ended; by a rule that ends by itself."
    ),
]


def asked(session: Session, silence: bool) -> Quiet | None:
    """The silence of a release: for as long as it may take, and a little more."""
    if not silence:
        return None
    from opsctl.cli import alarms
    from opsctl.procedures.quiet_release import Quiet

    now = session.store.now()
    seconds = (session.common.timeout or session.target.deploy_timeout) + SPARE
    end = alarms.until(now, "--timeout", f"{min(seconds, LONGEST):.0f}s")
    reason = session.common.reason or f"opsctl {session.name}"
    return Quiet(end, alarms.rule_name(session, now), reason)


def run(session: Session, procedure: Any, request: Any, *, at_least: Danger) -> None:
    """Runs a release. Where it failed and left the alarms muted, says until when."""
    try:
        session.run(procedure, request, at_least=at_least)
    except typer.Exit as end:
        if request.silence and end.exit_code in CHANGED:
            _tell(session, request.silence)
        raise


def _tell(session: Session, silence: Quiet) -> None:
    env = session.target.env
    try:
        rules = session.aws.mute_rules.active()
    except OpsctlError as error:
        session.say(
            f"Whether alarms are muted still is not known ({error.message}); if so, until "
            f"{silence.until[:16]} UTC. See: opsctl alarms list --env {env}"
        )
        return
    left = [it for it in rules if it.name.startswith(f"{silence.rule}-")]
    if left:
        count = sum(len(it.alarms) for it in left)
        session.screen.say(
            f"{count} alarms stay muted until {silence.until[:16].replace('T', ' ')} UTC. To end "
            f"that now: opsctl alarms unsilence --all --env {env}",
            "warn",
        )
