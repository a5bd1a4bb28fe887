"""Facts in, finding out: what each rule needs to see, and that a service that is well has none."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest
from ill import NOW, ago, lines, numbers, steady, task, well
from illnesses import ILL
from samples import deployment, service

from opsctl.aws.endpoint import Answer
from opsctl.reports import diagnosis
from opsctl.reports.diagnosis import RULES
from opsctl.reports.diagnosis.evidence import Evidence
from opsctl.reports.diagnosis.finding import KINDS, SEVERITIES, Finding


def found(name: str, evidence: Evidence) -> Finding | None:
    return {rule.name: rule for rule in RULES}[name].find(evidence)


def words(it: Finding) -> str:
    return "\n".join((it.title, *it.evidence, it.likely, it.next_command))


@pytest.mark.parametrize(("name", "evidence", "severity", "said"), ILL, ids=[i[0] for i in ILL])
def test_a_rule_finds_what_it_is_for(
    name: str, evidence: Evidence, severity: str, said: str
) -> None:
    finding = found(name, evidence)
    assert finding is not None
    assert said in words(finding)
    assert finding.severity == severity


@pytest.mark.parametrize("rule", RULES, ids=[rule.name for rule in RULES])
def test_no_rule_finds_anything_in_a_service_that_is_well(rule: diagnosis.Rule) -> None:
    assert rule.find(well()) is None


@pytest.mark.parametrize("rule", RULES, ids=[rule.name for rule in RULES])
def test_what_was_not_looked_at_is_no_finding(rule: diagnosis.Rule) -> None:
    assert rule.find(Evidence(since=ago(60), until=NOW)) is None


def test_every_rule_is_shown_by_an_example_and_has_a_name_of_its_own() -> None:
    names = [rule.name for rule in RULES]
    assert set(names) == {name for name, *_ in ILL}
    assert len(set(names)) == len(names)


def test_rules_use_the_words_there_are() -> None:
    for rule in RULES:
        assert rule.kinds <= set(KINDS), rule.name
        assert rule.blames <= {"deployment", "secret", "scaling", "run"}, rule.name
    assert {severity for _, _, severity, _ in ILL} == set(SEVERITIES)


HARMLESS: list[tuple[str, Callable[[], Evidence]]] = [
    ("too-few-tasks", lambda: well(service=service(running=1),
                                   deployments=(deployment(4, "IN_PROGRESS"),))),
    ("tasks-crash", lambda: well(stopped=(
        task(1, stopped_reason="Scaling activity initiated by (deployment d)"),))),
    ("tasks-crash", lambda: well(stopped=(task(61),))),
    ("server-errors", lambda: well(numbers=numbers(target_5xx={1: 2}))),
    ("server-errors", lambda: well(numbers=numbers(target_5xx={1: 4}, requests={1: 1000}))),
    ("slow", lambda: well(numbers=numbers(latency_p99={1: 4}, requests={1: 2}))),
    ("no-room", lambda: well(service=service(desired=6, running=6))),
    ("no-room", lambda: well(numbers=numbers(cpu=steady(97)))),
    ("sign-ins-fail", lambda: well(numbers=numbers(sign_ins={1: 6}, sign_ins_done={}))),
    ("health-endpoint", lambda: well(health=Answer("u", False, 503, "HTTP 503", 1), targets=())),
    ("error-lines", lambda: well(errors=lines([("boom", 50)]),
                                 numbers=numbers(target_5xx={1: 50}))),
    ("unhealthy-targets", lambda: well(targets=())),
]  # fmt: skip


@pytest.mark.parametrize(("name", "evidence"), HARMLESS)
def test_a_rule_leaves_alone_what_is_harmless_or_told_by_another(
    name: str, evidence: Callable[[], Evidence]
) -> None:
    assert found(name, evidence()) is None


def test_numbers_that_began_are_dated_by_their_first_bad_minute() -> None:
    finding = found("server-errors", well(numbers=numbers(target_5xx={3: 9, 2: 20, 1: 30})))
    assert finding
    assert finding.onset == ago(3)


def test_a_killed_task_with_a_reason_is_told_by_its_reason() -> None:
    container = replace(task(1).containers[0], reason="OutOfMemoryError: killed", exit_code=137)
    finding = found("tasks-crash", well(stopped=(task(1, containers=(container,)),)))
    assert finding
    assert finding.likely.startswith("Out of memory.")
