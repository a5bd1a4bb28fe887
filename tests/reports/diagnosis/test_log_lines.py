"""Lines of the log put together: alike lines count as one, durations by task."""

from __future__ import annotations

import json
from datetime import UTC, datetime

from opsctl.aws.log_events import LogEvent
from opsctl.reports.diagnosis import log_lines
from opsctl.reports.diagnosis.log_lines import Served


def event(at: int, line: object, stream: str = "ecs/app/a") -> LogEvent:
    return LogEvent(at, stream, line if isinstance(line, str) else json.dumps(line))


def test_lines_that_differ_by_numbers_count_as_one_and_the_most_frequent_comes_first() -> None:
    found = log_lines.summed_up(
        [event(2000, "plain ERROR"), event(1000, {"message": "took 12 ms"}),
         event(3000, {"message": "took 7 ms"})]
    )  # fmt: skip
    assert found
    assert found.messages == (("took 12 ms", 2), ("plain ERROR", 1))
    assert (found.count, found.first, found.last) == (
        3,
        datetime.fromtimestamp(1, UTC),
        datetime.fromtimestamp(3, UTC),
    )


def test_no_lines_are_nothing() -> None:
    assert log_lines.summed_up([]) is None


def test_an_exception_adds_its_last_line_and_a_long_line_is_cut() -> None:
    line = {"message": "failed", "exception": "Traceback\n  File\nKeyError: 'x'"}
    assert log_lines.message(json.dumps(line)) == "failed: KeyError: 'x'"
    twice = {"message": "unexpected failure: KeyError", "exception": "Traceback\nKeyError: 'x'"}
    assert log_lines.message(json.dumps(twice)) == "unexpected failure: KeyError: 'x'"
    assert len(log_lines.message("x" * 999)) == log_lines.LONGEST + 1


def test_requests_are_judged_by_task() -> None:
    found = log_lines.served(
        [event(1, {"milliseconds": 20, "path": "/"}, "a"),
         event(2, {"milliseconds": 30, "path": "/x"}, "a"),
         event(3, {"milliseconds": 1500, "path": "/slow"}, "b"),
         event(4, "milliseconds in a line that is no JSON"), event(5, [1])],
        1000,
    )  # fmt: skip
    assert found == Served(3, 30.0, 1500.0, "/slow", 2, 1)
    assert log_lines.served([event(1, "nothing")], 1000) is None
