"""Throttles of the table, its indexes and the user pool, with their cause."""

from __future__ import annotations

import pytest
from illnesses import check, of

from opsctl.reports.diagnosis.evidence import Evidence
from opsctl.reports.diagnosis.finding import Rule
from opsctl.reports.diagnosis.rules_throttling import RULES


@pytest.mark.parametrize(("rule", "evidence", "severity", "said"), of(RULES))
def test_a_rule_finds_what_it_is_for(
    rule: Rule, evidence: Evidence, severity: str, said: str
) -> None:
    check(rule, evidence, severity, said)
