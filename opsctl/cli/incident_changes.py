"""Starting, noting and closing an incident: opsctl's own records only, without a question."""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import TYPE_CHECKING

from opsctl import errors
from opsctl.banner import Banner
from opsctl.journal.incidents import LONGEST, Incident
from opsctl.outcome import Outcome, StepStatus
from opsctl.plan import Call, Do, Plan
from opsctl.terminal.json_output import plain

if TYPE_CHECKING:
    from opsctl.cli.wiring import Session

NO_UNDO = "it changes nothing in AWS, and what is written down stays"


def done(
    session: Session, verb: str, act: Callable[[], Incident], *, after: tuple[str, ...] = ()
) -> Outcome:
    """Writes it down and answers how that ended; in a dry run only says what would be written.

    Nobody is asked, no lock is taken and a freeze does not count: only these records change.
    """
    env, incidents, named = session.target.env, session.incidents, session.common.incident
    if named and named != incidents.open_id():
        raise errors.UsageProblem(f"{named} is not the open incident.", hint="Leave --incident out")
    step = Do(f"{verb} in {env}", Call("incidents", session.name.split()[-1]), no_undo=NO_UNDO)
    commands = tuple(f"{command} -e {env}" for command in after)
    plan = Plan(step.title, (step,), next_commands=commands)
    if session.common.dry_run:
        incidents.check(incidents.open_id(), wanted=session.name != "incident start")
        session.operator.show(_banner(session), plan)
        code = errors.WouldChange.code if session.common.exit_code else 0
        return Outcome(session.name, "planned", code, plan=plan)
    incident = act()
    plan = Plan(f"{verb}: {incident.id} in {env}", (step,), next_commands=commands)
    return Outcome(
        session.name,
        "done",
        plan=plan,
        steps=[StepStatus(step.title, "done", NO_UNDO)],
        result={"incident": plain(incident)},
    )


def words(typed: str) -> str:
    """What was typed; for `-`, what standard input holds. Raises UsageProblem for too much."""
    if typed != "-":
        return typed
    read = sys.stdin.read(LONGEST + 1)
    if len(read) > LONGEST:
        raise errors.UsageProblem(f"Standard input holds more than {LONGEST} characters.")
    return read


def _banner(session: Session) -> Banner:
    """AWS is not asked who this is: an incident must start while AWS does not answer."""
    from opsctl.state import processes

    it, who = session.target, processes.operator()
    return Banner(session.name, it.env, it.account, it.region, who, it.protected)
