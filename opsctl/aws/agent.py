"""How opsctl names itself to AWS: its version, and the command that asks.

CloudTrail keeps it with each event as `userAgent`, so that who looks there later sees which
command made a call; the sandbox tells by it what each command needs to be allowed.
"""

from __future__ import annotations

import re

import opsctl

_MARK = "md/command#"
# What a token of a User-Agent may not hold (RFC 9110), and the separators of botocore's own.
_OTHER = re.compile(r"[^A-Za-z0-9.-]+")
_COMMAND = re.compile(r"(?:^|\s)md/command#(?P<words>[A-Za-z0-9.-]+)")


def named(command: str) -> str:
    """`opsctl/0.1.0 md/command#scale.count`; without the second part for no command."""
    words = ".".join(_OTHER.sub("", word) for word in command.split())
    own = f"opsctl/{opsctl.__version__}"
    return f"{own} {_MARK}{words}" if words else own


def command_of(agent: str) -> str:
    """The words of the command that a User-Agent names: `scale count`; or ""."""
    found = _COMMAND.search(agent)
    return found["words"].replace(".", " ") if found else ""
