"""The newest error lines: late ones too, and each once."""

from __future__ import annotations

import contextlib
from datetime import UTC, datetime, timedelta

from opsctl.aws import Aws
from opsctl.reports import error_lines
from opsctl.reports.error_lines import ErrorLines

BEGAN = datetime.now(UTC).replace(microsecond=0) - timedelta(minutes=5)


def write(aws: Aws, *events: tuple[float, str]) -> None:
    """(seconds after the beginning, message) in a stream of the service."""
    client, group = aws.client("logs"), aws.target.log_group
    with aws.changing():
        with contextlib.suppress(client.exceptions.ResourceAlreadyExistsException):
            client.create_log_stream(logGroupName=group, logStreamName="app/app/errors")
        at = int(BEGAN.timestamp() * 1000)
        client.put_log_events(
            logGroupName=group,
            logStreamName="app/app/errors",
            logEvents=[{"timestamp": at + int(s * 1000), "message": text} for s, text in events],
        )


def texts(lines: ErrorLines) -> list[str]:
    return [it.message for it in lines.lines]


def test_late_and_repeated_lines_are_shown_once(local: Aws) -> None:
    now = BEGAN + timedelta(seconds=10)
    lines = ErrorLines(local, lambda: now)
    write(local, (0, "ERROR one"), (0, "ERROR one"), (1, "all is well"))
    lines.look()
    assert texts(lines) == ["ERROR one", "ERROR one"], "two lines that are alike are two lines"
    now = BEGAN + timedelta(seconds=40)
    write(local, (5, "ERROR late"), (30, "ERROR new"))
    lines.look()
    lines.look()
    assert texts(lines)[2:] == ["ERROR late", "ERROR new"]
    assert len(lines._seen) <= 4


def test_only_the_newest_are_kept(local: Aws) -> None:
    now = BEGAN + timedelta(minutes=3)
    write(local, *((100 + n / 10, f"ERROR {n}") for n in range(error_lines.KEPT + 50)))
    lines = ErrorLines(local, lambda: now)
    lines.look()
    assert len(lines.lines) == error_lines.KEPT
    assert texts(lines)[-1] == f"ERROR {error_lines.KEPT + 49}"
