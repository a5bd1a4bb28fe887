"""Disable a user: no further sign-in, and the end of every session."""

from __future__ import annotations

from opsctl.plan import Danger, Json, Plan, Step
from opsctl.procedure import Procedure
from opsctl.procedures import accounts
from opsctl.procedures.accounts import Facts, Request


def plan(request: Request, facts: Facts) -> Plan:
    """Disable first, so that nobody signs in again between the two."""
    steps: tuple[Step, ...]
    if facts.user.enabled:
        steps = (accounts.disable(facts), accounts.sign_out(facts))
    elif request.sign_out:
        steps = (accounts.sign_out(facts),)
    else:
        return Plan(
            f"{accounts.called(facts).capitalize()} is disabled already.",
            notes=(
                accounts.shown(facts),
                "To end the sessions again, if that was cut off: add --sign-out.",
            ),
            result=result(facts),
        )
    return Plan(
        summary=f"Disable {accounts.called(facts)} and end every session",
        steps=steps,
        danger=Danger.MODERATE,
        notes=(accounts.shown(facts), accounts.still_valid(facts)),
        checks=(accounts.check(facts, False),),
        next_commands=(
            f"opsctl security events --what cognito --since 24h --env {request.env}",
            f"opsctl user enable {facts.user.sub} --env {request.env}",
        ),
        result=result(facts),
    )


def result(facts: Facts) -> dict[str, Json]:
    """For `-o json`: the user's sub, and how long (seconds) an old token may be believed."""
    return {"sub": facts.user.sub, "tokens_may_live": facts.tokens.longest}


PROCEDURE: Procedure[Request, Facts] = Procedure(
    "user disable", "Disable a user", accounts.gather, plan
)
