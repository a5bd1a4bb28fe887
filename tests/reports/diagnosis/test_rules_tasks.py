"""Tasks that stopped: how they failed decides which rule tells of them."""

from __future__ import annotations

from dataclasses import replace

import pytest
from ill import ago, task, well
from illnesses import check, left_alone, of

from opsctl.reports.diagnosis.evidence import Evidence
from opsctl.reports.diagnosis.finding import Finding, Rule
from opsctl.reports.diagnosis.rules_tasks import RULES


@pytest.mark.parametrize(("rule", "evidence", "severity", "said"), of(RULES))
def test_a_rule_finds_what_it_is_for(
    rule: Rule, evidence: Evidence, severity: str, said: str
) -> None:
    check(rule, evidence, severity, said)


@pytest.mark.parametrize(("rule", "evidence"), left_alone(RULES))
def test_a_rule_leaves_alone_what_is_harmless_or_told_by_another(
    rule: Rule, evidence: Evidence
) -> None:
    assert rule.find(evidence) is None


def found(name: str, evidence: Evidence) -> Finding:
    finding = next(rule for rule in RULES if rule.name == name).find(evidence)
    assert finding is not None
    return finding


def test_a_killed_task_with_a_reason_is_told_by_its_reason() -> None:
    container = replace(task(1).containers[0], reason="OutOfMemoryError: killed", exit_code=137)
    finding = found("tasks-crash", well(stopped=(task(1, containers=(container,)),)))
    assert finding.likely.startswith("Out of memory.")


def test_the_first_death_is_the_onset() -> None:
    assert found("tasks-crash", well(stopped=(task(1), task(9), task(4)))).onset == ago(9)
