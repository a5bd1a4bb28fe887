"""The shape of the JSON document, held by a golden copy: fields are only ever added."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone
from enum import Enum
from pathlib import Path

import pytest

from opsctl import errors
from opsctl.outcome import Outcome, StepStatus
from opsctl.plan import Call, Danger, Difference, Do, Plan, Refusal, Wait
from opsctl.targets import Target, default_names
from opsctl.terminal.json_output import document, dumps, line, mapping, plain

TARGET = Target(
    env="prod",
    account="123456789012",
    region="us-east-1",
    **default_names("prod", "123456789012"),
)
BACK = Do("Set 43 again", Call("ecs", "update", {"revision": 43}), no_undo="it is the undo")
PLAN = Plan(
    "go back to revision 42",
    steps=(
        Do("Set revision 42", Call("ecs", "update", {"revision": 42}), undo=(BACK,)),
        Wait("Wait for the deployment", Call("deployments", "look"), timeout=60.0),
    ),
    danger=Danger.MODERATE,
    notes=("43 was deployed by alice",),
    differences=(Difference("revision", "43", "42"),),
    refusals=(Refusal("a freeze", "wait", "--force"),),
    next_commands=("opsctl status -e prod",),
    emergency="in a freeze",
)

GOLDEN = {
    "schema": "opsctl/1",
    "command": "rollback",
    "target": {"env": "prod", "account": "123456789012", "region": "us-east-1"},
    "status": "failed",
    "exit_code": 20,
    "plan": {
        "summary": "go back to revision 42",
        "danger": "moderate",
        "subject": "",
        "digest": PLAN.digest,
        "steps": [
            {"title": "Set revision 42", "status": "done", "undo": "Set 43 again"},
            {"title": "Wait for the deployment", "status": "failed", "undo": ""},
        ],
        "on_failure": [],
        "differences": [{"name": "revision", "before": "43", "after": "42"}],
        "notes": ["43 was deployed by alice"],
        "refusals": [{"reason": "a freeze", "hint": "wait", "override": "--force"}],
        "next_commands": ["opsctl status -e prod"],
        "emergency": "in a freeze",
    },
    "result": {"revision": 42},
    "error": {
        "kind": "StepFailed",
        "message": "the service is gone",
        "hint": "look",
        "aws_code": None,
        "request_id": None,
    },
    "run": "20261123T185501Z-7f3a",
}


def failed() -> Outcome:
    return Outcome(
        "rollback",
        "failed",
        20,
        plan=PLAN,
        steps=[
            StepStatus("Set revision 42", "done", "Set 43 again"),
            StepStatus("Wait for the deployment", "failed"),
        ],
        result={"revision": 42},
        error=errors.StepFailed("the service is gone", hint="look"),
        run="20261123T185501Z-7f3a",
    )


def test_a_whole_document_has_the_golden_shape_in_the_golden_order() -> None:
    made = document(failed(), TARGET)
    assert made == GOLDEN
    assert list(made) == list(GOLDEN)
    assert json.loads(dumps(made)) == GOLDEN


def test_what_is_not_known_is_null_and_never_missing() -> None:
    assert document(Outcome("status", "done"), None) == {
        "schema": "opsctl/1",
        "command": "status",
        "target": None,
        "status": "done",
        "exit_code": 0,
        "plan": None,
        "result": {},
        "error": None,
        "run": None,
    }


def test_a_dry_run_lists_every_step_as_pending_with_its_undo() -> None:
    made = document(Outcome("rollback", "planned", plan=PLAN), TARGET)
    assert made["plan"]["steps"] == [  # type: ignore[index,call-overload]
        {"title": "Set revision 42", "status": "pending", "undo": "Set 43 again"},
        {"title": "Wait for the deployment", "status": "pending", "undo": ""},
    ]


def test_an_error_of_aws_carries_its_code_and_request_id() -> None:
    error = errors.NoAccess("no")
    error.aws_code, error.request_id = "AccessDenied", "req-1"  # type: ignore[attr-defined]
    made = document(Outcome("status", "refused", 11, error=error), None)["error"]
    assert isinstance(made, dict)
    assert (made["aws_code"], made["request_id"]) == ("AccessDenied", "req-1")


class Colour(Enum):
    RED = "red"


@dataclass(frozen=True)
class Report:
    at: datetime
    colour: Colour
    names: frozenset[str]
    path: Path


def test_a_report_becomes_json_by_its_fields() -> None:
    at = datetime(2026, 11, 23, 20, 5, 1, 234567, timezone(timedelta(hours=1)))
    assert plain(Report(at, Colour.RED, frozenset({"b", "a"}), Path("x/y"))) == {
        "at": "2026-11-23T19:05:01.234Z",
        "colour": "red",
        "names": ["a", "b"],
        "path": "x/y",
    }


def test_a_report_that_is_a_list_is_the_items_of_an_object() -> None:
    assert mapping([1, 2]) == {"items": [1, 2]}
    assert mapping({"a": 1}) == {"a": 1}


def test_times_are_utc_and_end_in_z() -> None:
    assert plain(datetime(2026, 1, 1, tzinfo=UTC)) == "2026-01-01T00:00:00.000Z"


def test_a_number_that_json_does_not_know_is_null() -> None:
    assert plain([float("nan"), float("inf"), 1.5]) == [None, None, 1.5]


def test_a_value_that_json_cannot_hold_is_a_mistake_and_not_its_repr() -> None:
    with pytest.raises(TypeError, match="object"):
        plain(object())


def test_nothing_in_a_document_can_act_on_a_terminal() -> None:
    made = dumps({"log": "\x1b]0;pwn\x07 \x9b31m ‮"})
    assert all(0x20 <= ord(letter) < 0x7F or letter == "\n" for letter in made)


def test_a_record_of_a_stream_is_one_line() -> None:
    assert line({"text": "two\nlines", "at": datetime(2026, 1, 1, tzinfo=UTC)}) == (
        '{"text": "two\\nlines", "at": "2026-01-01T00:00:00.000Z"}'
    )
