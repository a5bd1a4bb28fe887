"""`opsctl incident`: started, noted, closed and told, without a call to AWS."""

from __future__ import annotations

import hashlib
import json
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from opsctl.journal import Journal
from opsctl.journal.incidents import Incidents
from opsctl.state import LocalStore

Program = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture
def opsctl(program: Program, home: Path) -> Program:
    def run(*words: str) -> subprocess.CompletedProcess[str]:
        return program(*words, XDG_STATE_HOME=str(home / "state"))

    return run


@pytest.fixture
def store(home: Path) -> LocalStore:
    return LocalStore(home / "state/opsctl")


def result(ran: subprocess.CompletedProcess[str]) -> dict[str, Any]:
    document: dict[str, Any] = json.loads(ran.stdout)
    found: dict[str, Any] = document["result"]
    return found


def start(opsctl: Program, *words: str) -> subprocess.CompletedProcess[str]:
    return opsctl("incident", "start", "errors", "--severity", "sev2", *words)


def test_an_incident_is_started_noted_closed_and_listed(opsctl: Program) -> None:
    assert start(opsctl).returncode == 0
    assert opsctl("incident", "note", "looking").returncode == 0
    closed = result(opsctl("incident", "close", "it was the cable", "-o", "json"))["incident"]
    assert [it["text"] for it in closed["notes"]] == ["looking"]
    assert (closed["title"], closed["resolution"]) == ("errors", "it was the cable")
    listed = opsctl("incident", "list")
    assert closed["id"] in listed.stdout
    assert "closed" in listed.stdout
    assert [it["id"] for it in result(opsctl("incident", "list", "-o", "json"))["incidents"]] == [
        closed["id"]
    ]


def test_it_may_have_begun_earlier(opsctl: Program) -> None:
    made = result(start(opsctl, "--since", "20m", "-o", "json"))["incident"]
    assert made["began"] < made["declared"]
    assert opsctl("incident", "close", "x").returncode == 0
    ran = start(opsctl, "--since", "20")
    assert (ran.returncode, "--since" in ran.stderr) == (2, True)


def test_a_second_one_is_refused_and_so_is_a_note_without_one(opsctl: Program) -> None:
    assert opsctl("incident", "note", "x").returncode == 12
    assert opsctl("incident", "close", "x").returncode == 12
    start(opsctl)
    again = start(opsctl)
    assert again.returncode == 13
    assert "opsctl incident close" in again.stderr


def test_another_incident_than_the_open_one_cannot_be_noted_or_closed(opsctl: Program) -> None:
    made = result(start(opsctl, "-o", "json"))["incident"]
    for verb in ("note", "close"):
        assert opsctl("incident", verb, "x", "--incident", "20200101-1").returncode == 2
    assert opsctl("incident", "note", "x", "--incident", made["id"]).returncode == 0


def test_a_severity_is_asked_for(opsctl: Program) -> None:
    assert opsctl("incident", "start", "errors").returncode == 2
    assert opsctl("incident", "start", "errors", "--severity", "bad").returncode == 2


def test_a_dry_run_writes_nothing(opsctl: Program, home: Path) -> None:
    ran = start(opsctl, "--dry-run", "--exit-code")
    assert ran.returncode == 31
    assert "Start an incident in local" in ran.stdout
    assert not (home / "state").exists()
    assert opsctl("incident", "note", "x", "--dry-run").returncode == 12


def test_a_freeze_does_not_stop_it_and_runs_are_tagged(opsctl: Program, store: LocalStore) -> None:
    opsctl("lock", "take", "--reason", "before", "--yes")
    made = result(start(opsctl, "-o", "json"))["incident"]
    assert opsctl("incident", "note", "frozen").returncode == 0
    opsctl("lock", "release", "--yes")
    opsctl("incident", "close", "done")
    opsctl("lock", "take", "--reason", "after", "--yes")
    opsctl("lock", "release", "--yes", "--incident", made["id"])
    tags = [(run.command, run.incident) for run in Journal(store, "local").runs()]
    assert tags == [
        ("lock release", made["id"]),
        ("lock take", ""),
        ("lock release", made["id"]),
        ("lock take", ""),
    ]
    assert f"[{made['id']}]" in opsctl("history").stdout
    assert made["id"] in opsctl("history", "show", "last").stdout


def test_a_run_for_an_unknown_incident_does_not_begin(opsctl: Program, home: Path) -> None:
    ran = opsctl("fake", "run", "--incident", "20200101-1", "--yes")
    assert ran.returncode == 12
    assert "20200101-1" in ran.stderr
    assert not (home / "calls").exists()


def test_a_run_is_tagged_by_itself(opsctl: Program, store: LocalStore) -> None:
    start(opsctl)
    assert opsctl("fake", "run", "--yes").returncode == 0
    (run,) = Journal(store, "local").runs()
    assert run.incident == Incidents(store, "local").open_id()


def test_without_an_answer_of_aws_the_report_says_what_it_lacks(
    opsctl: Program, home: Path
) -> None:
    start(opsctl)
    opsctl("fake", "run", "--yes")
    opsctl("incident", "close", "done")
    made = result(opsctl("incident", "report", "-o", "json"))
    assert made["not_examined"][0].startswith("deployments, alarms and CloudTrail: ")
    text = Path(made["report"]).read_text()
    assert Path(made["report"]).parent == home / "docs/incidents"
    assert "opsctl fake run ended: done" in text
    assert "Not examined:" in text
    for it in made["evidence"]:
        assert hashlib.sha256(Path(it["path"]).read_bytes()).hexdigest() == it["sha256"]


def test_an_edited_report_is_not_overwritten_without_force(opsctl: Program) -> None:
    start(opsctl)
    path = Path(result(opsctl("incident", "report", "-o", "json"))["report"])
    opsctl("incident", "note", "more")
    assert opsctl("incident", "report").returncode == 0
    path.write_text(path.read_text() + "The cause was a cable.\n")
    refused = opsctl("incident", "report")
    assert refused.returncode == 13
    assert str(path) in refused.stderr
    assert path.read_text().endswith("The cause was a cable.\n")
    assert opsctl("incident", "report", "--force").returncode == 0
    assert "The cause was a cable." not in path.read_text()


def test_an_incident_is_shown_with_what_could_not_be_looked_at(opsctl: Program) -> None:
    started = result(start(opsctl, "-o", "json"))["incident"]
    ran = opsctl("incident", "show", started["id"])
    assert ran.returncode == 0
    assert ran.stdout.startswith(f"OPEN  {started['id']}  sev2  errors")
    assert "not examined" in ran.stdout
    document = result(opsctl("incident", "show", "-o", "json"))
    assert [it["kind"] for it in document["entries"]] == ["incident"]
    assert opsctl("incident", "show", "20200101-1").returncode == 12
