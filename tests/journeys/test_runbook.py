"""Walks through the runbook in a real terminal, against the sandbox."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from paper_terminal import Played, play
from running import RunningSandbox

pytestmark = pytest.mark.journey

BOUNDS = "change-the-autoscaling-bounds"
SO, RUN, AGREE = ("Is that so? [", b"yes\r"), ("Run it? [", b"run\r"), ("[y/N]", b"y\r")
MIN, MAX, STOP = ("MIN:", b"3\r"), ("MAX:", b"7\r"), ("Run it? [", b"stop\r")
Keys = list[tuple[str, bytes | None]]


def walk(
    sandbox: RunningSandbox, folder: Path, *words: str, keys: Keys, section: str = BOUNDS
) -> Played:
    typed = ["opsctl", "runbook", "do", section, "-e", "local", *words]
    program = f"import sys; sys.argv = {typed!r}; from opsctl.__main__ import main; main()"
    return play(folder, program, keys, folder=folder, deadline=90.0, **sandbox.environ)


def status(sandbox: RunningSandbox, section: str = BOUNDS, **options: Any) -> dict[str, Any]:
    done = sandbox.opsctl(
        "runbook", "do", section, "--status", "-e", "local", "-o", "json", **options
    )
    found: dict[str, Any] = json.loads(done.stdout)["result"]
    return found


def test_a_whole_walk_changes_checks_and_is_written_down(
    steady: RunningSandbox, tmp_path: Path
) -> None:
    played = walk(
        steady, tmp_path, "--restart", "--reason", "more room", keys=[SO, RUN, MIN, MAX, AGREE, RUN]
    )
    assert played.code == 0, played.screen
    assert "$ opsctl scale bounds --min 3 --max 7 --env local" in played.screen
    assert "$ opsctl scale show --env local" in played.screen
    assert "finished" in played.screen
    found = status(steady)
    assert [it["how"] for it in found["steps"]] == ["done", "done", "done"]
    run = found["steps"][1]["run"]
    history = json.loads(steady.opsctl("history", "-e", "local", "-o", "json").stdout)
    newest = history["result"]["runs"][0]
    assert (newest["run"], newest["reason"]) == (run, "more room")
    assert steady.opsctl("undo", run, "-e", "local", "--yes").returncode == 0


def test_stopped_it_goes_on_there_with_the_same_command(
    steady: RunningSandbox, tmp_path: Path
) -> None:
    played = walk(steady, tmp_path, "--restart", keys=[SO, STOP])
    assert played.code == 16, played.screen
    assert "Step 2 of 3 is next" in played.screen
    assert f"opsctl runbook do {BOUNDS} -e local goes on there" in played.screen
    assert "Not finished: “Change the autoscaling bounds”" in (
        steady.opsctl("runbook", "list", "-e", "local").stdout
    )
    skip = ("Run it? [", b"skip\r")
    note = ("Why it is skipped", b"not today\r")
    played = walk(steady, tmp_path, keys=[skip, note, RUN])
    assert played.code == 0, played.screen
    assert "Is that so?" not in played.screen
    found = status(steady)
    assert [it["how"] for it in found["steps"]] == ["done", "skipped", "done"]
    assert found["steps"][1]["note"] == "not today"


@pytest.mark.parametrize(("key", "code"), [(b"\x03", 130), (b"n\r", 16)])
def test_a_command_that_is_not_agreed_to_ends_the_walk_and_comes_again(
    key: bytes, code: int, steady: RunningSandbox, tmp_path: Path
) -> None:
    played = walk(steady, tmp_path, "--restart", keys=[SO, RUN, MIN, MAX, ("[y/N]", key)])
    assert played.code == code, played.screen
    found = status(steady)
    assert (found["next"], found["steps"][1]["how"]) == (2, "failed")
    assert found["steps"][1]["exit_code"] == code


def test_a_command_that_fails_in_the_middle_ends_it_with_its_code(
    steady: RunningSandbox, tmp_path: Path
) -> None:
    section = "take-back-a-run"
    nothing = ("RUN:", b"20200101T000000Z-0000\r")
    played = walk(steady, tmp_path, "--restart", keys=[SO, RUN, RUN, nothing], section=section)
    assert played.code == 12, played.screen
    assert "Step 3 of 4 is next" in played.screen
    found = status(steady, section)
    assert [it["how"] for it in found["steps"]] == ["done", "done", "failed"]


def test_a_terminal_that_is_closed_in_the_middle_is_told_as_cut_off(
    steady: RunningSandbox, tmp_path: Path
) -> None:
    walk(steady, tmp_path, "--restart", keys=[SO, RUN, MIN, MAX, ("[y/N]", None)])
    found = status(steady)
    assert (found["next"], found["steps"][1]["how"]) in ((2, "began"), (2, "failed"))
    played = walk(steady, tmp_path, keys=[STOP])
    assert played.code == 16
    assert "Going on: step 2 of 3" in played.screen


def test_a_section_that_was_changed_meanwhile_is_not_gone_on_with(
    steady: RunningSandbox, tmp_path: Path
) -> None:
    (tmp_path / "opsctl.toml").write_text('runbook = "OURS.md"\n')
    ours = tmp_path / "OURS.md"
    text = "## Look twice\n\n**When** in doubt.\n\n**Command** `opsctl status`\n"
    ours.write_text(text)
    keys: Keys = [SO, STOP]
    assert walk(steady, tmp_path, "--restart", keys=keys, section="look").code == 16
    ours.write_text(text.replace("`opsctl status`", "`opsctl restart`"))
    played = walk(steady, tmp_path, keys=[], section="look")
    assert played.code == 17, played.screen
    assert "--restart begins anew" in played.screen
    assert status(steady, "look", cwd=tmp_path)["text_changed"] is True


def test_off_a_terminal_it_is_refused_before_any_call(steady: RunningSandbox) -> None:
    steady.ask("DELETE", "calls")
    done = steady.opsctl("runbook", "do", BOUNDS, "-e", "local")
    assert done.returncode == 15
    listed = steady.opsctl("runbook", "do", BOUNDS, "-e", "local", "--dry-run")
    assert listed.returncode == 0
    assert "opsctl scale bounds --min MIN --max MAX --env local" in listed.stdout
    assert steady.calls() == []
