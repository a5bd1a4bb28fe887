"""GitHub, where the program `gh` is there and signed in: what it says of a commit."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from opsctl import errors
from opsctl.aws import programs
from opsctl.aws.gateway import Gateway
from opsctl.aws.programs import Ran

_GOOD = ("success", "skipped", "neutral")
_NOT_UNDERSTOOD = "`gh` answered something that is not understood"
_OF_PULL = "number,url,state,mergedAt,reviewDecision,latestReviews"


@dataclass(frozen=True)
class Checks:
    """What the CI says of a commit: passed, failed, running, none, or unknown with the reason."""

    state: str
    detail: str = ""


@dataclass(frozen=True)
class Review:
    """What the pull request of a commit says: approved, rejected, unapproved, open (not merged),
    none (there is no pull request), or unknown with the reason."""

    state: str
    detail: str = ""
    """`#12, approved by kim`"""
    number: int = 0
    url: str = ""


class GitHub(Gateway):
    """Asks through `gh`. What cannot be asked is unknown, and no error."""

    def checks(self, folder: str, commit: str) -> Checks:
        """What the workflows of the checkout's repository say of a commit."""
        words = ["run", "list", "--commit", commit, "--limit", "100"]
        words += ["--json", "workflowName,status,conclusion"]
        ran = _gh(folder, *words)
        if isinstance(ran, str):
            return Checks("unknown", ran)
        return _read(ran.out) if ran.code == 0 else Checks("unknown", ran.words)

    def review(self, folder: str, commit: str) -> Review:
        """What the pull request that brought a commit in says: whether it was approved.

        Of several pull requests with the commit, the merged one counts that was made last.
        """
        # Also right for a squashed or rebased commit, which no search for pull requests finds.
        found = _asked(folder, "api", f"repos/{{owner}}/{{repo}}/commits/{commit}/pulls")
        if isinstance(found, Review):
            return found
        try:
            pulls = [(bool(it["merged_at"]), int(it["number"])) for it in found]
        except (KeyError, TypeError, ValueError):
            return Review("unknown", _NOT_UNDERSTOOD)
        if not pulls:
            return Review("none")
        told = _asked(folder, "pr", "view", str(max(pulls)[1]), "--json", _OF_PULL)
        if isinstance(told, Review):
            return told
        try:
            return _judged(told)
        except (KeyError, TypeError, ValueError):
            return Review("unknown", _NOT_UNDERSTOOD)


def _asked(folder: str, *words: str) -> Any:
    """What `gh` answers as JSON; a Review that is unknown where it does not."""
    ran = _gh(folder, *words)
    if isinstance(ran, str):
        return Review("unknown", ran)
    if ran.code:
        return Review("unknown", ran.words)
    try:
        return json.loads(ran.out)
    except ValueError:
        return Review("unknown", _NOT_UNDERSTOOD)


def _gh(folder: str, *words: str) -> Ran | str:
    """How it ended; where it could not be run, why not."""
    try:
        program = programs.find("gh", "")
        extra = {"GH_PROMPT_DISABLED": "1", "NO_COLOR": "1"}
        return programs.run([program, *words], folder=folder, extra=extra, limit=30.0)
    except errors.BadConfig:
        return "there is no program `gh` on the PATH"
    except errors.Unreachable as error:
        return error.message


def _judged(pull: Mapping[str, Any]) -> Review:
    """A pull request in one word. A reviewer counts by the latest review, a comment not at all."""
    reviews = [(it["state"], it["author"]["login"]) for it in pull["latestReviews"]]
    approved = sorted(who for state, who in reviews if state == "APPROVED")
    against = sorted(who for state, who in reviews if state == "CHANGES_REQUESTED")
    number, decision = int(pull["number"]), pull["reviewDecision"]

    def told(state: str, detail: str) -> Review:
        return Review(state, f"#{number}, {detail}", number, str(pull["url"]))

    if pull["state"] != "MERGED":
        return told("open", f"which is {str(pull['state']).lower()} and not merged")
    if against or decision == "CHANGES_REQUESTED":
        return told("rejected", f"for which changes were asked by {', '.join(against) or '?'}")
    if not approved or decision == "REVIEW_REQUIRED":
        return told("unapproved", f"merged {pull['mergedAt']} without the approval it needs")
    return told("approved", f"approved by {', '.join(approved)}, merged {pull['mergedAt']}")


def _read(text: str) -> Checks:
    """`gh run list --json …` in one word. A workflow counts by its newest run, which is first."""
    try:
        runs = json.loads(text)
        rows = {it["workflowName"]: (it["status"], it["conclusion"]) for it in reversed(runs)}
    except (ValueError, KeyError, TypeError):
        return Checks("unknown", _NOT_UNDERSTOOD)
    done = {name: end for name, (status, end) in rows.items() if status == "completed"}
    bad = [name for name, end in done.items() if end not in _GOOD]
    going = rows.keys() - done.keys()
    if bad:
        return Checks("failed", ", ".join(sorted(bad)))
    if going:
        return Checks("running", ", ".join(sorted(going)))
    return Checks("passed", ", ".join(sorted(rows))) if rows else Checks("none")
