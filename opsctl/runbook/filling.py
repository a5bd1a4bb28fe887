"""A section with the names of one environment in place of those that it is written with."""

from __future__ import annotations

import re
from collections.abc import Mapping

from opsctl.runbook import Runbook, Section

WRITTEN_FOR = "prod"
"""The environment that the runbook speaks of."""

_ENV = re.compile(rf"(--env|-e) {WRITTEN_FOR}\b")
_ALARM = re.compile(rf"\bimage-caption-gen-([\w-]+)-{WRITTEN_FOR}\b")
_BASH = re.compile(r"^```bash\n", re.MULTILINE)


def filled(
    section: Section,
    book: Runbook,
    env: str,
    *,
    names: Mapping[str, str],
    variables: Mapping[str, str],
    alarm: str,
) -> str:
    """The section's Markdown for an environment.

    `names`: a name as the runbook writes it → as it is there. `variables`: a shell variable of
    *By hand* → its value. `alarm` is the form of an alarm's name, with `{}` for what it is
    called. What is empty is left as it is written.
    """
    before, label, by_hand = section.text.partition("**By hand**")
    setup = next(iter(_BASH.split(book.head)[1:]), "").partition("```")[0]
    if setup:
        by_hand = _BASH.sub(lambda fence: f"{fence[0]}{setup}```\n\n{fence[0]}", by_hand, count=1)
    text = _ENV.sub(rf"\1 {env}", f"{before}{label}{by_hand}")
    for name, value in variables.items():
        if value:
            kept = f"{name}={value}".replace("\\", r"\\")
            text = re.sub(rf"\b{name}=[^\s`$]+", kept, text)
    return _ALARM.sub(lambda it: alarm.format(it[1]), _renamed(text, names))


def _renamed(text: str, names: Mapping[str, str]) -> str:
    known = {written: value for written, value in names.items() if written and value}
    if not known:
        return text
    longest_first = sorted(known, key=len, reverse=True)
    each = "|".join(re.escape(it) for it in longest_first)
    return re.sub(rf"(?<![\w-])(?:{each})(?![\w-])", lambda it: known[it[0]], text)
