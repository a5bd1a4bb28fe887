"""Enable a user: sign-in is possible again."""

from __future__ import annotations

import dataclasses

from opsctl.plan import Danger, Plan
from opsctl.procedure import Procedure
from opsctl.procedures import accounts
from opsctl.procedures.accounts import Facts, Request


def plan(request: Request, facts: Facts) -> Plan:
    """One step. Sessions that were ended stay ended."""
    if facts.user.enabled:
        return Plan(
            f"{accounts.called(facts).capitalize()} is enabled already.",
            notes=(accounts.shown(facts),),
            result={"sub": facts.user.sub},
        )
    again = dataclasses.replace(accounts.disable(facts), undo=())
    step = dataclasses.replace(accounts.enable(facts), undo=(again,))
    return Plan(
        summary=f"Enable {accounts.called(facts)}",
        steps=(step,),
        danger=Danger.MODERATE,
        notes=(
            accounts.shown(facts),
            "Sessions that were ended stay ended: the user signs in again. Is the password "
            "changed, if it was the password that leaked?",
        ),
        checks=(accounts.check(facts, True),),
        next_commands=(f"opsctl user disable {facts.user.sub} --env {request.env}",),
        result={"sub": facts.user.sub},
    )


PROCEDURE: Procedure[Request, Facts] = Procedure(
    "user enable", "Enable a user", accounts.gather, plan
)
