"""A walk through a section: what is codified is run, what is manual asked, all written down."""

from __future__ import annotations

import shlex
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol

from opsctl import errors
from opsctl.cli import line_check
from opsctl.journal.walks import LONGEST, Walk, Walks
from opsctl.runbook import Section, command_lines
from opsctl.runbook.steps import Step

DONE, SKIP, STOP = "done", "skip", "stop"


class Operator(Protocol):
    """Who walks."""

    def show(self, title: str, step: Step) -> None:
        """Shows a step."""

    def choose(self, question: str, answers: Sequence[str]) -> str:
        """One of the answers. Raises Cancelled or KeyboardInterrupt when there is none."""

    def line(self, question: str) -> str:
        """One line; it may be empty."""

    def say(self, text: str) -> None:
        """One line of conversation."""


@dataclass(frozen=True)
class Ended:
    """How far a walk came. `code` is that of what ended it: 0 when no step is left."""

    walk: Walk
    code: int
    why: str = ""


class _Stopped(Exception):
    """The operator stopped the walk."""


@dataclass
class Walker:
    """One operator, one section. `run` runs words after `opsctl` and answers the exit code.

    `named`: the operator named the environment, so each command may be told so.
    """

    section: Section
    steps: Sequence[Step]
    walks: Walks
    operator: Operator
    run: Callable[[list[str]], int]
    env: str
    values: dict[str, str]
    newest_run: Callable[[], str] = lambda: ""
    named: bool = True

    def go(self, walk: Walk) -> Ended:
        """Takes the steps that are left, and ends where one fails or the operator stops."""
        try:
            while walk.is_open:
                step = self.steps[walk.next - 1]
                title = f"Step {walk.next} of {walk.total}: {self.section.title}, {self.env}"
                self.operator.show(title, step)
                self._remind(step)
                if step.codified:
                    walk, code = self._codified(walk, step)
                    if code:
                        return Ended(walk, code, f"`{_last_line(walk)}` ended with code {code}.")
                else:
                    walk = self._manual(walk, step)
        except (_Stopped, errors.Cancelled, KeyboardInterrupt):
            return Ended(walk, errors.Cancelled.code, "Stopped; what was done stays done.")
        return Ended(walk, 0)

    def _remind(self, step: Step) -> None:
        """Says what the words in capitals stand for, as far as that is known."""
        names = dict.fromkeys(it for line in step.lines for it in command_lines.left_open(line))
        for name in names:
            if name in self.values:
                self.operator.say(f"{name} is {self.values[name]}")

    def _manual(self, walk: Walk, step: Step) -> Walk:
        if step.asks:
            if self._pick("Is that so?", ("yes", "no")) == "no":
                raise _Stopped
            return self.walks.note_step(walk, step.title, DONE)
        answer = self._pick("Is it done?", (DONE, SKIP, STOP))
        how = DONE if answer == DONE else "skipped"
        note = self._note("A note")
        return self.walks.note_step(walk, step.title, how, note=note)

    def _codified(self, walk: Walk, step: Step) -> tuple[Walk, int]:
        """The walk afterwards, and the exit code that ends it; 0 where it goes on."""
        line = self._line(step)
        if not line:
            note = self._note("Why it is skipped")
            return self.walks.note_step(walk, step.title, "skipped", note=note), 0
        while True:
            said = self._asked(line)
            env = self.env if self.named else ""
            words = command_lines.filled(line, {**self.values, **said}, env)
            self.operator.say(f"$ opsctl {shlex.join(words)}")
            walk = self.walks.note_step(walk, step.title, "began", line=line)
            code, run = self._run(words)
            wanted = self._what_next(words, code)
            if wanted != "again":
                break
        self.values |= said
        how = DONE if wanted == "on" else "failed"
        walk = self.walks.note_step(walk, step.title, how, line=line, exit_code=code, run=run)
        return walk, 0 if wanted == "on" else code

    def _run(self, words: list[str]) -> tuple[int, str]:
        """The exit code, and the id of the run that it made."""
        changes = _changes(words)
        before = self.newest_run() if changes else ""
        code = self.run(words)
        after = self.newest_run() if changes else ""
        return code, after if after != before else ""

    def _what_next(self, words: list[str], code: int) -> str:
        """on, again or stop. A report that found something, and a stream that Ctrl-C ended, are
        no failures: then it is asked."""
        is_stream = code == errors.CTRL_C_BEFORE_ANYTHING and not _changes(words)
        if code // 10 == 3 or is_stream:
            return self.operator.choose(f"It ended with code {code}.", ("on", "again", STOP))
        return STOP if code else "on"

    def _line(self, step: Step) -> str:
        """The command line that is wanted; empty for none."""
        if len(step.lines) == 1:
            answer = self._pick("Run it?", ("run", SKIP, STOP))
            return step.lines[0] if answer == "run" else ""
        numbers = [str(number) for number, _ in enumerate(step.lines, 1)]
        answer = self._pick("Which one?", (*numbers, SKIP, STOP))
        return "" if answer == SKIP else step.lines[int(answer) - 1]

    def _asked(self, line: str) -> dict[str, str]:
        """What the line leaves open and nobody said yet."""
        said: dict[str, str] = {}
        for name in command_lines.left_open(line):
            while name not in self.values and name not in said:
                typed = self.operator.line(f"{name}:")
                if typed.startswith("-") and typed != "-":
                    self.operator.say(f"{name} cannot begin with a hyphen: it would be an option.")
                elif typed:
                    said[name] = typed
        return said

    def _pick(self, question: str, answers: Sequence[str]) -> str:
        answer = self.operator.choose(question, answers)
        if answer == STOP:
            raise _Stopped
        return answer

    def _note(self, what: str) -> str:
        while len(said := self.operator.line(f"{what} (Enter for none):")) > LONGEST:
            self.operator.say(f"A note has at most {LONGEST} characters.")
        return said


def _changes(words: list[str]) -> bool:
    return line_check.takes(words, "--dry-run")


def _last_line(walk: Walk) -> str:
    return walk.steps[-1].line
