"""Errors by who answered them, and waiting: everybody, or some."""

from __future__ import annotations

import pytest
from ill import ago, numbers, well
from illnesses import check, left_alone, of

from opsctl.reports.diagnosis.evidence import Evidence
from opsctl.reports.diagnosis.finding import Rule
from opsctl.reports.diagnosis.rules_traffic import RULES


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


def test_numbers_are_dated_by_their_first_bad_minute() -> None:
    (rule,) = [rule for rule in RULES if rule.name == "server-errors"]
    finding = rule.find(well(numbers=numbers(target_5xx={3: 9, 2: 20, 1: 30})))
    assert finding
    assert finding.onset == ago(3)
