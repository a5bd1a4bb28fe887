"""The one JSON document that `-o json` puts on standard output; fields are only ever added."""

from __future__ import annotations

import dataclasses
import enum
import json
import math
from collections.abc import Mapping, Set
from datetime import UTC, datetime
from pathlib import PurePath
from typing import Any

from opsctl import errors
from opsctl.outcome import Outcome, StepStatus
from opsctl.plan import Json, taken_back
from opsctl.targets import Target

SCHEMA = "opsctl/1"


def document(outcome: Outcome, target: Target | None) -> dict[str, Json]:
    """An outcome as `docs/json.md` describes it. `target` is null when none was chosen."""
    return {
        "schema": SCHEMA,
        "command": outcome.command,
        "target": _target(target),
        "status": outcome.status,
        "exit_code": outcome.exit_code,
        "plan": _plan(outcome),
        "result": plain(outcome.result),
        "error": _error(outcome.error),
        "run": outcome.run or None,
    }


def dumps(value: Any) -> str:
    """JSON text with a line break at its end. Every character beyond ASCII is escaped, so that
    nothing in it can act on a terminal."""
    return json.dumps(plain(value), indent=2) + "\n"


def line(value: Any) -> str:
    """JSON text on one line, without a line break: one record of a stream."""
    return json.dumps(plain(value))


def plain(value: Any) -> Json:
    """Any value of a report as JSON: dataclasses as objects, times as UTC ISO 8601."""
    if isinstance(value, enum.Enum):
        return plain(value.value)
    if value is None or isinstance(value, bool | int | float | str):
        return _scalar(value)
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        named = {each.name: getattr(value, each.name) for each in dataclasses.fields(value)}
        return {name: plain(each) for name, each in named.items()}
    if isinstance(value, Mapping):
        return {str(name): plain(each) for name, each in value.items()}
    if isinstance(value, Set):
        return sorted((plain(each) for each in value), key=str)
    if isinstance(value, list | tuple):
        return [plain(each) for each in value]
    if isinstance(value, PurePath):
        return str(value)
    raise TypeError(f"{type(value).__name__} is not a value that JSON can hold")


def mapping(value: Any) -> Mapping[str, Json]:
    """A report as an object: what is a list by itself becomes its `items`."""
    made = plain(value)
    return made if isinstance(made, dict) else {"items": made}


def _scalar(value: bool | int | float | str | None) -> Json:
    if isinstance(value, float) and not math.isfinite(value):
        return None  # JSON knows neither NaN nor infinity
    return str(value) if isinstance(value, str) else value


def _target(target: Target | None) -> Json:
    if target is None:
        return None
    return {"env": target.env, "account": target.account, "region": target.region}


def _plan(outcome: Outcome) -> Json:
    plan = outcome.plan
    if plan is None:
        return None
    steps = outcome.steps or [StepStatus(step.title, undo=taken_back(step)) for step in plan.steps]
    return {
        "summary": plan.summary,
        "danger": plan.danger.value,
        "subject": plan.pseudonym or plan.subject,
        "digest": plan.digest,
        "steps": plain(steps),
        "on_failure": [step.title for step in plan.on_failure],
        "differences": plain(plan.differences),
        "notes": plain(plan.notes),
        "refusals": plain(plan.refusals),
        "next_commands": plain(plan.next_commands),
        "emergency": plan.emergency,
    }


def _error(error: Exception | None) -> Json:
    if error is None:
        return None
    if not isinstance(error, errors.OpsctlError):
        return {"kind": type(error).__name__, "message": str(error), "hint": ""}
    return {
        "kind": type(error).__name__,
        "message": error.message,
        "hint": error.hint,
        "aws_code": getattr(error, "aws_code", None),
        "request_id": getattr(error, "request_id", None),
    }
