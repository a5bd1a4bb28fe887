"""The log: one JSON object a line on stdout, the level spelled `ERROR` as the runbook greps it."""

from __future__ import annotations

import json
import logging
import sys
from contextvars import ContextVar
from datetime import UTC, datetime

request_id: ContextVar[str] = ContextVar("request_id", default="")


class JsonLines(logging.Formatter):
    """Formats a record as `{"time", "level", "logger", "message", ...}`, UTC, one line."""

    def __init__(self, always: dict[str, str]) -> None:
        super().__init__()
        self.always = {name: value for name, value in always.items() if value}

    def format(self, record: logging.LogRecord) -> str:
        """The record as one line of JSON; an exception is a field, not further lines."""
        line: dict[str, object] = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            # uvicorn calls its main log `uvicorn.error`, which a search for errors would find.
            "logger": record.name.removesuffix(".error"),
            "message": record.getMessage(),
            **self.always,
        }
        if request_id.get():
            line["request_id"] = request_id.get()
        line.update(getattr(record, "fields", {}))
        if record.exc_info:
            line["exception"] = self.formatException(record.exc_info)
        return json.dumps(line, ensure_ascii=False, default=str)


def start(*, version: str, task_id: str) -> None:
    """Send every logger of the process to stdout as JSON lines."""
    handler = logging.StreamHandler(sys.stdout)
    handler.setFormatter(JsonLines({"version": version, "task": task_id}))
    logging.basicConfig(level=logging.INFO, handlers=[handler], force=True)
    # Its connection chatter is not the service's; botocore at DEBUG would even print secrets.
    for noisy in ("botocore", "boto3", "urllib3", "PIL", "multipart", "uvicorn.access"):
        logging.getLogger(noisy).setLevel(logging.WARNING)
