"""Which alarms are meant by what somebody types."""

from __future__ import annotations

import pytest
from silencing import PREFIX, SUFFIX, alarm

from opsctl import errors
from opsctl.procedures.alarm_names import check_patterns, choose, listed

ALARMS = (alarm("cpu-high"), alarm("high-error-rate"), alarm("high-latency"), alarm("odd[1]"))


def chosen(*patterns: str) -> list[str]:
    found = choose(ALARMS, patterns, PREFIX, SUFFIX)
    return [it.name.removeprefix(PREFIX).removesuffix(SUFFIX) for it in found]


@pytest.mark.parametrize(
    ("patterns", "expected"),
    [
        (("image-caption-gen-cpu-high-prod",), ["cpu-high"]),
        (("cpu-high",), ["cpu-high"]),
        (("high-*",), ["high-error-rate", "high-latency"]),
        (("*high*",), ["cpu-high", "high-error-rate", "high-latency"]),
        (("image-*-prod",), ["cpu-high", "high-error-rate", "high-latency", "odd[1]"]),
        (("high-latency", "*latency*", "cpu-high"), ["cpu-high", "high-latency"]),
        (("odd[1]",), ["odd[1]"]),
        (("image-caption-gen-odd[1]-prod",), ["odd[1]"]),
    ],
)
def test_an_alarm_is_meant_by_its_name_its_short_name_or_a_pattern(
    patterns: tuple[str, ...], expected: list[str]
) -> None:
    assert chosen(*patterns) == expected


@pytest.mark.parametrize(
    "pattern", ["nobody", "cpu", "CPU-HIGH", "prod", "high", "../*", "$(id)", "x" * 5000, "[", "]["]
)
def test_a_pattern_of_nothing_is_an_error_that_names_it(pattern: str) -> None:
    with pytest.raises(errors.NotFound) as raised:
        chosen("cpu-high", pattern)
    assert repr(pattern) in raised.value.message
    assert "image-caption-gen-cpu-high-prod" in raised.value.hint


def test_a_slip_of_the_finger_is_guessed() -> None:
    with pytest.raises(errors.NotFound, match="mean image-caption-gen-high-latency-prod"):
        chosen("high-latncy")


def test_where_there_is_no_alarm_it_says_how_they_would_be_called() -> None:
    with pytest.raises(errors.NotFound) as raised:
        choose((), ("*",), PREFIX, SUFFIX)
    assert "image-caption-gen-*-prod" in raised.value.hint


def test_an_alarm_of_the_autoscaling_is_no_alarm_of_the_target_and_says_why() -> None:
    with pytest.raises(errors.NotFound) as raised:
        chosen("TargetTracking-service/c/s-AlarmHigh-1")
    assert "never silenced" in raised.value.hint


@pytest.mark.parametrize("patterns", [("",), ("cpu-high", "  ")])
def test_an_empty_name_never_means_all(patterns: tuple[str, ...]) -> None:
    with pytest.raises(errors.UsageProblem):
        check_patterns(patterns)


def test_what_was_named_is_told_from_what_a_pattern_covers() -> None:
    found = choose(ALARMS, ("cpu-high", "*"), PREFIX, SUFFIX)
    assert [it.typed for it in found] == [True, False, False, False]


def test_a_composite_that_looks_at_a_chosen_alarm_is_known() -> None:
    name = ALARMS[0].name
    outer = alarm("any", kind="composite", rule=f'ALARM("{name}") OR ALARM({ALARMS[1].name})')
    longer = alarm("other", kind="composite", rule=f"ALARM({name}-2)")
    found = choose((*ALARMS, outer, longer), ("cpu-high", "high-error-rate"), PREFIX, SUFFIX)
    assert [it.within for it in found] == [(outer.name,), (outer.name,)]
    (alone,) = choose((*ALARMS, outer), ("any",), PREFIX, SUFFIX)
    assert alone.within == ()


def test_many_names_are_counted() -> None:
    assert listed(["a", "b"]) == "a, b"
    assert listed(["a", "b", "c", "d", "e"]) == "a, b, c and 2 more"
