"""A journey through an incident: declared, a bad release, a restart, closed, and its report."""

from __future__ import annotations

import hashlib
import json
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from running import RunningSandbox

pytestmark = pytest.mark.journey

Ran = subprocess.CompletedProcess[str]


@pytest.fixture
def calm(steady: RunningSandbox) -> Iterator[RunningSandbox]:
    """A steady sandbox with no incident open, before and after."""
    steady.opsctl("incident", "close", "left over", "-e", "local")
    yield steady
    steady.opsctl("incident", "close", "left over", "-e", "local")


def result(done: Ran) -> dict[str, Any]:
    assert done.returncode == 0, done.stderr
    found: dict[str, Any] = json.loads(done.stdout)["result"]
    return found


def start(sandbox: RunningSandbox) -> str:
    words = ("incident", "start", "errors after the release", "--severity", "sev2")
    return str(result(sandbox.opsctl(*words, "-e", "local", "-o", "json"))["incident"]["id"])


def first(entries: list[dict[str, Any]], *words: str) -> int:
    """Where the first entry stands whose kind and text hold the words."""
    texts = [f"{it['kind']} {it['what']}" for it in entries]
    return next(i for i, text in enumerate(texts) if all(word in text for word in words))


def test_the_report_of_a_failed_release_tells_it_in_order(
    calm: RunningSandbox, tmp_path: Path
) -> None:
    incident = start(calm)
    assert incident in calm.opsctl("status", "-e", "local").stdout
    failed = calm.opsctl("deploy", "1.4.0-crash", "-e", "local", "--yes", "-o", "json")
    assert failed.returncode == 23, failed.stderr
    calm.settle()
    restarted = calm.opsctl("restart", "-e", "local", "--yes", "-o", "json")
    assert restarted.returncode == 0, restarted.stderr
    runs = [json.loads(done.stdout)["run"] for done in (failed, restarted)]
    assert calm.opsctl("incident", "note", "the old release serves", "-e", "local").returncode == 0
    assert calm.opsctl("incident", "close", "rolled back", "-e", "local").returncode == 0
    assert incident not in calm.opsctl("status", "-e", "local").stdout

    made = result(calm.opsctl("incident", "report", "-e", "local", "-o", "json", cwd=tmp_path))
    report = Path(made["report"])
    assert report == tmp_path / f"docs/incidents/{incident}-local.md"
    entries = json.loads((report.parent / f"{incident}-local/timeline.json").read_text())
    order = [
        first(entries, "incident", "declared: errors after the release"),
        first(entries, "run", "opsctl deploy began"),
        first(entries, "call", "ecs:UpdateService", "image-caption-gen-service-local"),
        first(entries, "deployment", "ROLLBACK_SUCCESSFUL"),
        first(entries, "run", "opsctl deploy ended: rolled back, exit 23"),
        first(entries, "run", "opsctl restart began"),
        first(entries, "note", "the old release serves"),
        first(entries, "incident", "closed: rolled back"),
    ]
    assert order == sorted(order), entries
    text = report.read_text()
    rows = [line for line in text.splitlines() if line.startswith("| 20")]
    assert len(rows) == len(entries)
    for run in runs:
        assert f"Run `{run}`" in text
    assert "UpdateService" in text
    assert_evidence_holds(made)


def assert_evidence_holds(made: dict[str, Any]) -> None:
    files = [Path(it["path"]) for it in made["evidence"]]
    names = {"alarms", "cloudtrail", "deployments", "incident", "runs", "timeline"}
    assert {it.stem for it in files if it.suffix == ".json"} == names
    for it, path in zip(made["evidence"], files, strict=True):
        digest = hashlib.sha256(path.read_bytes()).hexdigest()
        assert digest == it["sha256"]
        if path.suffix == ".json":
            assert digest in Path(made["report"]).read_text()
            assert f"{digest}  {path.name}\n" in (path.parent / "SHA256SUMS").read_text()


def test_an_alarm_that_rang_is_in_the_timeline(calm: RunningSandbox) -> None:
    start(calm)
    name = "image-caption-gen-high-error-rate-local"
    calm.client("cloudwatch").set_alarm_state(
        AlarmName=name, StateValue="ALARM", StateReason="a drill"
    )
    calm.client("cloudwatch").set_alarm_state(AlarmName=name, StateValue="OK", StateReason="over")
    entries = result(calm.opsctl("incident", "show", "-e", "local", "-o", "json"))["entries"]
    assert first(entries, "alarm", name, "ALARM: a drill") < first(entries, "alarm", "OK: over")


def test_an_incident_makes_no_change_in_aws_and_a_freeze_does_not_stop_it(
    calm: RunningSandbox,
) -> None:
    frozen = calm.opsctl("lock", "take", "--reason", "sale", "-e", "local", "--yes")
    assert frozen.returncode == 0
    calm.ask("DELETE", "calls")
    start(calm)
    calm.opsctl("incident", "note", "x", "-e", "local")
    assert calm.opsctl("incident", "close", "y", "-e", "local").returncode == 0
    assert calm.calls() == []
    assert calm.opsctl("restart", "-e", "local", "--yes").returncode == 14
    calm.opsctl("lock", "release", "-e", "local", "--yes")


def test_a_permission_that_is_missing_is_said_in_the_report(
    calm: RunningSandbox, tmp_path: Path
) -> None:
    start(calm)
    calm.ask(
        "POST",
        "faults",
        {"service": "cloudtrail", "operation": "LookupEvents", "code": "AccessDeniedException"},
    )
    try:
        made = result(calm.opsctl("incident", "report", "-e", "local", "-o", "json", cwd=tmp_path))
    finally:
        calm.ask("DELETE", "faults")
    (missed,) = [it for it in made["not_examined"] if it.startswith("CloudTrail")]
    assert "LookupEvents" in missed
    assert "Not examined:" in Path(made["report"]).read_text()
    assert not any("cloudtrail.json" in it["path"] for it in made["evidence"])
