"""The rules of composite alarms."""

import pytest

from opsctl.sandbox.alarm_rules import BadRule, children, holds

STATES = {"a": "ALARM", "b": "OK", "c d": "INSUFFICIENT_DATA"}


@pytest.mark.parametrize(
    ("rule", "expected"),
    [
        ('ALARM("a")', True),
        ("ALARM(a) AND OK(b)", True),
        ("ALARM(a) AND NOT OK(b)", False),
        ("OK(a) OR ALARM(b) OR TRUE", True),
        ("ALARM(a) OR ALARM(b) AND FALSE", True),
        ("(ALARM(a) OR ALARM(b)) AND FALSE", False),
        ("INSUFFICIENT_DATA('c d')", True),
        ('ALARM("arn:aws:cloudwatch:us-east-1:1:alarm:a")', True),
    ],
)
def test_a_rule_holds_as_it_reads(rule: str, expected: bool) -> None:
    assert holds(rule, lambda name: STATES.get(name, "")) is expected


@pytest.mark.parametrize("rule", ["", "ALARM(a", "ALARM(a) ALARM(b)", "(TRUE", "AND TRUE", "a"])
def test_what_is_no_rule_is_refused(rule: str) -> None:
    with pytest.raises(BadRule):
        holds(rule, lambda _: "OK")


def test_the_alarms_of_a_rule_are_known() -> None:
    assert children("ALARM(a) AND (OK('c d') OR TRUE)") == ["a", "c d"]
