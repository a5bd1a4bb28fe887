"""What a shell exports so that the plain `aws` CLI talks to the sandbox."""

from __future__ import annotations

import os
import shlex
from collections.abc import Mapping

from opsctl import errors
from opsctl.sandbox.state_files import StateFiles, running

UNSET = ("AWS_PROFILE", "AWS_SESSION_TOKEN", "AWS_DEFAULT_PROFILE", "AWS_ROLE_ARN")
SHELLS = ("sh", "fish")


def variables(environ: Mapping[str, str] = os.environ) -> dict[str, str]:
    """Values by name. Raises Unreachable while the sandbox is down."""
    found = running(StateFiles(environ))
    if found is None:
        raise errors.Unreachable("The sandbox is not running.", hint="opsctl sandbox up")
    return {
        "AWS_ENDPOINT_URL": found["endpoint"],
        "AWS_ACCESS_KEY_ID": found["made"]["access_key_id"],
        "AWS_SECRET_ACCESS_KEY": found["made"]["secret_access_key"],
        "AWS_REGION": found["region"],
        "AWS_DEFAULT_REGION": found["region"],
        "AWS_PAGER": "",
    }


def lines(values: Mapping[str, str], shell: str = "sh") -> list[str]:
    """Commands for `eval`, quoted. Raises UsageProblem for a shell it does not know."""
    if shell == "sh":
        exports = [f"export {name}={shlex.quote(value)}" for name, value in values.items()]
        return [*exports, f"unset {' '.join(UNSET)}"]
    if shell == "fish":
        exports = [f"set -gx {name} {_fish(value)};" for name, value in values.items()]
        return [*exports, *(f"set -e {name};" for name in UNSET)]
    raise errors.UsageProblem(f"Unknown shell {shell!r}: one of {', '.join(SHELLS)}.")


def _fish(value: str) -> str:
    escaped = value.replace("\\", "\\\\").replace("'", "\\'")
    return f"'{escaped}'"
