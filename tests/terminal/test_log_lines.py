"""Log events as lines."""

from __future__ import annotations

import json

from opsctl.aws.log_events import LogEvent
from opsctl.terminal.log_lines import JsonLines, LogLines

AT = 1_795_487_580_507


def _event(message: str, at: int = AT) -> LogEvent:
    return LogEvent(at, "ecs/app/0123456789abcdef", message, "id1")


def test_time_task_and_message() -> None:
    text = LogLines(colour=False).text([_event("plain\n"), _event('{"level": "INFO", "msg": "x"}')])
    assert text == (
        "2026-11-24 02:33:00.507 01234567 plain\n2026-11-24 02:33:00.507 01234567 INFO    x\n"
    )


def test_the_time_moves_on() -> None:
    lines = LogLines(colour=False, date=False)
    text = lines.text([_event("a"), _event("b", AT + 999), _event("c", AT)])
    assert [line[:12] for line in text.splitlines()] == [
        "02:33:00.507",
        "02:33:01.506",
        "02:33:00.507",
    ]


def test_raw_is_the_messages_alone() -> None:
    assert LogLines(colour=True, raw=True).text([_event('{"a": 1}\n')]) == '{"a": 1}\n'


def test_nothing_that_a_container_wrote_reaches_the_terminal_as_control_bytes() -> None:
    hostile = "a\x1b[31m\x07\x00\u202eb \ud83d\nforged"
    for lines in (LogLines(colour=False), LogLines(colour=False, raw=True), JsonLines()):
        text = lines.text([_event(hostile), _event(json.dumps({"message": hostile}))])
        assert not any(it in text for it in "\x1b\x07\x00")
        text.encode()


def test_json_that_is_none_is_shown_as_it_is() -> None:
    for message in ('{"open', "{}x", "[1]", '{"a": ' * 2000):
        assert message.rstrip() in LogLines(colour=False).text([_event(message)])


def test_colours_are_only_for_a_terminal() -> None:
    event = _event('{"level": "ERROR", "message": "x", "k": 1}')
    assert "\x1b" not in LogLines(colour=False).text([event])
    assert "\x1b[1;31mERROR" in LogLines(colour=True).text([event])


def test_json_lines_hold_the_message_and_its_fields() -> None:
    text = JsonLines().text([_event('{"n": 1}'), _event("plain \x9b")])
    one, other = map(json.loads, text.splitlines())
    assert one == {
        "at": "2026-11-24T02:33:00.507+00:00",
        "stream": "ecs/app/0123456789abcdef",
        "message": '{"n": 1}',
        "id": "id1",
        "fields": {"n": 1},
    }
    assert other["fields"] is None
    assert other["message"] == "plain \x9b"
    assert "\x9b" not in text


def test_json_lines_take_half_characters() -> None:
    assert json.loads(JsonLines().text([_event("half \ud83d")]))["message"] == "half \ud83d"


def test_programs_get_json_lines_as_they_were_written() -> None:
    line = '{"level": "ERROR",  "message": "x"}'
    assert line in LogLines(colour=False, apart=False).text([_event(line)])
