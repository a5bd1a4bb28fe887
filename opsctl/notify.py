"""Telling of a change before its first step and after its end; what fails here fails no run."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict

from opsctl import errors, notice
from opsctl.aws import Aws
from opsctl.journal import Run
from opsctl.notice import Change, Notice
from opsctl.outcome import Outcome
from opsctl.plan import Json
from opsctl.stop import Stop
from opsctl.targets import Target


def note(target: Target) -> str:
    """What the plan says of it: who will be told; empty for nobody."""
    from opsctl.targets import channels

    names = [channels.parse(each).name for each in target.notify]
    return f"Told before and after: {', '.join(names)}." if names else ""


class Teller:
    """Who is told of one run. It never raises for what could not be told."""

    def __init__(
        self, aws: Aws, target: Target, outcome: Outcome, say: Callable[[str], None]
    ) -> None:
        self._aws = aws
        self._channels = target.notify
        self._outcome = outcome
        self._say = say
        self._began: tuple[Run, Change] | None = None

    def began(self, run: Run, change: Change) -> None:
        """Before the first step. Ctrl-C meanwhile is KeyboardInterrupt: nothing was changed."""
        if not self._channels:
            return
        self._began = (run, change)
        try:
            with Stop(self._say) as stop:
                told = self._tell(notice.began(change), "before")
                run.told("before", told)
                stop.check()
        except errors.Interrupted:
            raise KeyboardInterrupt from None

    def ended(self, error: BaseException | None) -> None:
        """After the end, whatever it was; Ctrl-C only ends the waiting."""
        if self._began is None:
            return
        run, change = self._began
        with contextlib.suppress(KeyboardInterrupt), Stop(self._say):
            told = self._tell(notice.ended(change, error, self._outcome.steps), "after")
            # What was done is journaled already; that it was told of is not worth a failure.
            with contextlib.suppress(errors.OpsctlError):
                run.told("after", told)

    def _tell(self, it: Notice, when: str) -> list[dict[str, Json]]:
        answers = self._aws.notices.tell(self._channels, it.subject, it.text, it.attributes)
        told: list[dict[str, Json]] = [asdict(answer) for answer in answers]
        for answer in answers:
            if not answer.ok:
                self._say(f"Not told {when} the change: {answer.channel}: {answer.detail}")
        before = self._outcome.result.get("notices", [])
        more: list[Json] = [*(before if isinstance(before, list) else []), *_when(told, when)]
        self._outcome.result = {**self._outcome.result, "notices": more}
        return told


def _when(told: list[dict[str, Json]], when: str) -> Iterator[dict[str, Json]]:
    return ({"when": when, **it} for it in told)


@contextmanager
def telling(
    aws: Aws, target: Target, outcome: Outcome, say: Callable[[str], None]
) -> Iterator[Teller]:
    """A teller for one run: what it told of as begun, it tells of as ended, however it ends."""
    teller = Teller(aws, target, outcome, say)
    try:
        yield teller
    except BaseException as error:
        teller.ended(error)
        raise
    teller.ended(None)
