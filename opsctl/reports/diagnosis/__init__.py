"""Diagnosis: what is wrong, why, since when, and the command to run next."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime

from opsctl.aws import Aws
from opsctl.aws.ecs import revision_of
from opsctl.journal import Journal
from opsctl.reports.diagnosis import (
    gathering,
    rules_auth,
    rules_capacity,
    rules_service,
    rules_signals,
    rules_tasks,
    rules_throttling,
    rules_traffic,
)
from opsctl.reports.diagnosis.changes import Change, correlated
from opsctl.reports.diagnosis.evidence import Evidence
from opsctl.reports.diagnosis.finding import KINDS, SEVERITIES, Finding, Rule
from opsctl.reports.diagnosis.gathering import Looks, Question

__all__ = ["KINDS", "RULES", "Diagnosis", "Finding", "Question", "Rule", "gather", "judged"]

RULES: tuple[Rule, ...] = (
    *rules_service.RULES,
    *rules_tasks.RULES,
    *rules_traffic.RULES,
    *rules_capacity.RULES,
    *rules_throttling.RULES,
    *rules_auth.RULES,
    *rules_signals.RULES,
)
HARMLESS = frozenset({"alarms", "incident", "lock"})
"""First words of commands that change nothing of what serves."""


@dataclass(frozen=True)
class Diagnosis:
    """The findings, the likeliest cause first.

    `examined` is what was looked at; `unknown` is what could not be, with the reason: of it
    nothing is said, neither good nor bad.
    """

    kind: str
    since: datetime
    until: datetime
    findings: tuple[Finding, ...]
    examined: tuple[str, ...]
    unknown: tuple[str, ...]
    changes: tuple[Change, ...]
    """What was changed in that time, newest first."""

    @property
    def well(self) -> bool:
        """Whether there is nothing that somebody must do: notices are no illness."""
        return all(it.severity == "notice" for it in self.findings)


def gather(aws: Aws, question: Question, journal: Journal | None = None) -> Diagnosis:
    """Reads the evidence, concurrently, and judges it.

    Raises NotFound where there is no such service, Unreachable where nothing answers.
    """
    (evidence, looks), runs = aws.at_once(
        lambda: gathering.gather(aws, question), lambda: _runs(journal, question.since)
    )
    secrets = _written(evidence, aws.target.secret)
    changes = (*_deployments(evidence), *_scalings(evidence), *secrets, *runs)
    return judged(evidence, looks, question, changes, aws.target.env)


def judged(
    evidence: Evidence, looks: Looks, question: Question, changes: Iterable[Change], env: str
) -> Diagnosis:
    """The diagnosis of some evidence: each rule asked, each finding with what it began after."""
    known = sorted((it for it in changes if it.at <= evidence.until), key=lambda it: it.at)
    ranked = sorted(_asked(evidence, question, known), key=_rank)
    return Diagnosis(
        kind=question.kind,
        since=question.since,
        until=question.until,
        findings=tuple(_addressed(found, env) for _, found in ranked),
        examined=tuple(sorted(looks.examined)),
        unknown=tuple(sorted(looks.unknown)),
        changes=tuple(reversed([it for it in known if it.at >= evidence.since])),
    )


def _asked(
    evidence: Evidence, question: Question, changes: list[Change]
) -> Iterator[tuple[Rule, Finding]]:
    for rule in RULES:
        if question.kind == "all" or question.kind in rule.kinds:
            found = rule.find(evidence)
            if found:
                named = replace(found, cause=rule.name)
                yield rule, correlated(named, rule, changes, evidence)


def _rank(it: tuple[Rule, Finding]) -> tuple[int, int, float]:
    """By severity; then what causes others first; then what began last."""
    rule, found = it
    onset = found.onset.timestamp() if found.onset else 0.0
    return SEVERITIES.index(found.severity), rule.place, -onset


def _addressed(found: Finding, env: str) -> Finding:
    return replace(found, next_command=f"{found.next_command} --env {env}")


def _deployments(it: Evidence) -> Iterator[Change]:
    for one in it.deployments or ():
        what = f"the deployment of revision {revision_of(one.task_definition)} ({one.status})"
        # What was rolled back already must not be rolled back again.
        mend = "opsctl rollback" if one.succeeded or one.in_flight else ""
        yield Change(one.created, "deployment", what, mend)


def _scalings(it: Evidence) -> Iterator[Change]:
    for one in it.activities or ():
        if not one.refusals:
            yield Change(one.at, "scaling", f"autoscaling: {one.description.rstrip('.')}")


def _written(it: Evidence, secret: str) -> Iterator[Change]:
    for at in it.written or ():
        yield Change(at, "secret", f"a new value of {secret}", "opsctl secrets list")


def _runs(journal: Journal | None, since: datetime) -> list[Change]:
    """The runs that can have made the service ill, not those of whoever came to look after it."""
    runs = journal.since(since) if journal else []
    return [
        Change(it.began, "run", f"opsctl {it.command} (run {it.id})")
        for it in runs
        if it.command.partition(" ")[0] not in HARMLESS
    ]
