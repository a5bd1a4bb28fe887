"""The operator of a walk at a terminal: an answer is a word, or how it begins."""

from __future__ import annotations

from collections.abc import Sequence

from opsctl.runbook.steps import Step
from opsctl.terminal import prompts
from opsctl.terminal.screen import Screen


class Terminal:
    """Asks on standard error. Enter alone answers nothing: it is asked again."""

    def __init__(self, screen: Screen) -> None:
        self._screen = screen

    def show(self, title: str, step: Step) -> None:
        from opsctl.terminal import markdown

        err = self._screen.err
        self._screen.say("")
        self._screen.say(title, "bold")
        err.write(markdown.rendered(step.words, colour=err.colour))
        if len(step.lines) > 1:
            for number, line in enumerate(step.lines, 1):
                self._screen.say(f"  {number}  {line}")

    def choose(self, question: str, answers: Sequence[str]) -> str:
        """The answer that the typed word is, or begins alone."""
        while True:
            typed = prompts.line(self._screen, f"{question} [{'/'.join(answers)}]").lower()
            found = [it for it in answers if typed and it.startswith(typed)]
            exact = [it for it in found if it == typed]
            if len(exact or found) == 1:
                return (exact or found)[0]
            self._screen.say(f"One of: {', '.join(answers)}")

    def line(self, question: str) -> str:
        return prompts.line(self._screen, question)

    def say(self, text: str) -> None:
        self._screen.say(text)
