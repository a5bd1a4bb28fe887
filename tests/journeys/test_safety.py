"""Journeys of what must not happen: no terminal, wrong account, two operators, dry runs."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
from contextlib import ExitStack
from pathlib import Path

import pytest
from background import opsctl_in_background
from running import RunningSandbox, until

from opsctl.aws.reads import only_reads

pytestmark = pytest.mark.journey

CHANGES = [
    ["deploy", "1.3.0"],
    ["deploy", "1.4.0-crash"],
    ["rollback"],
    ["rollback", "--to", "1"],
    ["restart"],
    ["scale", "count", "4"],
    ["scale", "count", "9", "--move-bounds"],
    ["scale", "count", "0", "--move-bounds"],
    ["scale", "bounds", "--min", "1", "--max", "8"],
    ["scale", "cpu-target", "55"],
    ["security", "block-ip", "8.8.4.4", "--for", "1h"],
    ["security", "unblock-ip", "198.51.100.7"],
    ["user", "disable", "alice"],
    ["backup", "create", "s3"],
    ["backup", "create", "s3", "--engine", "s3-batch"],
    ["backup", "create", "all", "--engine", "aws-backup"],
    ["backup", "create", "dynamodb"],
    ["backup", "restore", "dynamodb", "--at", "1s"],
    ["secrets", "rotate", "cognito"],
    ["secrets", "rotate", "access-key", "terraform", "--to", "never-made.ini"],
]
PURGE = ["user", "purge", "alice"]
"""Without a confirmed name it is a dry run by itself, so it is not refused without a terminal."""
REPORTS = [
    ["status"],
    ["verify", "--no-smoke-user"],
    ["metrics"],
    ["diagnose", "all"],
    ["diagnose", "auth", "bob"],
    ["rollback", "--list"],
    ["scale", "show"],
    ["security", "blocked-ips"],
    ["user", "show", "alice"],
    ["backup", "list"],
    ["secrets", "list"],
    ["history"],
    ["lock", "show"],
    ["runbook", "list"],
    ["runbook", "show", "1"],
    ["doctor"],
    ["whoami"],
    ["config", "show"],
    ["windows"],
    ["contacts"],
    ["open", "app"],
]


def changed(sandbox: RunningSandbox) -> list[str]:
    """The operations called since that were not mere reads."""
    return [
        f"{it['service']}:{it['operation']}"
        for it in sandbox.calls()
        if not only_reads(it["service"], it["operation"])
    ]


@pytest.mark.parametrize("words", [*CHANGES, PURGE], ids=" ".join)
def test_a_dry_run_changes_nothing_and_tells_by_its_exit_code(
    steady: RunningSandbox, words: list[str]
) -> None:
    done = steady.opsctl(*words, "-e", "local", "--dry-run", "--exit-code", "-o", "json")
    assert done.returncode == 31, done.stderr
    answer = json.loads(done.stdout)
    assert answer["status"] == "planned"
    assert answer["plan"]["steps"]
    assert steady.calls(), "it did look"
    assert changed(steady) == []


@pytest.mark.parametrize("words", REPORTS, ids=" ".join)
def test_a_report_changes_nothing_and_answers_with_one_document(
    steady: RunningSandbox, words: list[str]
) -> None:
    done = steady.opsctl(*words, "-e", "local", "-o", "json")
    answer = json.loads(done.stdout)
    assert answer["schema"] == "opsctl/1"
    assert answer["exit_code"] == done.returncode
    assert changed(steady) == []


def stored(sandbox: RunningSandbox) -> tuple[object, ...]:
    """Every version and marker, every unfinished upload, every item."""
    names = sandbox.found["names"]
    s3, table = sandbox.client("s3"), sandbox.client("dynamodb")
    pages = s3.get_paginator("list_object_versions").paginate(Bucket=names["bucket"])
    versions = sorted(
        (kind, it["Key"], it["VersionId"])
        for page in pages
        for kind in ("Versions", "DeleteMarkers")
        for it in page.get(kind, ())
    )
    uploads = s3.list_multipart_uploads(Bucket=names["bucket"]).get("Uploads", [])
    return versions, uploads, table.scan(TableName=names["table"])["Count"]


def test_the_visit_of_the_smoke_user_leaves_no_version_no_item_and_no_upload(
    steady: RunningSandbox,
) -> None:
    before = stored(steady)
    steady.ask("DELETE", "calls")
    done = steady.opsctl("verify", "-e", "local", "-o", "json")
    assert done.returncode == 0, done.stderr
    # The sign-in is the service's own call, with no key of anybody; opsctl itself only reads.
    assert set(changed(steady)) == {"cognito-idp:InitiateAuth"}
    made = {it["operation"] for it in steady.ask("GET", "calls")}
    assert {"PutObject", "PutItem"} <= made, "it did upload"
    assert stored(steady) == before


def test_ctrl_c_in_the_middle_of_that_visit_leaves_nothing_behind_either(
    steady: RunningSandbox,
) -> None:
    before = stored(steady)
    steady.ask("DELETE", "calls")
    steady.ask("POST", "faults", {"operation": "PutItem", "latency": 4})
    try:
        running = opsctl_in_background(steady, "verify", "-e", "local")
        # The picture is there, its caption on the way.
        until(lambda: stored(steady) != before)
        running.send(signal.SIGINT)
        assert running.end() == 130
    finally:
        steady.ask("DELETE", "faults")
    assert "nothing was changed" in running.text
    assert stored(steady) == before


@pytest.mark.parametrize("words", CHANGES, ids=" ".join)
def test_without_a_terminal_it_is_refused_before_any_call_and_names_the_flag(
    steady: RunningSandbox, words: list[str]
) -> None:
    done = steady.opsctl(*words, "-e", "local")
    assert done.returncode == 15, done.stderr
    assert "--confirm" in done.stderr if "0" in words else "--yes" in done.stderr
    assert steady.calls() == []


def test_scaling_to_zero_is_not_agreed_to_by_yes(steady: RunningSandbox) -> None:
    words = ["scale", "count", "0", "--move-bounds", "-e", "local"]
    assert steady.opsctl(*words, "--yes").returncode != 0
    assert steady.opsctl(*words, "--confirm", "another").returncode != 0
    assert changed(steady) == []
    name = steady.found["names"]["service"]
    done = steady.opsctl(*words, "--confirm", name)
    assert done.returncode == 0, done.stderr
    undone = steady.opsctl("undo", "last", "-e", "local", "--yes")
    assert undone.returncode == 0, undone.stderr
    assert steady.settle()["desiredCount"] == 2


def test_the_wrong_account_is_refused_before_any_change(
    steady: RunningSandbox, tmp_path: Path
) -> None:
    config = tmp_path / "opsctl.toml"
    config.write_text(
        "[env.staging]\n"
        'account = "999999999999"\n'
        'region = "us-east-1"\n'
        f'endpoint_url = "{steady.endpoint}"\n'
    )
    keys = {"AWS_ACCESS_KEY_ID": "other", "AWS_SECRET_ACCESS_KEY": "other"}
    done = subprocess.run(
        [sys.executable, "-m", "opsctl", "restart", "-e", "staging", "--yes"],
        env={**steady.environ, **keys, "OPSCTL_CONFIG": str(config)},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 11, done.stderr
    assert "999999999999" in done.stderr
    assert {it["operation"] for it in steady.calls()} == {"GetCallerIdentity"}


def test_of_two_operators_one_is_told_who_holds_the_lock_and_why(steady: RunningSandbox) -> None:
    words = ("deploy", "1.3.0", "-e", "local", "--yes", "--reason", "release 1.3")
    with ExitStack() as held:
        held.enter_context(steady.no_room_for_new_tasks())
        first = opsctl_in_background(steady, *words)
        try:
            first.wait_for("Follow the deployment")
            second = steady.opsctl("scale", "count", "3", "-e", "local", "--yes")
            assert second.returncode == 14, second.stderr
            assert "deploy" in second.stderr
            assert "release 1.3" in second.stderr
            held.close()
            assert first.end() == 0, first.text
        finally:
            first.kill()


def test_a_freeze_stops_every_change_until_it_is_released(steady: RunningSandbox) -> None:
    taken = steady.opsctl("lock", "take", "--reason", "incident 7", "-e", "local", "--yes")
    assert taken.returncode == 0, taken.stderr
    frozen = steady.opsctl("restart", "-e", "local", "--yes")
    assert frozen.returncode == 14
    assert "incident 7" in frozen.stderr
    assert changed(steady) == []
    assert steady.opsctl("lock", "release", "-e", "local", "--yes").returncode == 0
    assert steady.opsctl("restart", "-e", "local", "--yes").returncode == 0


def test_a_closed_pipe_ends_quietly(steady: RunningSandbox) -> None:
    words = f"{sys.executable} -m opsctl status -e local | head -1"
    done = subprocess.run(
        ["bash", "-c", words],
        env=dict(steady.environ),
        capture_output=True,
        text=True,
        check=False,
    )
    (line,) = done.stdout.splitlines()
    assert "HEALTHY" in line
    assert done.stderr == ""


def test_scaling_beyond_the_bounds_explains_itself_and_moves_both_when_asked(
    steady: RunningSandbox,
) -> None:
    refused = steady.opsctl("scale", "count", "8", "-e", "local", "--yes")
    assert refused.returncode == 13
    assert "--move-bounds" in refused.stderr
    done = steady.opsctl(
        "scale", "count", "8", "--move-bounds", "-e", "local", "--yes", "-o", "json"
    )
    assert done.returncode == 0, done.stderr
    run = json.loads(done.stdout)["run"]
    assert steady.opsctl("undo", run, "-e", "local", "--yes").returncode == 0
    shown = json.loads(steady.opsctl("scale", "show", "-e", "local", "-o", "json").stdout)
    bounds = shown["result"]["bounds"]
    assert (bounds["minimum"], bounds["maximum"]) == (2, 6)
    assert shown["result"]["desired"] == 2
    again = steady.opsctl("undo", run, "-e", "local", "--yes")
    assert again.returncode == 0
    assert "othing to do" in again.stdout + again.stderr


def test_throttling_is_waited_out(steady: RunningSandbox) -> None:
    steady.ask(
        "POST",
        "faults",
        {"service": "ecs", "code": "ThrottlingException", "times": 2},
    )
    assert steady.opsctl("status", "-e", "local").returncode == 0
