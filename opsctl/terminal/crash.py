"""The traceback of a failure, kept in a file that only its owner can read."""

from __future__ import annotations

import os
import tempfile
import traceback
from pathlib import Path

from opsctl.state import state_directory


def keep(error: BaseException) -> Path:
    """Writes the traceback below $XDG_STATE_HOME/opsctl/crashes, mode 0600, and answers where."""
    folder = state_directory() / "crashes"
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    # mkstemp makes it 0600 from the first moment.
    handle, name = tempfile.mkstemp(prefix="traceback-", suffix=".txt", dir=folder)
    with os.fdopen(handle, "w", encoding="utf-8", errors="replace") as file:
        file.writelines(traceback.format_exception(error))
    return Path(name)
