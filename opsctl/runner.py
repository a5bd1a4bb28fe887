"""The one path that every procedure takes, from the request to the report."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol, TypeVar

from opsctl import errors, guards, notify, recheck
from opsctl.apply import Apply, Shows
from opsctl.aws import Aws
from opsctl.banner import Banner
from opsctl.journal import Journal, Run
from opsctl.lock import Heartbeat, Lock
from opsctl.notice import Change
from opsctl.outcome import Outcome
from opsctl.plan import Danger, Plan
from opsctl.procedure import Procedure
from opsctl.recovery import recover
from opsctl.state import utc_now
from opsctl.stop import Stop
from opsctl.targets import Target

Request = TypeVar("Request")
Facts = TypeVar("Facts")


class Operator(Shows, Protocol):
    """The human, as far as the runner needs one."""

    def check_can_confirm(self, danger: Danger, *, protected: bool, explicit: bool) -> None:
        """Raises NeedsAnswer, before any call to AWS, when nobody could confirm this."""

    def show(self, banner: Banner, plan: Plan) -> None: ...
    def confirm(self, plan: Plan, banner: Banner) -> None:
        """Returns when the operator agrees. Raises NeedsAnswer or Cancelled."""


@dataclass(frozen=True)
class Options:
    """What the operator said beside the request. `timeout` is in seconds."""

    dry_run: bool = False
    exit_code: bool = False
    reason: str = ""
    emergency: bool = False
    timeout: float | None = None
    at_least: Danger = Danger.MILD
    """The lowest tier this command can have, known before AWS is asked."""


@dataclass(frozen=True)
class Context:
    """Everything a run needs, wired by the CLI."""

    command: str
    target: Target
    aws: Aws
    operator: Operator
    journal: Journal
    lock: Lock
    options: Options = field(default_factory=Options)
    clock: Callable[[], datetime] = utc_now
    """The time by the clock that everybody who shares the records agrees on."""


def run(procedure: Procedure[Request, Facts], request: Request, context: Context) -> Outcome:
    """Runs a procedure and answers how it ended. Never raises OpsctlError."""
    outcome = Outcome(context.command, "failed")
    try:
        _Flow(procedure, request, context, outcome).run()
    except errors.OpsctlError as error:
        outcome.error = error
        outcome.status, outcome.exit_code = error.status, error.code
        if isinstance(error, errors.WouldChange):
            outcome.error = None
    except KeyboardInterrupt:
        outcome.error = errors.Cancelled("Ctrl-C: nothing was changed.")
        outcome.status, outcome.exit_code = "cancelled", errors.CTRL_C_BEFORE_ANYTHING
    return outcome


class _Flow:
    """The flow of one run. It fills `outcome` on the way: a failure shows how far it came."""

    def __init__(
        self, procedure: Procedure[Any, Any], request: Any, context: Context, outcome: Outcome
    ) -> None:
        self.procedure = procedure
        self.request = request
        self.context = context
        self.outcome = outcome

    def run(self) -> None:
        context, options = self.context, self.context.options
        if not options.dry_run:
            context.operator.check_can_confirm(
                options.at_least,
                protected=context.target.protected,
                explicit=context.target.explicit,
            )
        caller = context.aws.check_account()
        facts = self.procedure.gather(self.request, context.aws)
        plan = self._plan(facts)
        banner = self._banner(caller.arn)
        context.operator.show(banner, plan)
        if plan.refusals:
            if not options.dry_run:
                # What is refused is often what another run has under way: that is said first.
                context.lock.check()
            raise guards.forbidden(plan.refusals)
        if options.dry_run:
            return self._planned(plan)
        if not plan.steps:
            self.outcome.status = "nothing_to_do"
            return None
        if plan.changes:
            context.operator.confirm(plan, banner)
            return self._locked(plan, facts, caller.arn)
        self._apply(plan, run=None, held=None)
        return None

    def _plan(self, facts: Any) -> Plan:
        plan = self.procedure.plan(self.request, facts)
        emergency = self.context.options.emergency
        plan = guards.guarded(plan, self.context.target, self._now(), emergency=emergency)
        if plan.changes and (told := notify.note(self.context.target)):
            plan = dataclasses.replace(plan, notes=(*plan.notes, told))
        self.outcome.plan = plan
        self.outcome.result = dict(plan.result)
        return plan

    def _now(self) -> datetime:
        """The time that counts; a shared clock is only asked where the moment matters."""
        return self.context.clock() if guards.keeps_time(self.context.target) else utc_now()

    def _banner(self, caller: str) -> Banner:
        target = self.context.target
        return Banner(
            self.context.command,
            target.env,
            target.account,
            target.region,
            caller,
            target.protected,
        )

    def _planned(self, plan: Plan) -> None:
        self.outcome.status = "planned" if plan.changes else "nothing_to_do"
        if self.context.options.exit_code and plan.changes:
            raise errors.WouldChange("The plan has steps.")

    def _locked(self, plan: Plan, facts: Any, caller: str) -> None:
        context, options = self.context, self.context.options
        lock = context.lock.hold(command=context.command, reason=options.reason, caller=caller)
        say = context.operator.say
        # Told of the end only when the next one may begin already.
        with notify.telling(context.aws, context.target, self.outcome, say) as teller, lock as held:
            self._recheck(facts)
            self._recheck_time(plan)
            run = context.journal.begin(
                command=context.command,
                caller=caller,
                plan=plan,
                reason=options.reason,
                account=context.target.account,
                region=context.target.region,
                danger=plan.danger.value,
            )
            self.outcome.run = run.id
            self._examine_unfinished(run)
            with _recorded(run, self.outcome):
                teller.began(run, self._change(plan, caller, run.id))
                self._apply(plan, run=run, held=held)

    def _change(self, plan: Plan, caller: str, run: str) -> Change:
        context = self.context
        return Change(
            env=context.target.env,
            command=context.command,
            section=self.procedure.section,
            plan=plan,
            caller=caller,
            reason=context.options.reason,
            run=run,
        )

    def _recheck(self, facts: Any) -> None:
        """Raises FactsChanged when what was shown is no longer so."""
        now = self.procedure.gather(self.request, self.context.aws)
        if now == facts:
            return
        raise errors.FactsChanged(
            f"Since the plan was shown, this changed: {recheck.told(facts, now) or 'the facts'}.",
            hint="Run the same command again to see the new plan.",
        )

    def _recheck_time(self, plan: Plan) -> None:
        """Raises Forbidden when a window closed, or a freeze began, while the plan was shown."""
        reasons = guards.refusals(plan, self.context.target, self._now())
        late = [it for it in reasons if not (plan.emergency and it.override)]
        if late:
            raise guards.forbidden(late)

    def _examine_unfinished(self, run: Run) -> None:
        for cut in self.context.journal.unfinished(self.context.target.account):
            if cut.id == run.id:
                continue
            step = next((it.step.title for it in cut.steps if it.status == "unknown"), "its start")
            self.context.operator.say(
                f"Run {cut.id} ({cut.command}) was cut off in “{step}”: whether that took effect "
                "was unknown. This run looked at AWS afresh, so its plan starts from what is there."
            )
            self.context.journal.examined(cut.id, by=run.id)

    def _apply(self, plan: Plan, *, run: Run | None, held: Heartbeat | None) -> None:
        context = self.context
        apply = Apply(
            plan,
            aws=context.aws,
            shows=context.operator,
            run=run,
            held=held,
            timeout=context.options.timeout,
            pause=context.target.pause,
            patience=context.target.patience,
        )
        self.outcome.steps = apply.statuses
        try:
            with Stop(context.operator.say) as stop:
                apply.steps(stop)
                apply.checks(stop)
        except errors.OpsctlError as failure:
            raise recover(apply, failure, context.operator) from failure
        finally:
            self.outcome.result = {**self.outcome.result, **apply.answers}
        self.outcome.status = "done"


@contextmanager
def _recorded(run: Run, outcome: Outcome) -> Iterator[None]:
    """Writes the end of a run, however it ends."""
    try:
        yield
    except errors.OpsctlError as error:
        run.ended(status=error.status, exit_code=error.code, error=error.message)
        raise
    except KeyboardInterrupt:
        run.ended(status="cancelled", exit_code=errors.CTRL_C_BEFORE_ANYTHING, error="Ctrl-C")
        raise
    except BaseException as error:
        run.ended(status="failed", exit_code=1, error=f"{type(error).__name__}: {error}")
        raise
    run.ended(status=outcome.status, exit_code=0)
