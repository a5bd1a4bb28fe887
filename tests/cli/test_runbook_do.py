"""`opsctl runbook do` around a walk: refused, listed, gone on with, and how it ends."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

OURS = """\
# Ours

## Feed the cat

**When** it is hungry.

**Command** `opsctl fake run COUNT`

**Steps**

1. Call it.
2. `opsctl fake run COUNT --env prod`
3. `opsctl fake answer`

## Break a word

**When** now.

**Command** `opsctl fake dance`

## Only words

**When** now.
"""
ENTER = b"\r"
SO, DONE, NOTE = ("Is that so?", b"yes\r"), ("Is it done?", b"d\r"), ("A note", b"came\r")
RUN, COUNT, AGREE = ("Run it? [", b"r\r"), ("COUNT:", b"2\r"), ("[y/N]", b"y\r")
STOP = ("Run it? [", b"st\r")
STOP_HERE = ("Is it done?", b"st\r")
DO = ["runbook", "do", "feed"]


@pytest.fixture(autouse=True)
def ours(home: Path) -> Path:
    """A runbook of the team's own, of commands that end in every way."""
    (home / "opsctl.toml").write_text('runbook = "OURS.md"\n')
    path = home / "OURS.md"
    path.write_text(OURS)
    return path


def document(done: Any) -> dict[str, Any]:
    made: dict[str, Any] = json.loads(done.stdout)
    return made


def test_off_a_terminal_it_is_refused_before_anything(program: Any, home: Path) -> None:
    for words in (DO, [*DO, "--no-input"]):
        done = program(*words)
        assert done.returncode == 15
        assert "there is nobody to ask" in done.stderr
        assert "--dry-run" in done.stderr
    assert not (home / "state").exists(), "nothing was written down"
    assert not (home / "calls").exists()


def test_a_dry_run_lists_the_steps_and_runs_nothing(program: Any, home: Path) -> None:
    done = program(*DO, "--dry-run")
    assert done.returncode == 0
    kinds = [line.split()[1] for line in done.stdout.splitlines()[1:]]
    assert kinds == ["question", "manual", "codified", "codified"]
    assert "opsctl fake run COUNT --env local" in done.stdout
    answer = document(program(*DO, "--dry-run", "-o", "json"))
    assert answer["status"] == "planned"
    assert [it["kind"] for it in answer["result"]["steps"]] == kinds
    assert not (home / "calls").exists()


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (["fed-the-cat"], 12, "Did you mean: feed-the-cat?"),
        (["feed", "--set", "COUNT"], 2, "is not NAME=VALUE"),
        (["feed", "--set", "TAG=1"], 2, "There are: COUNT"),
        (["feed", "--set", "COUNT=--yes"], 2, "would be an option"),
        (["only"], 10, "nothing to walk through"),
        (["feed", "--status"], 12, "Nobody has walked"),
        (["feed", "-e", "prd"], 2, "There is no environment called prd"),
    ],
)
def test_words_that_are_wrong_are_told_with_what_is_right(
    words: list[str], code: int, said: str, program: Any, home: Path
) -> None:
    done = program("runbook", "do", *words)
    assert done.returncode == code, done.stderr
    assert said in done.stderr
    assert not (home / "state").exists()


def test_a_whole_walk_ends_with_0_and_is_written_down(terminal: Any, program: Any) -> None:
    played = terminal(DO, [SO, DONE, NOTE, RUN, COUNT, AGREE, RUN])
    assert played.code == 0, played.screen
    assert "$ opsctl fake run 2 --env local" in played.screen
    assert "a line of the answer" in played.screen
    assert "finished" in played.screen
    status = document(program(*DO, "--status", "-o", "json"))["result"]
    assert [it["how"] for it in status["steps"]] == ["done"] * 4
    assert status["steps"][1]["note"] == "came"
    assert status["steps"][2]["run"]
    assert (status["next"], status["text_changed"]) == (None, False)


def test_stopped_it_goes_on_there_and_list_shows_it(
    terminal: Any, program: Any, home: Path
) -> None:
    played = terminal(DO, [SO, DONE, NOTE, STOP])
    assert played.code == 16
    assert "Step 3 of 4 is next" in played.screen
    assert "opsctl runbook do feed-the-cat -e local goes on there" in played.screen
    assert "Nothing was changed" not in played.screen
    listed = program("runbook", "list")
    assert "Not finished: “Feed the cat”, step 3 of 4 is next" in listed.stdout
    played = terminal([*DO, "--set", "COUNT=1"], [RUN, AGREE, RUN])
    assert played.code == 0
    assert "Going on: step 3 of 4" in played.screen
    assert "Is that so?" not in played.screen
    assert "Not finished" not in program("runbook", "list").stdout


