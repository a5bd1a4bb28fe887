"""The status screen: the verdict first, all of it on 80 columns by 24 lines."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from incident_samples import incident
from samples import BEGAN, deployment

from opsctl.aws import Aws
from opsctl.aws.cloudwatch import Alarm
from opsctl.aws.stop_reasons import Cause
from opsctl.cli.status_screen import screen
from opsctl.journal import Journal
from opsctl.lock import Lock
from opsctl.reports import status
from opsctl.reports.status import Status
from opsctl.state import LocalStore
from opsctl.terminal import layout


@pytest.fixture
def found(local: Aws, tmp_path: Path) -> Status:
    store = LocalStore(tmp_path)
    return status.gather(local, Journal(store, "local"), Lock(store, "local"))


def lines(found: Status) -> list[str]:
    return list(layout.lines(screen(found), colour=False))


def test_the_verdict_comes_first_with_service_and_image(found: Status) -> None:
    first = lines(found)[0]
    assert first.startswith("HEALTHY  image-caption-gen-service-local")
    assert "image-caption-gen:1.2.0" in first


def test_a_healthy_service_fits_on_one_screen(found: Status) -> None:
    shown = lines(found)
    assert len(shown) <= 24
    assert max(len(line) for line in shown[1:]) <= 80


def test_a_service_in_trouble_fits_on_one_screen_too(found: Status) -> None:
    """Or the verdict is the first that scrolls away."""
    crossed = (
        "Threshold Crossed: 1 out of the last 2 datapoints [6] was greater than the threshold "
        "(5.0) (minimum 1 datapoint for OK -> ALARM transition)."
    )
    loud = Alarm("image-caption-gen-high-error-rate-prod", "ALARM", BEGAN, crossed, True)
    group = "arn:aws:elasticloadbalancing:us-east-1:123456789012:targetgroup/image-caption-gen/a3"
    why = f"Task failed ELB health checks in (target-group {group})"
    died = Cause("failing health check", why, "Read the task's log.", True, "f" * 32, "app")
    sick = status.judged(replace(found, alarms=(loud,), stopped=(died,)))
    assert sick.problems
    assert sick.notices
    rows = [max(1, -(-layout.width(line) // 80)) for line in lines(sick)]
    assert sum(rows) <= 23, "the prompt needs a line as well"
    whole = "\n".join(layout.lines(screen(sick, roomy=True), colour=False))
    assert crossed in whole
    assert why in whole


def test_problems_and_notices_stand_right_below_the_verdict(found: Status) -> None:
    failed = replace(found, deployment=deployment(4, "ROLLBACK_SUCCESSFUL"), targets=())
    shown = lines(status.judged(failed))
    assert shown[0].startswith("UNHEALTHY")
    assert "no healthy target" in shown[1]
    assert any("ROLLBACK_SUCCESSFUL" in line for line in shown[1:5])


def test_many_tasks_are_counted_and_not_listed(found: Status) -> None:
    crowd = replace(found, tasks=found.tasks * 10)
    assert any("and 14 more" in line for line in lines(crowd))


def test_what_could_not_be_read_is_said(found: Status) -> None:
    blind = replace(found, unknown=("alarms: not allowed",))
    assert any("not looked at: alarms: not allowed" in line for line in lines(blind))


def test_an_open_incident_is_a_line(found: Status) -> None:
    shown = lines(replace(found, incident=incident(ended=None)))
    (line,) = [it for it in shown if "20261123-1" in it]
    assert "incident" in line
    assert "sev2 since 2026-11-23 12:00 UTC: errors after the release" in line


@pytest.mark.parametrize(
    ("part", "change", "lie"),
    [
        ("targets", {"targets": ()}, "0 healthy"),
        ("alarms", {"alarms": ()}, "none known"),
        ("autoscaling", {"bounds": None}, "no autoscaling"),
    ],
)
def test_what_was_not_looked_at_is_not_shown_as_none(
    found: Status, part: str, change: dict[str, Any], lie: str
) -> None:
    assert any(lie in line for line in lines(replace(found, **change)))
    blind = lines(replace(found, unknown=(f"{part}: not allowed",), **change))
    assert not any(lie in line for line in blind)
    assert sum("not looked at" in line for line in blind) == 2
