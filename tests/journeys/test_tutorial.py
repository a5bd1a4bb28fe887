"""The tutorial and the README's examples, typed at a terminal: what they show is what comes.

OPSCTL_WRITE_DOCS=1 puts what comes in place of what they show.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from pathlib import Path

import demo
import pages
import playing
import pytest
from demo import FILMED
from pages import Block
from playing import Player

from opsctl.sandbox import control

pytestmark = pytest.mark.journey
TUTORIAL, README = pages.ROOT / "docs/tutorial.md", pages.ROOT / "README.md"


@pytest.fixture
def environ(tmp_path: Path) -> Iterator[dict[str, str]]:
    """The environment of somebody who has installed opsctl and nothing else; its sandbox ends."""
    program = tmp_path / "bin/opsctl"
    program.parent.mkdir()
    program.write_text(f'#!/bin/sh\nexec {sys.executable} -P -m opsctl "$@"\n')
    program.chmod(0o700)
    kept = {it: value for it, value in os.environ.items() if not it.startswith(("AWS_", "OPSCTL_"))}
    places = {f"XDG_{it.upper()}_HOME": str(tmp_path / it) for it in ("state", "config", "cache")}
    path = f"{program.parent}:{os.environ['PATH']}"
    made = {
        **kept,
        **places,
        "HOME": str(tmp_path),
        "PATH": path,
        "LOGNAME": "kim",
        "LANG": "C.UTF-8",
    }
    yield made
    control.down(made)


def console(page: Path) -> list[Block]:
    return [it for it in pages.blocks(page) if it.language == "console"]


def test_what_the_pages_show_is_what_comes(environ: dict[str, str], tmp_path: Path) -> None:
    tutorial, readme = len(console(TUTORIAL)), len(console(README))
    up_and_look, rest = range(2), range(2, tutorial)
    player = Player(environ, tmp_path, FILMED)
    wrong = []
    # The README's examples are of a sandbox that has just been brought up.
    for page, number in (
        *((TUTORIAL, it) for it in up_and_look),
        *((README, it) for it in range(readme)),
        *((TUTORIAL, it) for it in rest),
    ):
        # Looked for anew each time: the blocks before it may have been written anew.
        block = console(page)[number]
        played = player.play(block)
        if os.environ.get("OPSCTL_WRITE_DOCS"):
            playing.write(block, played)
            continue
        for (command, ran), (_, shown) in zip(played, block.played(), strict=True):
            if it := playing.differs(shown, ran.lines):
                wrong.append(f"{block}\n$ {command}\n{it}")
    wrong += demo.differs(player.recording)
    assert not wrong, "stale: OPSCTL_WRITE_DOCS=1 pytest " + "\n\n".join(wrong)
