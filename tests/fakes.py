"""Small fakes of what stands around the runner: an operator, and a door to AWS without AWS."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from opsctl import runner
from opsctl.aws import Request
from opsctl.aws.sts import Caller
from opsctl.banner import Banner
from opsctl.errors import NoAccess, OpsctlError
from opsctl.journal import Journal
from opsctl.lock import Lock
from opsctl.outcome import Outcome
from opsctl.plan import Call, Danger, Do, Manual, Plan, Progress, Step, Wait
from opsctl.procedure import Procedure
from opsctl.runner import Context, Options
from opsctl.state import LocalStore
from opsctl.targets import Target

CALLER = Caller("123456789012", "arn:aws:iam::123456789012:user/kim", "AIDA")


@dataclass
class FakeOperator:
    """Agrees to everything, or refuses with `refusal`; keeps what it was shown."""

    refusal: OpsctlError | None = None
    refuses_early: OpsctlError | None = None
    told: list[str] = field(default_factory=list)
    plans: list[Plan] = field(default_factory=list)
    confirmed: list[Plan] = field(default_factory=list)
    seen: list[Progress] = field(default_factory=list)
    on_confirm: Callable[[], None] = lambda: None
    does_manual: bool = True

    def check_can_confirm(self, danger: Danger, *, protected: bool, explicit: bool) -> None:
        if self.refuses_early:
            raise self.refuses_early

    def show(self, banner: Banner, plan: Plan) -> None:
        self.plans.append(plan)

    def confirm(self, plan: Plan, banner: Banner) -> None:
        if self.refusal:
            raise self.refusal
        self.confirmed.append(plan)
        self.on_confirm()

    def step_began(self, index: int, total: int, step: Step) -> None:
        self.told.append(f"began {step.title}")

    def progress(self, progress: Progress) -> None:
        self.seen.append(progress)

    def step_ended(self, index: int, step: Step, status: str, note: str = "") -> None:
        self.told.append(f"{status} {step.title}")

    def say(self, text: str) -> None:
        self.told.append(text)

    def manual(self, step: Manual) -> bool:
        return self.does_manual


class FakeAws:
    """Performs calls by a function, and knows whether a plan is being applied."""

    def __init__(self, perform: Callable[[Call, Any], Any], account: str = CALLER.account) -> None:
        self.requests: list[Request] = []
        self.made: list[Call] = []
        self.changing_now = False
        self._perform = perform
        self._account = account

    def check_account(self) -> Caller:
        if self._account != CALLER.account:
            raise NoAccess(f"account {self._account}")
        return CALLER

    def perform(self, call: Call, *, report: Any = None, subject: Any = None) -> Any:
        self.made.append(call)
        well = False
        try:
            answer = self._perform(call, report or subject)
            well = True
        finally:
            if self.changing_now:
                self.record(call.method, well=well)
        return answer

    def record(self, operation: str, *, well: bool = True) -> None:
        """A change that AWS was asked for."""
        self.requests.append(Request("ecs", operation, f"id-{len(self.requests)}", True, well))

    @contextmanager
    def changing(self) -> Iterator[None]:
        self.changing_now = True
        try:
            yield
        finally:
            self.changing_now = False


DO = Do("Do it", Call("ecs", "change", {}), undo=(Do("Back", Call("ecs", "back", {})),))
WAIT = Wait("Wait for it", Call("ecs", "look", {}), timeout=5, follows=True)
CHECK = Wait("It holds", Call("ecs", "holds", {}), timeout=0.05)


@dataclass(frozen=True)
class Facts:
    value: int = 1
    breathing: int = field(default=0, compare=False)


def answers(**by_method: Any) -> Callable[[Call, Any], Any]:
    """Answers by method: a value, an exception to raise, or a list taken one by one."""

    def perform(call: Call, extra: Any) -> Any:
        looks = call.method in ("look", "holds", "slow")
        answer = by_method.get(
            call.method, Progress(True, "fine") if looks else {"did": call.method}
        )
        if isinstance(answer, list):
            answer = answer.pop(0)
        if callable(answer):
            answer = answer(extra)
        if isinstance(answer, BaseException):
            raise answer
        return answer

    return perform


def quick(target: Target) -> Target:
    """The same target, looked at without a pause."""

    class Quick(Target):
        pause = 0.01  # type: ignore[assignment]

    return Quick(**vars(target))


class Stage:
    """A runner with everything around it that a test wants to look at."""

    def __init__(self, tmp_path: Path, target: Target) -> None:
        self.target = target
        self.operator = FakeOperator()
        self.aws = FakeAws(answers(change={"deployment": "d1"}))
        self.store = LocalStore(tmp_path / "state")
        self.journal = Journal(self.store, target.env)
        self.lock = Lock(self.store, target.env)
        self.facts: list[Facts] = [Facts()]
        self.clock: Callable[[], datetime] = self.store.now

    def run(self, plan: Plan, **options: Any) -> Outcome:
        def gather(request: None, aws: Any) -> Facts:
            return self.facts.pop(0) if len(self.facts) > 1 else self.facts[0]

        procedure = Procedure("change", "Change", gather, lambda request, facts: plan)
        context = Context(
            "change",
            quick(self.target),
            self.aws,  # type: ignore[arg-type]
            self.operator,
            self.journal,
            self.lock,
            Options(**options),
            self.clock,
        )
        return runner.run(procedure, None, context)


def sample_plan(*steps: Any, **fields: Any) -> Plan:
    return Plan("Change it", steps=steps or (DO, WAIT), danger=Danger.MILD, **fields)


class NoMuteRules:
    """An AWS without alarm mute rules, as moto's."""

    def active(self) -> tuple[()]:
        return ()

    def leftovers(self, env: str) -> tuple[()]:
        return ()