def test_a_command_that_is_declined_ends_it_with_16(terminal: Any, home: Path) -> None:
    played = terminal(DO, [SO, DONE, NOTE, RUN, COUNT, ("[y/N]", b"n\r")])
    assert played.code == 16
    assert "ended with code 16" in played.screen
    assert "ecs.set" not in (home / "calls").read_text()


def test_a_section_that_was_changed_meanwhile_is_not_gone_on_with(
    terminal: Any, ours: Path
) -> None:
    terminal(DO, [SO, DONE, NOTE, STOP])
    ours.write_text(OURS.replace("Call it.", "Call it twice."))
    played = terminal(DO, [])
    assert played.code == 17
    assert "was changed since this walk began" in played.screen
    assert "--restart begins anew" in played.screen
    played = terminal([*DO, "--restart"], [("Is that so?", b"no\r")])
    assert played.code == 16
    assert "Step 1 of 4 is next" in played.screen


def test_a_record_that_was_edited_is_told_and_does_not_count(terminal: Any, home: Path) -> None:
    terminal(DO, [SO, STOP_HERE])
    (log,) = (home / "state").rglob("walks/*.jsonl")
    log.write_text(log.read_text().replace("done", "skipped"))
    played = terminal(DO, [("Is that so?", b"no\r")])
    assert played.code == 16
    assert "Somebody edited the record of walks" in played.screen


def test_a_change_elsewhere_in_the_runbook_does_not_matter(terminal: Any, ours: Path) -> None:
    terminal(DO, [SO, DONE, NOTE, STOP])
    ours.write_text(OURS.replace("# Ours", "# Ours\n\nMore.\n\n## Before\n\n**When** never.\n"))
    assert terminal(DO, [STOP]).code == 16


def test_a_command_that_there_is_not_is_told_before_anything_is_asked(
    terminal: Any, home: Path
) -> None:
    played = terminal(["runbook", "do", "break"], [])
    assert played.code == 10
    assert "No such command 'dance'" in played.screen
    assert not (home / "state").exists()


@pytest.mark.parametrize("more", ["--yes", "-y", "--confirm local", "--emergency --reason now"])
def test_a_runbook_that_agrees_in_the_operators_place_is_refused(
    more: str, terminal: Any, ours: Path, home: Path
) -> None:
    ours.write_text(OURS.replace("run COUNT --env prod`", f"run COUNT {more}`"))
    played = terminal(DO, [])
    assert played.code == 10
    assert "no file agrees to anything" in " ".join(played.screen.split())
    assert not (home / "calls").exists()


def test_with_json_standard_output_holds_the_walk_alone(terminal: Any) -> None:
    # Standard output is the terminal too here, so the document is what follows the last line.
    played = terminal([*DO, "-o", "json"], [SO, DONE, NOTE, RUN, COUNT, AGREE, RUN])
    text = played.screen[played.screen.index('{\r\n  "schema"') :]
    answer = json.loads(text)
    assert (answer["status"], answer["exit_code"]) == ("done", 0)
    assert answer["result"]["slug"] == "feed-the-cat"


def test_stopped_with_json_it_names_what_is_next(terminal: Any) -> None:
    played = terminal([*DO, "-o", "json"], [SO, DONE, NOTE, STOP])
    text = played.screen[played.screen.index('{\r\n  "schema"') : played.screen.rindex("}") + 1]
    answer = json.loads(text)
    assert (answer["status"], answer["exit_code"]) == ("cancelled", 16)
    assert answer["error"]["kind"] == "Cancelled"
    assert answer["result"]["next"] == 3


def test_reason_and_incident_go_where_they_are_taken(terminal: Any, program: Any) -> None:
    terminal([*DO, "--reason", "supper"], [SO, DONE, NOTE, RUN, COUNT, AGREE, RUN])
    history = document(program("history", "-o", "json"))["result"]
    assert [it["reason"] for it in history["runs"]] == ["supper"]


def test_an_incident_that_is_open_is_carried(terminal: Any, program: Any) -> None:
    program("incident", "start", "hungry", "--severity", "sev4")
    terminal(DO, [SO, DONE, NOTE, STOP])
    status = document(program(*DO, "--status", "-o", "json"))["result"]
    assert status["incident"].endswith("-1")
