"""Taking and releasing a lock by hand: shown, confirmed and journaled, without a call to AWS."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from opsctl import errors
from opsctl.banner import Banner
from opsctl.outcome import Outcome, StepStatus
from opsctl.plan import Call, Danger, Do, Json, Plan

if TYPE_CHECKING:
    from opsctl.cli.wiring import Session
    from opsctl.lock.lease import LockRecord


def take(session: Session, seconds: float | None) -> Outcome:
    """Freezes the target. Raises Locked when somebody else holds it."""
    env, reason = session.target.env, session.common.reason
    held = session.lock.show()
    if held and not (held.kind == "freeze" and held.owner == session.lock.owner):
        raise held.refusal(session.store.now())
    length = f"for {seconds:g} s" if seconds else "until it is released"
    step = Do(
        f"Freeze {env} {length}",
        Call("lock", "take", {"reason": reason, "for_": seconds}),
        no_undo=f"it changes nothing in AWS; end it with opsctl lock release -e {env}",
    )

    def act() -> dict[str, Json]:
        token = session.lock.take(reason, seconds).token
        session.say(f"To work under this freeze yourself: export OPSCTL_LOCK_TOKEN={token}")
        return {"frozen": True, "token": token}

    plan = Plan(f"freeze {env}: nobody changes it", (step,), Danger.MILD)
    return _done(session, plan, act)


def release(session: Session) -> Outcome:
    """Ends the freeze, or the lock of somebody else. Raises UsageProblem without a reason then."""
    env = session.target.env
    held = session.lock.show()
    if held is None:
        plan = Plan(f"Nobody holds {env}.")
        return Outcome(session.name, "nothing_to_do", plan=plan, result={"released": False})
    mine = held.kind == "freeze" and held.owner == session.lock.owner
    if not mine and not session.common.reason.strip():
        raise errors.UsageProblem(
            f"{env} is held by {held.owner}; to release it, say why.", hint="Add --reason TEXT"
        )

    def act() -> dict[str, Json]:
        released = session.lock.release(force=not mine, only=held)
        return {"released": released is not None}

    return _done(session, _release_plan(held, mine=mine), act)


def _release_plan(held: LockRecord, *, mine: bool) -> Plan:
    whose = "your" if mine else f"{held.owner}'s"
    what = "freeze" if held.kind == "freeze" else "lock"
    step = Do(
        f"Release {whose} {what} of {held.env}",
        Call("lock", "release", {"force": not mine}),
        no_undo="it changes nothing in AWS; freeze again with opsctl lock take",
    )
    notes = [f"It says: {held.reason or 'no reason'} (opsctl {held.command})"]
    if held.kind == "run":
        notes.append("That run is still going; without its lock it stops before its next step.")
    return Plan(f"release {whose} {what} of {held.env}", (step,), Danger.MILD, notes=tuple(notes))


def _done(session: Session, plan: Plan, act: Callable[[], dict[str, Json]]) -> Outcome:
    """Shown, confirmed, journaled, done: the flow of a procedure, for opsctl's own records."""
    operator, target = session.operator, session.target
    outcome = Outcome(session.name, "planned", plan=plan)
    # AWS is not asked who this is: the lock must also work while AWS does not.
    banner = Banner(
        session.name,
        target.env,
        target.account,
        target.region,
        session.lock.owner,
        target.protected,
    )
    if not session.common.dry_run:
        operator.check_can_confirm(
            plan.danger,
            protected=target.protected,
            explicit=target.explicit,
        )
    operator.show(banner, plan)
    if session.common.dry_run:
        outcome.exit_code = errors.WouldChange.code if session.common.exit_code else 0
        return outcome
    operator.confirm(plan, banner)
    _journaled(session, outcome, plan, act)
    return outcome


def _journaled(
    session: Session, outcome: Outcome, plan: Plan, act: Callable[[], dict[str, Json]]
) -> None:
    (step,) = plan.steps
    run = session.journal.begin(
        command=session.name,
        caller=session.lock.owner,
        plan=plan,
        reason=session.common.reason,
        account=session.target.account,
        region=session.target.region,
    )
    run.step_began(0, step)
    try:
        outcome.result = act()
    except errors.OpsctlError as error:
        run.step_ended(0, status="failed", error=error.message)
        run.ended(status=error.status, exit_code=error.code, error=error.message)
        raise
    run.step_ended(0, status="done")
    run.ended(status="done", exit_code=0)
    outcome.status, outcome.run = "done", run.id
    outcome.steps = [StepStatus(step.title, "done")]
