"""GitHub, where the program `gh` is there and signed in: what the CI says of a commit."""

from __future__ import annotations

import json
from dataclasses import dataclass

from opsctl import errors
from opsctl.aws import programs
from opsctl.aws.gateway import Gateway

_GOOD = ("success", "skipped", "neutral")


@dataclass(frozen=True)
class Checks:
    """What the CI says of a commit: passed, failed, running, none, or unknown with the reason."""

    state: str
    detail: str = ""


class GitHub(Gateway):
    """Asks through `gh`. What cannot be asked is unknown, and no error."""

    def checks(self, folder: str, commit: str) -> Checks:
        """What the workflows of the checkout's repository say of a commit."""
        try:
            program = programs.find("gh", "")
            words = ["run", "list", "--commit", commit, "--limit", "100"]
            words += ["--json", "workflowName,status,conclusion"]
            extra = {"GH_PROMPT_DISABLED": "1", "NO_COLOR": "1"}
            ran = programs.run([program, *words], folder=folder, extra=extra, limit=30.0)
        except errors.BadConfig:
            return Checks("unknown", "there is no program `gh` on the PATH")
        except errors.Unreachable as error:
            return Checks("unknown", error.message)
        return _read(ran.out) if ran.code == 0 else Checks("unknown", ran.words)


def _read(text: str) -> Checks:
    """`gh run list --json …` in one word. A workflow counts by its newest run, which is first."""
    try:
        runs = json.loads(text)
        rows = {it["workflowName"]: (it["status"], it["conclusion"]) for it in reversed(runs)}
    except (ValueError, KeyError, TypeError):
        return Checks("unknown", "`gh` answered something that is not understood")
    done = {name: end for name, (status, end) in rows.items() if status == "completed"}
    bad = [name for name, end in done.items() if end not in _GOOD]
    going = rows.keys() - done.keys()
    if bad:
        return Checks("failed", ", ".join(sorted(bad)))
    if going:
        return Checks("running", ", ".join(sorted(going)))
    return Checks("passed", ", ".join(sorted(rows))) if rows else Checks("none")
