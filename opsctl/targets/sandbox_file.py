"""What the running sandbox says about itself: where it listens, and what its things are called."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any


def path(environ: Mapping[str, str]) -> Path:
    """`$XDG_STATE_HOME/opsctl/sandbox/sandbox.json`, which the sandbox writes when it is up."""
    home = environ.get("XDG_STATE_HOME") or str(Path("~/.local/state").expanduser())
    return Path(home) / "opsctl" / "sandbox" / "sandbox.json"


def running(environ: Mapping[str, str]) -> dict[str, Any]:
    """The file's content while its process lives, otherwise empty.

    Shape: `{"endpoint": url, "app_url": url, "account": "…", "region": "…", "pid": 1,
    "names": {a field of Target: its value}}`.
    """
    try:
        found = json.loads(path(environ).read_text("utf-8"))
        process = int(found["pid"])
    except (OSError, ValueError, KeyError, TypeError):
        return {}
    return found if _lives(process) else {}


def _lives(process: int) -> bool:
    try:
        os.kill(process, 0)
    except PermissionError:
        return True
    except OSError:
        return False
    return True
