"""Everything a command needs, wired together: target, AWS, operator, journal, lock."""

from __future__ import annotations

import gc
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from functools import cached_property
from typing import TYPE_CHECKING, Any, TypeVar

import typer

from opsctl import errors, targets
from opsctl.cli import failure
from opsctl.cli.options import Common
from opsctl.outcome import Outcome
from opsctl.plan import Danger
from opsctl.terminal import ending
from opsctl.terminal.blocks import Block, Screenful
from opsctl.terminal.screen import Screen

if TYPE_CHECKING:
    from opsctl.aws import Aws
    from opsctl.journal import Journal
    from opsctl.journal.incidents import Incidents
    from opsctl.lock import Lock
    from opsctl.procedure import Procedure
    from opsctl.state import Store
    from opsctl.terminal.operator import TerminalOperator

R = TypeVar("R")
Request = TypeVar("Request")
Facts = TypeVar("Facts")


@contextmanager
def command(common: Common, *, name: str, ways: str = "") -> Iterator[Session]:
    """A session for one command. Whatever is raised inside ends it with its message and code.

    `ways` are the words after the name that need permissions of their own: `--build`.
    """
    session = Session(common, name, ways)
    try:
        yield session
    except typer.Exit:
        raise
    except (Exception, KeyboardInterrupt) as error:
        session.close()
        target = vars(session).get("target")
        code = failure.end(
            error,
            name,
            screen=session.screen,
            target=target,
            output=session.form,
            debug=common.debug,
        )
        raise typer.Exit(code) from None
    finally:
        session.close()


