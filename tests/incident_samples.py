"""An incident and what happened in it, to start a test from."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from opsctl.aws.cloudtrail import Event
from opsctl.aws.cloudwatch import AlarmChange
from opsctl.journal.incidents import Incident, Note
from opsctl.journal.runs import RunRecord, StepRecord
from opsctl.plan import Call, Do
from opsctl.state.processes import Process

NOON = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)


def at(minutes: float) -> datetime:
    """So many minutes after noon."""
    return NOON + timedelta(minutes=minutes)


def incident(**changes: Any) -> Incident:
    """From noon to 12:30, with a note at 12:10."""
    made = Incident(
        id="20261123-1",
        env="prod",
        title="errors after the release",
        severity="sev2",
        began=NOON,
        declared=NOON,
        by="ana@desk",
        notes=(Note(at(10), "ana@desk", "rolling back"),),
        ended=at(30),
        closed_by="ana@desk",
        resolution="the old release serves",
    )
    return replace(made, **changes)


def run(**changes: Any) -> RunRecord:
    """A release that was rolled back, from 12:02 to 12:04."""
    back = Do("Set revision 3", Call("ecs", "release", {}))
    made = RunRecord(
        id="20261123T120200Z-1111",
        command="deploy",
        env="prod",
        account="123456789012",
        region="eu-west-1",
        caller="arn:aws:iam::123456789012:user/ana",
        reason="hotfix",
        began=at(2),
        ended=at(4),
        status="rolled_back",
        exit_code=23,
        steps=(
            StepRecord(0, Do("Release 1.4.0", Call("ecs", "release", {}), undo=(back,)), "done"),
        ),
        summary="Bring 1.4.0 into service",
        danger="moderate",
        digest="d",
        version="0.1.0",
        process=Process("desk", 1, "s"),
        operator="ana@desk",
        error="the tasks exit at start",
        incident="20261123-1",
    )
    return replace(made, **changes)


def call(**changes: Any) -> Event:
    """UpdateService at 12:02."""
    made = Event(
        at=at(2),
        region="eu-west-1",
        source="ecs",
        name="UpdateService",
        who="arn:aws:iam::123456789012:user/ana",
        username="ana",
        access_key="AKIAEXAMPLE",
        address="198.51.100.7",
        agent="opsctl",
        error="",
        message="",
        read_only=False,
        resources=("image-caption-gen-service-prod",),
        mentions=(),
        issuer="",
        id="e1",
    )
    return replace(made, **changes)


def alarm(**changes: Any) -> AlarmChange:
    """OK to ALARM at 12:03."""
    made = AlarmChange("image-caption-gen-errors-prod", at(3), "OK", "ALARM", "1 > 0")
    return replace(made, **changes)
