"""The journal: what was begun and how it ended, written before each change and after it."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from itertools import islice, takewhile
from typing import Any

from opsctl import __version__
from opsctl.errors import Forbidden, NotFound, OpsctlError, StepFailed
from opsctl.journal import chain
from opsctl.journal.runs import RunRecord, StepRecord, records
from opsctl.plan import Json, Plan, Step, to_json
from opsctl.state import Store, processes
from opsctl.state.processes import Process

__all__ = ["Journal", "Run", "RunRecord", "StepRecord"]

_LOOK_BACK = 20
"""How many runs are searched for one that was cut off: each is told of by the run after it."""


class Journal:
    """The append-only record of one environment.

    `holds` says whether a process on another machine still holds the target's lock; without an
    answer, a run there that has no end counts as cut off. `incident` answers the id of the
    incident that a run belongs to; empty for none.
    """

    def __init__(
        self,
        store: Store,
        env: str,
        clock: Callable[[], datetime] | None = None,
        *,
        holds: Callable[[Process], bool] = lambda process: False,
        incident: Callable[[], str] = lambda: "",
    ) -> None:
        self.log = f"journal/{env}"
        self.env = env
        self.unreadable = 0
        """How many lines were passed over while runs were read last; `examine` tells which."""
        self._store = store
        self._clock = clock or store.now
        self._holds = holds
        self._incident = incident

    def begin(
        self,
        *,
        command: str,
        caller: str,
        plan: Plan,
        reason: str,
        account: str,
        region: str,
        danger: str = "",
    ) -> Run:
        """Opens a run. Raises Forbidden when that cannot be written: then nothing may change.

        `plan.result["undoes"]` names the run that this one takes back.
        """
        undoes = plan.result.get("undoes", "")
        try:
            now = self._clock().astimezone(UTC)
            run = Run(self, f"{now:%Y%m%dT%H%M%SZ}-{os.urandom(2).hex()}", len(plan.steps))
            self.write(
                "began",
                run.id,
                command=command,
                env=self.env,
                account=account,
                region=region,
                caller=caller,
                operator=processes.operator(),
                process=vars(processes.current()),
                reason=reason,
                danger=danger or plan.danger.value,
                summary=plan.summary,
                digest=plan.digest,
                undoes=undoes,
                emergency=plan.emergency,
                incident=self._incident(),
                steps=[to_json(step) for step in plan.steps],
            )
        except OpsctlError as error:
            raise Forbidden(
                f"Nothing was changed, because it could not be journaled: {error.message}",
                hint=error.hint,
            ) from error
        return run

    def examined(self, run_id: str, *, by: str) -> None:
        """Notes that the run `by` told its operator of the cut-off run, which is said once."""
        self.write("examined", run_id, by=by)

    def write(self, event: str, run_id: str, **fields: Json | Mapping[str, Any]) -> None:
        """Adds one event and returns when it is on the disk."""
        document = {
            "run": run_id,
            "event": event,
            "at": f"{self._clock().astimezone(UTC):%Y-%m-%dT%H:%M:%S.%fZ}",
            "opsctl": __version__,
            **fields,
        }
        self._store.append(self.log, lambda last: chain.seal(document, last))

    def runs(self, limit: int | None = None) -> list[RunRecord]:
        """The runs, newest first."""
        return list(islice(self._records(), limit))

    def run(self, run_id: str) -> RunRecord:
        """The run with that id or that unique beginning of one; `last` is the newest with steps.

        Raises NotFound, with those that come near.
        """
        if run_id == "last":
            found = list(islice((run for run in self._records() if run.steps), 1))
        else:
            found = [run for run in self._records() if run_id and run.id.startswith(run_id)]
        exact = [run for run in found if run.id == run_id]
        if len(exact or found) == 1:
            return (exact or found)[0]
        raise self._not_found(run_id, found)

    def since(self, moment: datetime) -> list[RunRecord]:
        """The runs that began then or later, newest first."""
        return list(takewhile(lambda run: run.began >= moment, self._records()))

    def unfinished(self, account: str | None = None) -> list[RunRecord]:
        """The latest runs that were cut off and that no later run has told of, newest first."""
        return [
            run
            for run in self.runs(_LOOK_BACK)
            if run.status == "unknown"
            and not run.examined_by
            and account in (None, run.account)
            # It may well be alive on another machine: it holds no lock that would tell.
            and not run.only_followed
        ]

    def later_than(self, run: RunRecord) -> list[RunRecord]:
        """The runs that began after this one against the same account, newest first."""
        later = []
        for each in self._records():
            if each.id == run.id:
                break
            if each.account == run.account:
                later.append(each)
        return later

    def verify(self) -> list[str]:
        """The lines that somebody manipulated; empty when the chain holds."""
        return list(self.examine().broken)

    def examine(self) -> chain.Findings:
        """Looks at every line of the chain."""
        lines = list(self._store.newest_first(self.log))
        return chain.examine(reversed(lines))

    def _records(self) -> Iterator[RunRecord]:
        self.unreadable = 0
        return records(self._events(), self._is_running)

    def _events(self) -> Iterator[dict[str, Any]]:
        for line in self._store.newest_first(self.log):
            event = chain.event(line)
            if event is None:
                self.unreadable += 1
            else:
                yield event

    def _is_running(self, process: Process) -> bool:
        alive = processes.is_alive(process)
        return self._holds(process) if alive is None else alive

    def _not_found(self, run_id: str, found: Sequence[RunRecord]) -> NotFound:
        if found:
            several = ", ".join(run.id for run in found[:5])
            return NotFound(f"More than one run begins with “{run_id}”: {several}.")
        if run_id == "last":
            return NotFound(f"The journal of {self.env} holds no run yet.")
        import difflib

        ids = [run.id for run in self.runs(200)]
        near = difflib.get_close_matches(run_id, ids, n=3, cutoff=0.5)
        return NotFound(
            f"The journal of {self.env} holds no run “{run_id}”.",
            hint=f"Did you mean {' or '.join(near)}?" if near else "See `opsctl history`.",
        )


class Run:
    """One run being journaled. An event that cannot be written ends it before the next change."""

    def __init__(self, journal: Journal, run_id: str, planned: int) -> None:
        self.id = run_id
        self._journal = journal
        self._planned = planned
        self._began = False

    def step_began(self, index: int, step: Step) -> None:
        """Before the step. Raises Forbidden for the first one, StepFailed for a later one."""
        unplanned = {} if index < self._planned else {"step": to_json(step)}
        self._write("step_began", index=index, title=step.title, **unplanned)
        self._began = True

    def step_ended(
        self,
        index: int,
        *,
        status: str,
        answer: Json = None,
        error: str = "",
        requests: Sequence[str] = (),
    ) -> None:
        """After the step; `status` is done, failed, interrupted or unknown."""
        self._write(
            "step_ended",
            index=index,
            status=status,
            answer=answer,
            error=error,
            requests=list(requests),
        )

    def told(self, when: str, channels: Sequence[Mapping[str, Json]]) -> None:
        """Who was told of the run, or could not be; `when` is before or after."""
        self._write("told", when=when, channels=[dict(it) for it in channels])

    def ended(self, *, status: str, exit_code: int, error: str = "") -> None:
        """The end of the run, whatever it is."""
        self._write("ended", status=status, exit_code=exit_code, error=error)

    def _write(self, event: str, **fields: Json) -> None:
        try:
            self._journal.write(event, self.id, **fields)
        except OpsctlError as error:
            kind = StepFailed if self._began else Forbidden
            raise kind(
                f"The journal cannot be written any more, so nothing further is started: "
                f"{error.message}",
                hint=error.hint,
            ) from error
