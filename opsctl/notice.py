"""A notice: what is told of a change before and after it, without names, addresses or secrets."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from opsctl import errors
from opsctl.outcome import StepStatus
from opsctl.plan import Do, Plan

PLAIN = frozenset(
    {
        "alarm_actions",
        "app_clients",
        "autoscaling",
        "batch_jobs",
        "bucket_copies",
        "copy_pruning",
        "deployments",
        "docker",
        "ecs",
        "git",
        "image_releases",
        "mute_rules",
        "pipelines",
        "releases",
        "secret_versions",
        "service_tables",
        "table_backups",
        "terraform",
        "vaults",
    }
)
"""Gateways that change nothing of a person or an address. Of a plan that goes through any other,
neither its sentence nor its reason is told: `Disable alice`, `--reason "alice lost a laptop"`."""

LONGEST = 300
"""Characters of a reason or a sentence: the journal has all of it."""

_MAIL = re.compile(r"\S+@\S+")
_ADDRESS = re.compile(r"(?<![\w.])(?:\d{1,3}\.){3}\d{1,3}(?:/\d+)?|(?i:(?:[0-9a-f]{0,4}:){2,}\S*)")


@dataclass(frozen=True)
class Change:
    """The change that is told of. `section` is its heading in RUNBOOK.md; `caller` an ARN."""

    env: str
    command: str
    section: str
    plan: Plan
    caller: str
    reason: str
    run: str


@dataclass(frozen=True)
class Notice:
    """What is sent. `attributes` are for filters of subscriptions; `subject` is plain ASCII."""

    subject: str
    text: str
    attributes: Mapping[str, str]


def began(change: Change) -> Notice:
    """What is told before the first step."""
    return _notice(change, "begins", "begins")


def ended(change: Change, error: BaseException | None, steps: Iterable[StepStatus]) -> Notice:
    """What is told afterwards: how it ended, never in the error's own words."""
    status, words = _ending(error, steps)
    return _notice(change, status, words)


def is_plain(plan: Plan) -> bool:
    """Whether a plan's own sentence and its reason may be told: it concerns no person."""
    calls = {step.call.gateway for step in (*plan.steps, *plan.on_failure) if isinstance(step, Do)}
    return bool(calls) and calls <= PLAIN and not plan.pseudonym


def cut(text: str) -> str:
    """A text on one line, without e-mail and IP addresses, and not too long."""
    plain = _ADDRESS.sub("[address]", _MAIL.sub("[address]", " ".join(text.split())))
    return plain if len(plain) <= LONGEST else f"{plain[: LONGEST - 1]}…"


def _notice(change: Change, status: str, words: str) -> Notice:
    plan, plain = change.plan, is_plain(change.plan)
    what = cut(plan.summary) if plain else change.section
    lines = [f"{change.env}: {what}: {words}"]
    if plan.emergency:
        lines.append(f"EMERGENCY, {plan.emergency}")
    lines.append(f"opsctl {change.command} ({plan.danger.value}) by {_name(change.caller)}")
    if plain and change.reason:
        lines.append(f"reason: {cut(change.reason)}")
    lines.append(f"opsctl history show {change.run} --env {change.env}")
    subject = f"[opsctl] {change.env}: {change.command}: {words}"
    return Notice(
        subject.encode("ascii", "ignore").decode()[:100],
        "\n".join(lines),
        {
            "env": change.env,
            "command": change.command,
            "danger": plan.danger.value,
            "status": status,
            "emergency": "true" if plan.emergency else "false",
        },
    )


def _ending(error: BaseException | None, steps: Iterable[StepStatus]) -> tuple[str, str]:
    if error is None:
        return "done", "done"
    code = f"exit {error.code}" if isinstance(error, errors.OpsctlError) else "exit 1"
    if isinstance(error, errors.RolledBack):
        return "rolled_back", f"failed, and the former release serves again ({code})"
    if isinstance(error, errors.TimedOut):
        return "timed_out", f"not over in time, AWS goes on with it ({code})"
    if isinstance(error, errors.Interrupted):
        return "interrupted", f"interrupted ({code})"
    states = {step.status for step in steps}
    if isinstance(error, KeyboardInterrupt):
        if states - {"pending"}:
            return "interrupted", "interrupted"
        return "cancelled", "cancelled before anything was changed"
    if "taken back" in states:
        return "taken_back", f"failed, and what had been done was taken back ({code})"
    if isinstance(error, errors.NotVerified):
        return "not_verified", f"done, but what must hold afterwards does not ({code})"
    if isinstance(error, errors.NothingChanged):
        return "refused", f"ended before anything was changed ({code})"
    return "failed", f"failed ({code})"


def _name(caller: str) -> str:
    """The name in an ARN: of `…:assumed-role/Operator/ana@example.com` it is `ana`."""
    return caller.rpartition("/")[2].partition("@")[0] or "somebody"
