"""`opsctl history`: the table, one run, the chain; as text and as JSON."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from opsctl.journal import Journal
from opsctl.journal.incidents import Incidents
from opsctl.journal.walks import Walks
from opsctl.plan import Call, Danger, Do, Plan
from opsctl.state import LocalStore

Program = Callable[..., subprocess.CompletedProcess[str]]
BACK = Do("Set 2", Call("ecs", "set_count", {"count": 2}))
STEP = Do("Set 5", Call("ecs", "set_count", {"count": 5}), undo=(BACK,))


@pytest.fixture
def journal(home: Path) -> Journal:
    return Journal(LocalStore(home / "state/opsctl"), "local")


@pytest.fixture
def history(program: Program, home: Path) -> Program:
    def run(*words: str) -> subprocess.CompletedProcess[str]:
        return program("history", *words, XDG_STATE_HOME=str(home / "state"))

    return run


def journaled(journal: Journal, reason: str = "busy") -> str:
    run = journal.begin(
        command="scale count",
        caller="arn:aws:iam::123456789012:user/ana",
        plan=Plan("set the count", (STEP,), Danger.MILD),
        reason=reason,
        account="123456789012",
        region="us-east-1",
    )
    run.step_began(0, STEP)
    run.step_ended(0, status="done", answer={"id": "d-1"}, requests=["req-1"])
    run.ended(status="done", exit_code=0)
    return run.id


def test_an_empty_journal_is_said_to_be_empty(history: Program, home: Path) -> None:
    ran = history()
    assert (ran.returncode, ran.stdout) == (0, "The journal of local holds no run yet.\n")
    assert not (home / "state").exists()


def test_runs_are_listed_newest_first(history: Program, journal: Journal) -> None:
    first, second = journaled(journal, "one"), journaled(journal, "two")
    ran = history()
    head, *rows = ran.stdout.splitlines()
    assert head.split()[0] == "RUN"
    assert [row.split()[0] for row in rows] == [second, first]
    assert "two" in rows[0]
    assert "scale count" in rows[0]
    assert [row.split()[0] for row in history("--limit", "1").stdout.splitlines()[1:]] == [second]


def test_the_list_is_one_json_document(history: Program, journal: Journal) -> None:
    run = journaled(journal)
    document = json.loads(history("-o", "json").stdout)
    assert document["command"] == "history"
    (listed,) = document["result"]["runs"]
    assert (listed["run"], listed["status"], listed["reason"]) == (run, "done", "busy")
    assert listed["began"].endswith("Z")


@pytest.mark.parametrize("words", [("last",), ("20",)])
def test_one_run_is_shown_in_full(
    history: Program, journal: Journal, words: tuple[str, ...]
) -> None:
    run = journaled(journal)
    ran = history("show", *words)
    assert ran.returncode == 0
    for told in (run, "Set 5", "undo: Set 2", "req-1", "busy", "user/ana", f"opsctl undo {run}"):
        assert told in ran.stdout


def test_one_run_is_one_json_document(history: Program, journal: Journal) -> None:
    run = journaled(journal)
    result = json.loads(history("show", run, "-o", "json").stdout)["result"]
    (step,) = result["steps"]
    assert (step["number"], step["title"], step["status"]) == (1, "Set 5", "done")
    assert (step["undo"], step["requests"]) == ("Set 2", ["req-1"])
    assert result["plan_digest"] == Plan("", (STEP,)).digest


def test_an_unknown_run_is_not_found(history: Program, journal: Journal) -> None:
    journaled(journal)
    assert history("show", "19990101").returncode == 12


def test_an_untouched_journal_is_verified(history: Program, journal: Journal) -> None:
    journaled(journal)
    ran = history("--verify")
    assert (ran.returncode, ran.stdout) == (
        0,
        "The chain holds: 4 lines of the journal of local.\n",
    )


def test_an_edited_journal_is_unhealthy(history: Program, journal: Journal, home: Path) -> None:
    journaled(journal)
    file = home / "state/opsctl/journal/local.jsonl"
    file.write_text(file.read_text().replace("busy", "idle"))
    ran = history("--verify")
    assert ran.returncode == 30
    assert "line 1" in ran.stdout
    document = json.loads(history("--verify", "-o", "json").stdout)
    assert (document["status"], document["exit_code"]) == ("unhealthy", 30)
    assert document["result"]["broken"]


def test_what_belongs_to_the_journal_is_looked_at_too(
    history: Program, journal: Journal, home: Path
) -> None:
    journaled(journal)
    store = LocalStore(home / "state/opsctl")
    walks = Walks(store, "local")
    walks.note_step(walks.start("Restart", "restart", "d" * 64, 2), "It is so", "done")
    Incidents(store, "local").start("slow", "sev3")
    assert "The chain holds: 7 lines" in history("--verify").stdout
    (file,) = (home / "state/opsctl/walks").glob("*.jsonl")
    file.write_text(file.read_text().replace("It is so", "It is not"))
    ran = history("--verify")
    assert ran.returncode == 30
    assert "broken: walk through restart: line 2 was edited" in ran.stdout


def test_a_torn_line_is_reported_and_the_rest_is_shown(
    history: Program, journal: Journal, home: Path
) -> None:
    run = journaled(journal)
    file = home / "state/opsctl/journal/local.jsonl"
    file.write_bytes(file.read_bytes()[:-30])
    ran = history()
    assert ran.returncode == 0
    assert run in ran.stdout
    assert "1 line of the journal cannot be read" in ran.stderr
    verified = history("--verify")
    assert verified.returncode == 0
    assert "torn" in verified.stdout


def test_options_before_show_are_refused_instead_of_forgotten(history: Program) -> None:
    ran = history("-e", "prod", "show", "last")
    assert ran.returncode == 2
    assert "after" in ran.stderr
