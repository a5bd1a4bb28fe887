"""The page on game days lists each way to break the sandbox, with the cause that is found."""

from __future__ import annotations

import ast
import re

import pages

from opsctl.sandbox.breakage import DEFAULT_SECONDS, KINDS

PAGE = pages.ROOT / "docs/how-to/game-day.md"
JOURNEY = pages.ROOT / "tests/journeys/test_diagnosis.py"
"""It shows that diagnose names the cause; the page must say the same."""


def lasts(kind: str) -> str:
    seconds = DEFAULT_SECONDS[kind]
    return "once" if not seconds else f"{seconds / 60:g} min" if seconds > 60 else f"{seconds:g} s"


def test_each_kind_is_listed_with_its_cause_and_how_long_it_lasts() -> None:
    (causes,) = [
        ast.literal_eval(it.value)
        for it in ast.parse(JOURNEY.read_text(encoding="utf-8")).body
        if isinstance(it, ast.Assign) and ast.unparse(it.targets[0]) == "KINDS"
    ]
    rows = [
        [cell.strip(" `") for cell in line.strip("|").split("|")]
        for line in PAGE.read_text(encoding="utf-8").splitlines()
        if re.match(r"\| `[a-z-]+` \|", line)
    ]
    listed = {(row[0], row[3], row[4]) for row in rows[1:]}
    assert listed == {(kind, dict(causes)[kind], lasts(kind)) for kind in KINDS}
