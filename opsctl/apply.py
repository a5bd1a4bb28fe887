"""Applying a plan: one step after the other, journaled before and after, stoppable in between."""

from __future__ import annotations

import dataclasses
import time
from typing import Protocol

from opsctl import errors
from opsctl.aws import Aws
from opsctl.journal import Run
from opsctl.lock import Heartbeat
from opsctl.outcome import StepStatus
from opsctl.plan import Do, Json, Manual, Plan, Progress, Step, Wait, taken_back
from opsctl.stop import Stop


class Shows(Protocol):
    """The part of the operator that looks on while a plan is applied."""

    def step_began(self, index: int, total: int, step: Step) -> None: ...
    def progress(self, progress: Progress) -> None: ...
    def step_ended(self, index: int, step: Step, status: str, note: str = "") -> None: ...
    def say(self, text: str) -> None: ...
    def manual(self, step: Manual) -> bool: ...


class Apply:
    """One plan being applied; `statuses` and `answers` tell how far it came, also when it fails."""

    def __init__(
        self,
        plan: Plan,
        *,
        aws: Aws,
        shows: Shows,
        run: Run | None,
        held: Heartbeat | None,
        timeout: float | None,
        pause: float,
        patience: float,
        first: int = 0,
    ) -> None:
        self.plan = plan
        self.statuses = [StepStatus(step.title, undo=taken_back(step)) for step in plan.steps]
        self.answers: dict[str, Json] = {}
        self.changed = False
        self._aws = aws
        self._shows = shows
        self._run = run
        self._held = held
        self._timeout = timeout
        self._pause = pause
        self._patience = patience
        self._first = first
        self._answer: Json = None

    def recovery(self) -> Apply:
        """The plan's `on_failure`, to be applied; the journal has its steps after the plan's."""
        again = Apply(
            dataclasses.replace(self.plan, steps=self.plan.on_failure, checks=(), on_failure=()),
            aws=self._aws,
            shows=self._shows,
            run=self._run,
            held=self._held,
            timeout=self._timeout,
            pause=self._pause,
            patience=self._patience,
            first=len(self.plan.steps),
        )
        again.changed = True
        return again

    def steps(self, stop: Stop) -> None:
        """Does every step. Raises the error of the first one that does not succeed."""
        for index, step in enumerate(self.plan.steps):
            stop.check()
            if self._held:
                self._held.check(changed=self.changed)
            if self._held and self._only_follows(step):
                self._held.give_back()
                self._held = None
            self._step(index, step, stop)

    def _only_follows(self, step: Step) -> bool:
        """Whether nothing is changed from this step on, and somebody else may have to."""
        last = step is self.plan.steps[-1] and not self.plan.on_failure
        return last and isinstance(step, Wait) and step.unlocked

    def checks(self, stop: Stop) -> None:
        """Waits for each check of the plan. Raises NotVerified for one that does not hold."""
        for check in self.plan.checks:
            self._shows.step_began(len(self.plan.steps), len(self.plan.steps), check)
            try:
                self._wait(check, stop)
            except errors.Interrupted:
                raise
            except errors.OpsctlError as error:
                self._shows.step_ended(len(self.plan.steps), check, "failed", error.message)
                raise errors.NotVerified(
                    f"{check.title}: {error.message}", hint=error.hint
                ) from error
            self._shows.step_ended(len(self.plan.steps), check, "done")

    def _step(self, index: int, step: Step, stop: Stop) -> None:
        status = self.statuses[index]
        if self._run:
            self._run.step_began(self._first + index, step)
        self._shows.step_began(index, len(self.plan.steps), step)
        status.status = "running"
        before = len(self._aws.requests)
        try:
            self._answer = self._act(step, stop)
        except BaseException as failure:
            status.status = "interrupted" if _is_interruption(failure) else "failed"
            error = self._judged(step, failure)
            self._ended(index, step, status.status, error=str(error), before=before)
            if error is failure:
                raise
            raise error from failure
        status.status = "done"
        if isinstance(self._answer, dict):
            self.answers.update(self._answer)
        self._ended(index, step, "done", answer=self._answer, before=before)

    def _ended(
        self,
        index: int,
        step: Step,
        status: str,
        *,
        before: int,
        answer: Json = None,
        error: str = "",
    ) -> None:
        if self._run:
            ids = [it.request_id for it in self._aws.requests[before:] if it.mutating]
            self._run.step_ended(
                self._first + index, status=status, answer=answer, error=error, requests=ids
            )
        self._shows.step_ended(index, step, status, error)

    def _act(self, step: Step, stop: Stop) -> Json:
        if isinstance(step, Manual):
            if not self._shows.manual(step):
                raise errors.Cancelled(f"“{step.title}” was not confirmed.")
            return None
        if isinstance(step, Wait):
            self._wait(step, stop)
            return self._answer
        return self._do(step, stop)

    def _do(self, step: Do, stop: Stop) -> Json:
        def report(progress: Progress) -> None:
            self.changed = True
            self._shows.progress(progress)
            stop.check()

        before = len(self._aws.requests)
        with self._aws.changing():
            try:
                answer: Json = self._aws.perform(step.call, report=report if step.reports else None)
            except (errors.SomethingChanged, KeyboardInterrupt):
                self.changed = True
                raise
            except errors.OpsctlError as error:
                # The request may have reached AWS although no answer came back; and of two
                # changes in one step the first may have been made.
                made = any(it.mutating and it.well for it in self._aws.requests[before:])
                self.changed = self.changed or made or getattr(error, "maybe_done", False)
                raise
        self.changed = True
        return answer

    def _wait(self, step: Wait, stop: Stop) -> None:
        limit = self._timeout or step.timeout
        deadline = time.monotonic() + limit
        subject = self._answer if step.follows else None
        unanswered = 0
        while True:
            try:
                progress = self._aws.perform(step.check, subject=subject)
                unanswered = 0
            except errors.Unreachable as error:
                # What is waited for goes on without us: a throttled or lost look is not its end.
                unanswered += 1
                if unanswered >= self._patience:
                    raise
                progress = Progress(False, f"no answer, looking again: {error.message}")
            self._shows.progress(progress)
            if progress.done:
                return
            if time.monotonic() >= deadline:
                raise errors.TimedOut(
                    f"Still going after {limit:.0f} s: {progress.summary}",
                    hint=f"AWS goes on by itself. To follow it again: {step.pick_up}"
                    if step.pick_up
                    else "AWS goes on by itself.",
                )
            stop.sleep(self._pause)

    def _judged(self, step: Step, failure: BaseException) -> BaseException:
        """The failure with the exit code that tells the truth about what was changed."""
        if isinstance(failure, errors.Interrupted | KeyboardInterrupt):
            return errors.Interrupted(f"Interrupted in “{step.title}”.", hint=_what_goes_on(step))
        if isinstance(failure, errors.SomethingChanged):
            return failure
        if isinstance(failure, errors.OpsctlError):
            if not self.changed:
                return failure
            return errors.StepFailed(f"“{step.title}”: {failure.message}", hint=failure.hint)
        if isinstance(failure, Exception) and self.changed:
            return errors.StepFailed(
                f"opsctl itself failed in “{step.title}”: {type(failure).__name__}: {failure}",
                hint="This is a bug. See what was done with `opsctl history show last`.",
            )
        return failure


def _is_interruption(failure: BaseException) -> bool:
    return isinstance(failure, errors.Interrupted | KeyboardInterrupt)


def _what_goes_on(step: Step) -> str:
    if not isinstance(step, Wait):
        return (
            "The same command again starts from what is there now.\n"
            "See what was done with `opsctl history show last`."
        )
    lines = ["What was begun keeps running on AWS."]
    if step.pick_up:
        lines.append(f"To follow it again: {step.pick_up}")
    if step.abandon:
        lines.append(f"To take it back: {step.abandon}")
    return "\n".join(lines)
