"""A release beside its checklist: notes, and nothing but notes."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Any, cast

import pytest
from samples import arn

from opsctl.aws import Aws
from opsctl.plan import Call, Do, Plan
from opsctl.procedure import Procedure
from opsctl.procedures import checked_release
from opsctl.procedures.checked_release import Kept, Line

COMMAND = "opsctl checklist deploy 1.3.0 --env prod"
LINES = (
    Line("Tests pass in CI", "ok", "lint, test passed"),
    Line("Terraform plan reviewed", "not_applicable", "no terraform"),
    Line("Backup fresh", "not_ok", "bucket: s3-1, 2d old"),
    Line("Service healthy now", "unknown", "AccessDenied"),
    Line("Team notified", "not_answered"),
    Line("Code reviewed and approved", "ok", "", "ana@desk, 11:00 UTC"),
)
KEPT = Kept(COMMAND, LINES, at="11:05 UTC", by="ana@desk", commit="c", live=arn(3))
STEP = Do("Deploy", Call("ecs", "release"), no_undo="it is a sample")
PLAN = Plan("Deploy 1.3.0", (STEP,), notes=("Checked.",), result={"replaces": arn(3)})


@dataclass
class Inner:
    """A procedure whose facts can change, and what is read beside it."""

    kept: Kept = KEPT
    plan: Plan = PLAN
    facts: int = 1
    reads: list[str] = field(default_factory=list)

    def procedure(self) -> Procedure[str, Any]:
        inner: Procedure[str, int] = Procedure(
            "deploy", "Deploy a release", lambda request, aws: self.facts, lambda r, f: self.plan
        )

        def read() -> Kept:
            self.reads.append("read")
            return self.kept

        return cast("Procedure[str, Any]", checked_release.around(inner, read))


def notes(kept: Kept, plan: Plan = PLAN) -> tuple[str, ...]:
    procedure = Inner(kept, plan).procedure()
    facts = procedure.gather("1.3.0", cast("Aws", None))
    return procedure.plan("1.3.0", facts).notes


def test_what_does_not_hold_has_a_line_of_its_own_and_the_rest_shares_one() -> None:
    assert notes(KEPT) == (
        "Checked.",
        "Checklist: at 11:05 UTC by ana@desk, 3 of 6 do not hold; not looked at again since:",
        "NOT OK  Backup fresh: bucket: s3-1, 2d old",
        "NOT KNOWN  Service healthy now: AccessDenied",
        "NOT ANSWERED  Team notified",
        "ok  Tests pass in CI, Code reviewed and approved (ana@desk, 11:00 UTC)",
        "not applicable  Terraform plan reviewed",
        f"To go through it again: {COMMAND}",
    )


def test_a_checklist_that_held_is_short() -> None:
    held = replace(KEPT, lines=LINES[:1])
    assert notes(held)[1:] == (
        "Checklist: at 11:05 UTC by ana@desk; not looked at again since:",
        "ok  Tests pass in CI",
    )


def test_without_one_the_command_is_named() -> None:
    assert notes(Kept(COMMAND))[1:] == (f"Checklist: not gone through in the last 4 h: {COMMAND}",)


@pytest.mark.parametrize(
    ("result", "why"),
    [
        ({"replaces": arn(4)}, "image-caption-gen-prod:4 serves by now"),
        ({"replaces": arn(3), "commit": "d"}, "for another commit"),
    ],
)
def test_one_for_another_revision_or_commit_does_not_count(
    result: dict[str, Any], why: str
) -> None:
    (_, told) = notes(KEPT, replace(PLAN, result=result))
    assert told == f"Checklist: gone through at 11:05 UTC by ana@desk, but {why}: {COMMAND}"


def test_an_incident_that_is_open_and_records_that_cannot_be_read_are_told() -> None:
    told = notes(Kept(COMMAND, incident="20261124-1", problem="AccessDenied"))
    assert told[1:] == (
        "Incident 20261124-1 is open.",
        "Checklist: its record could not be read: AccessDenied",
    )


def test_nothing_to_do_needs_no_checklist() -> None:
    assert notes(KEPT, Plan("Already runs.", notes=("So it is.",))) == ("So it is.",)


def test_the_plan_is_otherwise_the_release_s_own_and_the_facts_too() -> None:
    inner = Inner()
    procedure = inner.procedure()
    before = procedure.gather("1.3.0", cast("Aws", None))
    made = procedure.plan("1.3.0", before)
    assert replace(made, notes=PLAN.notes) == PLAN
    assert made.digest == PLAN.digest
    inner.kept = Kept(COMMAND)
    assert procedure.gather("1.3.0", cast("Aws", None)) == before
    inner.facts = 2
    assert procedure.gather("1.3.0", cast("Aws", None)) != before
    assert (procedure.name, procedure.section) == ("deploy", "Deploy a release")
