"""The demo in docs/demo: what it shows, where it lies, and how it is compared and made anew."""

from __future__ import annotations

import os
import re

import pages
import playing
from recording import Recording

PICTURE = pages.ROOT / "docs/demo/demo.svg"
TRANSCRIPT = pages.ROOT / "docs/demo/transcript.txt"
FILMED = (
    "opsctl status -e local",
    "opsctl deploy 1.3.0 -e local",
    'opsctl deploy 1.4.0-crash -e local; echo "exit code $?"',
    "opsctl rollback -e local",
    'opsctl diagnose auth --since 5m -e local; echo "exit code $?"',
)
"""Commands of the tutorial; the demo is recorded while that is played."""

KEY = re.compile(r"HEALTHY|Steps|  \d\. |\? |Done|Undo|Next|Error|Hint|exit code|    →")
"""How the lines begin that tell the story; the rest may differ from time to time."""


def scenes() -> list[tuple[str, list[str]]]:
    """Each command of the transcript with what it showed."""
    text = TRANSCRIPT.read_text(encoding="utf-8")
    block = pages.Block(TRANSCRIPT, 0, "console", tuple(text.splitlines()))
    return block.played()


def differs(recording: Recording) -> list[str]:
    """What of the transcript does not come any more; with OPSCTL_WRITE_DOCS it is made anew."""
    if os.environ.get("OPSCTL_WRITE_DOCS"):
        PICTURE.parent.mkdir(exist_ok=True)
        PICTURE.write_text(recording.svg(), encoding="utf-8")
        TRANSCRIPT.write_text(recording.transcript(), encoding="utf-8")
    wrong = []
    for (command, shown), (_, real) in zip(scenes(), recording.scenes, strict=True):
        there = {playing.same(line) for line in real}
        lost = [it for it in shown if KEY.match(it) and playing.same(it) not in there]
        if lost:
            wrong.append(f"{TRANSCRIPT.name}\n$ {command}\n" + "\n".join(lost))
    return wrong
