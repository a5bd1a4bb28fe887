"""A Dockerfile taken apart: its instructions, each with its words, by stage."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

PATH = Path(__file__).parents[1] / "opsctl" / "caption_service" / "Dockerfile"


@dataclass(frozen=True)
class Instruction:
    """One instruction, its lines joined; `stage` counts from 0, -1 stands before the first."""

    name: str
    words: str
    stage: int


def read(text: str) -> list[Instruction]:
    """Its instructions, without comments, in order."""
    lines = "\n".join(it for it in text.splitlines() if not it.lstrip().startswith("#"))
    found, stage = [], -1
    for line in re.sub(r"\s*\\\n\s*", " ", lines).splitlines():
        if not line.strip():
            continue
        name, _, words = line.strip().partition(" ")
        stage += name == "FROM"
        found.append(Instruction(name, words.strip(), stage))
    return found
