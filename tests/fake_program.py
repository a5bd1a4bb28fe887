"""opsctl already imported (see `warm`), with the command `fake` of the folder it is called in."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import paper_terminal
import warm
import warm_opsctl

from opsctl.cli.registry import COMMANDS


def main(words: list[str]) -> int:
    """opsctl's own main, where the folder's `fake_commands` can be imported."""
    if sys.stdin.isatty():
        os.setsid()
        paper_terminal.make_controlling(0)
    sys.path.insert(0, str(Path.cwd()))
    return warm_opsctl.main(words)


if __name__ == "__main__":
    COMMANDS["fake"] = ("fake_commands", "Ends in every way.")
    warm_opsctl.warmed()
    warm.serve(sys.argv[1], main)
