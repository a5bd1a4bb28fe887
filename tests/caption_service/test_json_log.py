"""The log: one JSON object a line."""

import json
import logging
import sys

from opsctl.caption_service.json_log import JsonLines, request_id


def line(level: int, message: str, **more: object) -> dict[str, object]:
    record = logging.LogRecord("caption", level, __file__, 1, message, (), None)
    record.__dict__.update(more)
    text = JsonLines({"version": "1.0.0", "task": ""}).format(record)
    assert "\n" not in text
    found: dict[str, object] = json.loads(text)
    return found


def test_an_error_is_spelled_as_the_runbook_searches_for_it() -> None:
    assert line(logging.ERROR, "no")["level"] == "ERROR"


def test_a_line_holds_its_fields_and_the_request_it_belongs_to() -> None:
    token = request_id.set("abc")
    try:
        found = line(logging.INFO, "hello", fields={"status": 200})
    finally:
        request_id.reset(token)

    assert (found["status"], found["request_id"], found["version"]) == (200, "abc", "1.0.0")
    assert "task" not in found


def test_a_traceback_stays_on_its_line() -> None:
    try:
        raise ValueError("torn")
    except ValueError:
        found = line(logging.ERROR, "failed", exc_info=sys.exc_info())

    assert "ValueError: torn" in str(found["exception"])


def test_no_logger_is_called_like_an_error() -> None:
    record = logging.LogRecord("uvicorn.error", logging.INFO, __file__, 1, "started", (), None)

    assert json.loads(JsonLines({}).format(record))["logger"] == "uvicorn"
