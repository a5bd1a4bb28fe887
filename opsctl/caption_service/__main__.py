"""The process of one task: `python -m opsctl.caption_service`."""

from __future__ import annotations

import logging
import os
import signal
import sys
from typing import NoReturn

from opsctl.caption_service import faults, json_log, parent, settings

GRACE_SECONDS = 25
"""Longer than any request takes; ECS kills after 30."""


def main() -> int:
    """Serve until SIGTERM, finishing the requests in flight. Answers the exit code."""
    try:
        own = settings.from_environment()
    except settings.BadSettings as problem:
        print(problem, file=sys.stderr)  # noqa: T201 - there is no log yet
        return 1
    json_log.start(version=own.version, task_id=own.task_id)
    faults.crash_if_asked(own.fault)
    parent.watch(own.sandbox_pid)
    return _serve(own)


def _serve(own: settings.Settings) -> int:
    import uvicorn

    from opsctl.caption_service.application import create

    switches = faults.Faults(own.fault)
    config = uvicorn.Config(
        create(own, switches),
        host=own.host,
        port=own.port,
        log_config=None,
        access_log=False,
        timeout_graceful_shutdown=GRACE_SECONDS,
        timeout_keep_alive=30,
        server_header=False,
    )
    # uvicorn raises SIGTERM again after it has ended: a graceful stop would then exit 143, not 0.
    signal.signal(signal.SIGTERM, lambda _number, _frame: sys.exit(0))
    switches.listen()
    logging.getLogger(__name__).info(
        "starting", extra={"fields": {"port": own.port, "api_key": own.key_fingerprint}}
    )
    uvicorn.Server(config).run()
    return 0


def _end(code: int) -> NoReturn:
    """End at once: taking the modules apart would keep whoever stops the task waiting for 0.3 s."""
    logging.shutdown()
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(code)


if __name__ == "__main__":
    try:
        code = main()
    except SystemExit as ended:
        code = ended.code if isinstance(ended.code, int) else 1
    _end(code)
