"""The operator's own address, as far as this machine can tell without asking anybody."""

from __future__ import annotations

import ipaddress
import os
from collections.abc import Mapping

from opsctl.errors import UsageProblem


def known(said: str, environ: Mapping[str, str] | None = None) -> tuple[str, ...]:
    """What --my-ip says, and where the SSH session comes from. Raises UsageProblem.

    No service is asked: in an incident it may be unreachable, and it would learn of it.
    """
    environ = os.environ if environ is None else environ
    found = []
    if said:
        try:
            found.append(str(ipaddress.ip_address(said.strip())))
        except ValueError as error:
            raise UsageProblem(f"--my-ip: {error}", hint="Write one address.") from error
    if remote := environ.get("SSH_CONNECTION", "").partition(" ")[0].partition("%")[0]:
        try:
            found.append(str(ipaddress.ip_address(remote)))
        except ValueError:
            return tuple(found)
    return tuple(dict.fromkeys(found))
