"""Rules in general: names, words, and silence where nothing is wrong or nothing was seen."""

from __future__ import annotations

from ill import NOW, ago, well
from illnesses import HARMLESS, ILL

from opsctl.reports.diagnosis import RULES
from opsctl.reports.diagnosis.evidence import Evidence
from opsctl.reports.diagnosis.finding import KINDS, SEVERITIES, Finding


def found_in(evidence: Evidence) -> dict[str, Finding]:
    """What each rule finds, by its name; without those that find nothing."""
    return {rule.name: found for rule in RULES if (found := rule.find(evidence)) is not None}


def test_no_rule_finds_anything_in_a_service_that_is_healthy() -> None:
    assert found_in(well()) == {}


def test_what_was_not_looked_at_is_no_finding() -> None:
    assert found_in(Evidence(since=ago(60), until=NOW)) == {}


def test_every_rule_is_shown_by_an_example_and_has_a_name_of_its_own() -> None:
    names = [rule.name for rule in RULES]
    assert set(names) == {name for name, *_ in ILL}
    assert {name for name, _ in HARMLESS} <= set(names)
    assert len(set(names)) == len(names)


def test_rules_use_the_words_there_are() -> None:
    for rule in RULES:
        assert rule.kinds <= set(KINDS), rule.name
        assert rule.blames <= {"deployment", "secret", "scaling", "run"}, rule.name
    assert {severity for _, _, severity, _ in ILL} == set(SEVERITIES)
