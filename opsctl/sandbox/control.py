"""The sandbox from outside: up, down, status; break, heal, fill."""

from __future__ import annotations

import contextlib
import fcntl
import importlib.util
import json
import os
import re
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping
from typing import Any

from opsctl import errors
from opsctl.sandbox import pace, startup
from opsctl.sandbox.startup import Report
from opsctl.sandbox.state_files import StateFiles, end, is_alive, running

NEEDED = ("moto", "flask", "fastapi", "uvicorn", "httpx", "psutil", "PIL", "multipart")
LOCK_WITHIN = 150.0
_USER = re.compile(r"[A-Za-z0-9_.@+-]{1,128}")


def up(report: Report = lambda _: None, environ: Mapping[str, str] = os.environ) -> dict[str, Any]:
    """Bring the sandbox up, or find it up. Answers what `sandbox.json` holds.

    Raises BadConfig where the `sandbox` extra is not installed or one of the sandbox's variables
    has a wrong value, and Unreachable where the process does not come up.
    """
    from opsctl.sandbox import processes

    check_installed()
    pace.from_environment(environ)
    processes.start_method(environ)
    files = StateFiles(environ)
    files.make_folder()
    with _only_one(files, report):
        found = running(files)
        if found:
            return found
        sweep(files, report)
        return startup.start(files, report, environ)


def down(environ: Mapping[str, str] = os.environ) -> bool:
    """End the sandbox and its tasks. Answers whether there was anything to end."""
    check_installed()
    files = StateFiles(environ)
    if not files.folder.exists():
        return False
    server = files.known_server()
    was_up = bool(server and is_alive(server))
    if server:
        end([server])
    left = [each for each in files.known_tasks() if is_alive(each)]
    end(left, patience=2.0)
    files.forget()
    return was_up or bool(left)


def status(environ: Mapping[str, str] = os.environ) -> dict[str, Any]:
    """`{"running": False}`, or what `sandbox.json` holds with `running` and `uptime` in seconds."""
    check_installed()
    files = StateFiles(environ)
    found = running(files)
    if found is None:
        if files.folder.exists():
            sweep(files, lambda _: None)
        return {"running": False}
    return {
        **found,
        "running": True,
        "uptime": round(time.time() - found["created"], 1),
        "broken": ask(found["endpoint"], "GET", "break"),
        "log": str(files.log),
    }


def break_kind(
    kind: str, seconds: float | None = None, environ: Mapping[str, str] = os.environ
) -> dict[str, Any]:
    """Break something; answers what is broken and for how many seconds more."""
    body = {"kind": kind} if seconds is None else {"kind": kind, "for": seconds}
    answer: dict[str, Any] = ask(_endpoint(environ), "POST", "break", body)
    return answer


def heal(environ: Mapping[str, str] = os.environ) -> None:
    """Take back what was broken."""
    ask(_endpoint(environ), "DELETE", "break")


def fill(
    user: str, objects: dict[str, Any], items: int, environ: Mapping[str, str] = os.environ
) -> dict[str, int]:
    """Give a user very much data; `objects` is what `filling` takes, without bucket and prefix.

    Answers how many there are more: objects, versions, markers, uploads, bytes, items. Raises
    UsageProblem for a name that no user can have, and for numbers that are too large.
    """
    if not _USER.fullmatch(user):
        raise errors.UsageProblem(
            f"{user!r} is no name of a user.", hint="Letters, digits and any of _ . @ + - will do."
        )
    found = _running(environ)
    endpoint, names = found["endpoint"], found["names"]
    place = {"bucket": names["bucket"], "prefix": f"images/{user}/"}
    made: dict[str, int] = ask(endpoint, "POST", "fill", {**place, **objects})
    rows = {"table": names["table"], "key": {"PK": f"USER#{user}"}, "items": items}
    awkward = objects.get("awkward", False)
    made |= ask(endpoint, "POST", "fill", {**rows, "awkward": awkward})
    return made


def ask(endpoint: str, method: str, name: str, body: Any = None) -> Any:
    """One request to the sandbox's own controls. Raises Unreachable, or UsageProblem (HTTP 400)."""
    request = urllib.request.Request(  # noqa: S310 - always http://127.0.0.1
        f"{endpoint}/_sandbox/{name}",
        method=method,
        data=None if body is None else json.dumps(body).encode(),
    )
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        with opener.open(request, timeout=30) as answer:
            return json.load(answer)
    except urllib.error.HTTPError as error:
        raise errors.UsageProblem(json.load(error).get("error", str(error))) from error
    except OSError as error:
        raise errors.Unreachable(
            f"The sandbox does not answer at {endpoint}: {error}", hint="opsctl sandbox up"
        ) from error


def check_installed() -> None:
    """Raises BadConfig when the `sandbox` extra is missing."""
    missing = [name for name in NEEDED if importlib.util.find_spec(name) is None]
    if missing:
        raise errors.BadConfig(
            f"The sandbox needs packages that are not installed: {', '.join(missing)}.",
            hint="pip install 'opsctl[sandbox]'",
        )


def sweep(files: StateFiles, report: Report) -> None:
    """Clear away what a killed sandbox or a reboot has left."""
    server = files.known_server()
    left = [each for each in files.known_tasks() if is_alive(each)]
    if server and is_alive(server):
        if files.read(files.sandbox) is None and _is_starting(files):
            return
        left.append(server)
    if left:
        report(f"ending {len(left)} processes of a sandbox that is gone")
        end(left, patience=3.0)
    files.forget()


def _is_starting(files: StateFiles) -> bool:
    """Whether another `up` holds the lock now."""
    with files.lock.open("a") as handle:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            return True
        return False


@contextlib.contextmanager
def _only_one(files: StateFiles, report: Report) -> Iterator[None]:
    """Two `up` at once: the second waits, and finds the sandbox of the first."""
    deadline = time.monotonic() + LOCK_WITHIN
    told = False
    with files.lock.open("a") as handle:
        while True:
            try:
                fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            except OSError:
                if not told:
                    report("another `opsctl sandbox up` is under way; waiting for it")
                    told = True
                if time.monotonic() > deadline:
                    raise errors.Locked(
                        "Another `opsctl sandbox up` has not ended.",
                        hint="opsctl sandbox down",
                    ) from None
                time.sleep(0.1)
        yield


def _endpoint(environ: Mapping[str, str]) -> str:
    return str(_running(environ)["endpoint"])


def _running(environ: Mapping[str, str]) -> dict[str, Any]:
    found = running(StateFiles(environ))
    if found is None:
        raise errors.Unreachable("The sandbox is not running.", hint="opsctl sandbox up")
    return found
