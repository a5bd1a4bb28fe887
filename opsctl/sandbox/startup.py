"""How the sandbox's process is started, and followed until it is ready."""

from __future__ import annotations

import json
import selectors
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from typing import IO, Any

from opsctl import errors
from opsctl.sandbox.state_files import StateFiles, end, running, this_process

Report = Callable[[str], None]
"""Takes one line of progress."""

UP_WITHIN = 120.0
"""Seconds: a few on an idle machine, more where others use it."""


def start(files: StateFiles, report: Report, environ: Mapping[str, str]) -> dict[str, Any]:
    """Start the process and wait until it is ready; answers what `sandbox.json` holds.

    Raises Unreachable, with the end of the log, where it does not come up.
    """
    report("starting the sandbox: a small AWS on this machine")
    with files.log.open("ab") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", "opsctl.sandbox.server"],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            bufsize=0,  # A line left in a buffer would not wake the selector.
            stderr=log,
            start_new_session=True,
            cwd=files.folder,
            env=_clean(environ),
        )
    known = this_process(process.pid)
    if known:
        files.write(files.server, {"pid": known.pid, "created": known.created})
    try:
        if process.stdout is None or not _follow(process.stdout, report):
            raise _did_not_start(files)
    except BaseException:
        end([known] if known else [])
        end(files.known_tasks(), patience=2.0)
        files.forget()
        raise
    finally:
        if process.stdout:
            process.stdout.close()
    found = running(files)
    if found is None:
        raise _did_not_start(files)
    return found


def _clean(environ: Mapping[str, str]) -> dict[str, str]:
    """The environment without what would lead moto or its clients elsewhere."""
    from opsctl.sandbox.processes import python_path

    foreign = ("AWS_", "MOTO_", "BOTO_")
    kept = {name: value for name, value in environ.items() if not name.startswith(foreign)}
    proxies = {"http_proxy", "https_proxy", "all_proxy"}
    kept = {name: value for name, value in kept.items() if name.lower() not in proxies}
    return {**kept, "PYTHONPATH": python_path(), "AWS_EC2_METADATA_DISABLED": "true"}


def _follow(output: IO[bytes], report: Report) -> bool:
    """Pass the server's progress on; whether it became ready before it ended or time was up."""
    deadline = time.monotonic() + UP_WITHIN
    with selectors.DefaultSelector() as selector:
        selector.register(output, selectors.EVENT_READ)
        while selector.select(max(0.0, deadline - time.monotonic())):
            line = output.readline()
            if not line:
                return False
            progress = json.loads(line)
            report(progress["text"])
            if progress["stage"] in ("ready", "failed"):
                return bool(progress["stage"] == "ready")
    return False


def _did_not_start(files: StateFiles) -> errors.OpsctlError:
    try:
        tail = files.log.read_text("utf-8", "replace").splitlines()[-12:]
    except OSError:
        tail = []
    return errors.Unreachable(
        "The sandbox did not come up. The end of its log:\n" + "\n".join(tail),
        hint=f"The whole log: {files.log}",
    )