class Session:
    """One command being carried out. Every part is made when it is first asked for."""

    def __init__(self, common: Common, name: str, ways: str = "") -> None:
        self.common = common
        self.name = name
        self.spelled = f"{name} {ways}".strip()
        self.screen = Screen(no_color=common.no_color)
        self.form: str = common.output
        """What the end is written in: text, json, or lines after a stream of JSON lines."""
        self._began = time.monotonic()

    @cached_property
    def target(self) -> targets.Target:
        """The environment that the words, $OPSCTL_ENV or opsctl.toml name."""
        return targets.load(self.common.config).resolve(self.common.env)

    @cached_property
    def aws(self) -> Aws:
        """The door to AWS; opens nothing by itself."""
        from opsctl.aws import Aws

        debug = (lambda line: self.screen.say(line, "dim")) if self.common.debug else None
        return Aws(self.target, ask_mfa=self.operator.ask_mfa, debug=debug, command=self.spelled)

    @cached_property
    def operator(self) -> TerminalOperator:
        """The human at the terminal, or the flags in their place."""
        from opsctl.terminal.consent import Answers
        from opsctl.terminal.operator import TerminalOperator

        common = self.common
        return TerminalOperator(
            self.screen,
            Answers(yes=common.yes, confirm=common.confirm, no_input=common.no_input),
            env=self.target.env,
            explicit=self.target.explicit or self.target.is_sandbox,
            dry_run=common.dry_run,
            as_json=common.output == "json",
        )

    @cached_property
    def store(self) -> Store:
        """Where this environment's journal and lock lie."""
        from opsctl.aws import records

        return records.store(self.target, lambda: self.aws)

    @cached_property
    def journal(self) -> Journal:
        """What was done in this environment."""
        from opsctl.journal import Journal

        return Journal(
            self.store, self.target.env, holds=self.lock.holds, incident=self.current_incident
        )

    @cached_property
    def incidents(self) -> Incidents:
        """What went wrong in this environment, as its operators told it."""
        from opsctl.journal.incidents import Incidents

        return Incidents(self.store, self.target.env)

    def current_incident(self) -> str:
        """The id of the incident that a run belongs to: the one that was named, or the open one.

        Raises NotFound when there is no such incident.
        """
        if self.common.incident:
            return self.incidents.find(self.common.incident).id
        return self.incidents.open_id()

    @cached_property
    def lock(self) -> Lock:
        """One writer at a time in this environment."""
        from opsctl.lock import Lock

        return Lock(self.store, self.target.env, account=self.target.account)

    def run(
        self,
        procedure: Procedure[Request, Facts],
        request: Request,
        *,
        at_least: Danger = Danger.MILD,
    ) -> Outcome:
        """Runs a procedure, shows how it ended, and leaves with its exit code unless that is 0.

        `at_least` is the lowest danger that the plan can have: what cannot be confirmed then is
        refused before AWS is asked anything.
        """
        from opsctl import runner

        if self.common.incident:
            self.current_incident()  # a mistyped id is told before AWS is asked
        collect_garbage_again()
        options = runner.Options(
            dry_run=self.common.dry_run,
            exit_code=self.common.exit_code,
            reason=self.common.reason,
            emergency=self.common.emergency,
            timeout=self.common.timeout,
            at_least=at_least,
        )
        context = runner.Context(
            command=self.name,
            target=self.target,
            aws=self.aws,
            operator=self.operator,
            journal=self.journal,
            lock=self.lock,
            options=options,
            clock=self.store.now,
        )
        self.look()
        outcome = runner.run(procedure, request, context)
        self.end(outcome)
        return outcome

    def report(
        self,
        make: Callable[[Aws], R],
        render: Callable[[R], Screenful],
        *,
        healthy: Callable[[R], bool] | None = None,
    ) -> None:
        """Gathers a report and shows it; exit 30 when `healthy` says that it is not.

        With `-o json` the report itself is the `result`: a dataclass or a mapping.
        """
        aws = self.aws
        self.look()
        made = make(aws)
        self.answer(made, render, well=healthy is None or healthy(made) is True)

    def stream(
        self, records: Iterable[R], line: Callable[[R], Block], *, record: Callable[[R], Any]
    ) -> None:
        """Shows each record as it is found; with `-o json` as JSON lines, a failure as the last."""
        from opsctl.terminal import streaming

        self.form = "lines" if self.form == "json" else self.form
        self.look()
        streaming.pour(records, self.screen, line, record=record, output=self.form)

    def answer(self, result: R, render: Callable[[R], Screenful], *, well: bool = True) -> None:
        """Shows something found or done, as text or as the `result` of the JSON document."""
        from opsctl.terminal.json_output import mapping

        outcome = Outcome(self.name, "done", result=mapping(result))
        if not well:
            outcome.status = errors.Unhealthy.status
            outcome.exit_code = errors.Unhealthy.code
        blocks = render(result) if self.common.output == "text" else ()
        self.end(outcome, answer=[blocks] if isinstance(blocks, str) else blocks)

    def end(self, outcome: Outcome, *, answer: Iterable[Block] | None = None) -> None:
        """Prints the outcome, and raises typer.Exit unless it is a plain success."""
        self.close()
        if self.common.debug and outcome.error is not None:
            failure.keep_traceback(outcome.error, self.screen)
        code = ending.finish(
            outcome,
            screen=self.screen,
            target=vars(self).get("target"),
            output=self.common.output,
            elapsed=time.monotonic() - self._began - self.screen.asked,
            answer=answer,
        )
        if code:
            raise typer.Exit(code)

    def say(self, text: str) -> None:
        """One line of conversation, on standard error."""
        self.screen.say(text)

    def close(self) -> None:
        """Gives the terminal back as it was."""
        self.screen.settle()
        if "operator" in vars(self):
            self.operator.close()

    def look(self) -> None:
        """Says that AWS is being asked, before it is."""
        it = self.target
        self.screen.waiting(f"Looking at {it.env} ({it.account}, {it.region}) …")


def collect_garbage_again() -> None:
    """A procedure may follow a deployment for half an hour, so garbage counts again; but what
    start-up made stays out of it."""
    gc.freeze()
    gc.set_threshold(50_000, 20, 20)
    gc.enable()
