"""The human at the terminal, as the runner meets them."""

from __future__ import annotations

import dataclasses
from functools import cached_property

from opsctl import errors
from opsctl.banner import Banner
from opsctl.plan import Danger, Manual, Plan, Progress, Step
from opsctl.terminal import consent, ending, plan_screen, prompts
from opsctl.terminal.consent import Answers, Question, Where
from opsctl.terminal.progress import Display, LineDisplay
from opsctl.terminal.screen import Screen


class TerminalOperator:
    """Shows plans and progress, and asks.

    `explicit`: nobody can mistake the environment, because it was named in this very command or
    is the sandbox.
    """

    def __init__(
        self,
        screen: Screen,
        answers: Answers,
        *,
        env: str,
        explicit: bool,
        dry_run: bool = False,
        as_json: bool = False,
    ) -> None:
        self._screen = screen
        self._answers = answers
        self._env = env
        self._explicit = explicit
        self._dry_run = dry_run
        self._as_json = as_json

    def check_can_confirm(self, danger: Danger, *, protected: bool, explicit: bool) -> None:
        """Raises NeedsAnswer or Forbidden when nobody could confirm this, before AWS is asked."""
        where = Where(self._env, protected, explicit or self._explicit)
        self._question(danger, where, subject=None)

    def show(self, banner: Banner, plan: Plan) -> None:
        """Shows the plan; in a dry run it is the answer, and goes to standard output."""
        self._screen.settle()
        if self._as_json:
            # Whoever reads the document keeps what stands beside it as well: in a build log.
            plan = dataclasses.replace(plan, whom=())
        if not plan.steps and not plan.refusals:
            self._screen.err.show(plan_screen.notes(plan))
        elif not self._dry_run:
            self._screen.err.show([*plan_screen.screenful(banner, plan), ""])
        elif not self._as_json:
            ending.show(self._screen.out, [*plan_screen.screenful(banner, plan), ""])

    def confirm(self, plan: Plan, banner: Banner) -> None:
        """Returns when the operator agrees; raises NeedsAnswer, Forbidden or Cancelled."""
        where = Where(banner.env, banner.protected, self._explicit)
        asked = self._question(plan.danger, where, subject=plan.subject, pseudonym=plan.pseudonym)
        if asked is None:
            return
        if not asked.name:
            if prompts.agrees(self._screen, f"Do this in {banner.env}?") is not True:
                raise errors.Cancelled("You did not agree.")
            return
        typed = prompts.line(self._screen, f"Type {asked.name} to do this:")
        if typed not in {asked.name, plan.pseudonym} - {""}:
            wanted = plan.pseudonym or asked.name
            given = "What you typed" if plan.pseudonym else f"“{typed}”"
            raise errors.Cancelled(f"{given} is not “{wanted}”.")

    def manual(self, step: Manual) -> bool:
        """Shows what the human has to do, and asks whether it is done. No flag answers that."""
        if self._answers.no_input or not self._screen.can_ask:
            raise errors.NeedsAnswer(
                f"“{step.title}” is for a human, and there is nobody to ask.",
                hint="Run this at a terminal, without --no-input.",
            )
        self._display.close()
        self._screen.err.show(step.instruction)
        return prompts.agrees(self._screen, "Is it done?") is True

    def ask_mfa(self, serial: str) -> str:
        """The code of an MFA device, typed unseen; raises NeedsAnswer when nobody can type it."""
        if self._answers.no_input or not self._screen.can_ask:
            raise errors.NeedsAnswer(
                f"The code of the MFA device {serial} is needed, and there is nobody to ask.",
                hint="Run this at a terminal without --no-input, or use a signed-in profile.",
            )
        return prompts.line(self._screen, f"Code of {serial}:", hidden=True)

    def step_began(self, index: int, total: int, step: Step) -> None:
        """Shows that a step is under way; `index` counts from 0, and is `total` for a check."""
        self._display.began(index, total, step)

    def progress(self, progress: Progress) -> None:
        """Shows how far the step is."""
        self._display.progress(progress)

    def step_ended(self, index: int, step: Step, status: str, note: str = "") -> None:
        """Shows how the step ended."""
        self._display.ended(step, status, note)

    def say(self, text: str) -> None:
        """One line of conversation."""
        self._screen.settle()
        self._display.say(text)

    def close(self) -> None:
        """Gives the terminal back as it was."""
        if "_display" in vars(self):
            self._display.close()

    @cached_property
    def _display(self) -> Display:
        if not self._screen.err.live:
            return LineDisplay(self._screen.err)
        from opsctl.terminal.live import LiveDisplay

        return LiveDisplay(self._screen.err)

    def _question(
        self, danger: Danger, where: Where, *, subject: str | None, pseudonym: str = ""
    ) -> Question | None:
        return consent.question(
            danger,
            where,
            self._answers,
            can_ask=self._screen.can_ask,
            subject=subject,
            pseudonym=pseudonym,
        )
