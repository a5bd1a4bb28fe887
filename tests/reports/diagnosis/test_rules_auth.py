"""Signing in: pool, client, refusals, and one user."""

from __future__ import annotations

import pytest
from illnesses import check, left_alone, of

from opsctl.reports.diagnosis.evidence import Evidence
from opsctl.reports.diagnosis.finding import Rule
from opsctl.reports.diagnosis.rules_auth import RULES


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
