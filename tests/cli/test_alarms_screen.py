"""What `alarms list` shows."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from silencing import WHO, at

from opsctl.cli.alarms_screen import screen
from opsctl.reports.alarms import Alarms, AlarmStatus
from opsctl.terminal import layout

CALM = AlarmStatus("calm", "metric", "OK", at(0), "fine", True)
LOUD = AlarmStatus("loud", "metric", "ALARM", at(0), "Threshold Crossed: 5 > 1", True)


def shown(*alarms: AlarmStatus, **words: Any) -> str:
    found = Alarms(alarms, **{"known": len(alarms), **words})
    return "".join(f"{line}\n" for line in layout.lines(screen(found, "prod"), colour=False))


def test_what_is_in_alarm_says_since_when_and_why() -> None:
    text = shown(CALM, LOUD)
    assert text.startswith("1 in ALARM of 2\n")
    assert "ALARM  11-23 12:00  loud" in text
    assert "loud: Threshold Crossed: 5 > 1" in text
    assert "calm: " not in text


def test_a_silence_is_told_with_its_end_who_and_why() -> None:
    silent = replace(LOUD, silenced_until=at(30), silenced_by=WHO, silenced_why="drill")
    text = shown(silent)
    assert "1 silent" in text
    assert "loud: silenced until 11-23 12:30 UTC, alice: drill" in text


def test_one_silence_of_several_alarms_is_told_once() -> None:
    silent = replace(CALM, silenced_until=at(30), silenced_by=WHO, silenced_why="drill")
    text = shown(silent, replace(silent, name="other"))
    assert text.count("silenced until") == 1
    assert "2 alarms: silenced until 11-23 12:30 UTC, alice: drill" in text


def test_switched_off_actions_say_that_nothing_ends_them() -> None:
    silent = replace(LOUD, silenced_until=at(30), silenced_by=WHO, actions_enabled=False)
    assert "nothing ends it by itself" in shown(silent)


def test_an_overdue_silence_is_shouted_with_the_command_that_ends_it() -> None:
    late = replace(
        CALM, silenced_until=at(-5), silenced_by=WHO, actions_enabled=False, overdue=True
    )
    text = shown(late)
    assert "calm: its actions are still off, although alice wanted that only until" in text
    assert "opsctl alarms unsilence --expired -e prod" in text
    assert "11-23 11:55, OVER" in text


def test_actions_off_by_others_are_told_apart() -> None:
    assert "actions off" in shown(replace(CALM, actions_enabled=False))


def test_that_no_alarm_is_known_comes_first() -> None:
    assert shown().startswith("NO ALARM IS KNOWN")
    assert "ALARM of 4" in shown(known=4)


def test_a_schedule_of_others_and_what_could_not_be_read_are_told() -> None:
    text = shown(replace(CALM, silenced_by="mute rule night"), unknown=("mute rules: not allowed",))
    assert "silenced by a schedule, mute rule night" in text
    assert "not looked at: mute rules: not allowed" in text


def test_what_comes_from_aws_is_text_and_moves_no_cursor() -> None:
    text = shown(replace(LOUD, reason="[bold]5[/bold] \x1b]0;pwn\x07 > 1"))
    assert "[bold]5[/bold]" in text
    assert "\x1b" not in text
    assert "\x07" not in text


def test_lines_without_a_reason_fit_eighty_columns() -> None:
    name = "image-caption-gen-high-error-rate-local"
    text = shown(replace(CALM, name=name, silenced_until=at(30), silenced_by="a", state="OK"))
    table = next(line for line in text.splitlines() if name in line)
    assert len(table) <= 80
