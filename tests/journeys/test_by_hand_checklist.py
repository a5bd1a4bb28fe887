"""By hand: what is looked at before a deployment, and where else to look."""

from __future__ import annotations

import os
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

import pytest
import repositories
from at_aws import AtAws
from by_hand import Hand, opsctl
from running import RunningSandbox
from samples import target

from opsctl.reports import consoles

pytestmark = pytest.mark.journey

CHECKLIST = "Check before a deployment"
GH = """#!/bin/sh
case "$1" in
  run) echo '[{{"name": "test", "status": "completed", "conclusion": "success"}}]' ;;
  api) echo "12\t2026-11-23T10:00:00Z" ;;
  pr) echo '{{"state": "MERGED", "reviewDecision": "APPROVED", "latestReviews": []}}' ;;
esac
echo "$@" >> {record}
"""


def items(sandbox: RunningSandbox) -> dict[str, dict[str, Any]]:
    """The items of the checklist as opsctl sees them, by their keys."""
    document = opsctl(sandbox, "checklist", "deploy", "1.3.0", code=30)
    return {it["key"]: it for it in document["result"]["items"]}


def test_what_github_says_of_the_commit(hand: Hand, tmp_path: Path) -> None:
    repository = repositories.make(tmp_path)
    repository.git("tag", "--annotate", "--message", "Release", "v1.3.0")
    repository.commit("later")
    record = tmp_path / "record"
    (tmp_path / "bin").mkdir()
    (tmp_path / "bin" / "gh").write_text(GH.format(record=record))
    (tmp_path / "bin" / "gh").chmod(0o755)
    hand.path.append(tmp_path / "bin")
    there = partial(hand.do, CHECKLIST, folder=repository.folder)
    looked = there(0, fill={"TAG": "v1.3.0"})
    assert looked.documents == [[{"name": "test", "status": "completed", "conclusion": "success"}]]
    assert ["12", "2026-11-23T10:00:00Z"] in looked.rows
    assert there(1).documents[0]["reviewDecision"] == "APPROVED"
    released = repository.git("rev-parse", "v1.3.0^{commit}")
    run, api, pull = record.read_text().splitlines()
    assert f"--commit {released}" in run
    assert f"/commits/{released}/pulls" in api
    assert pull.startswith("pr view 12 ")
    there(0, fill={"TAG": "v9.9.9"}, code=None)


def test_what_aws_says_of_backups_and_image(hand: Hand, aws: AtAws, steady: RunningSandbox) -> None:
    opsctl(steady, "backup", "create", "all", "--yes")
    before = hand.do(CHECKLIST, 2)
    manifest, backup, recovery, image = before.documents
    seen = items(steady)
    assert manifest["manifest"].split("/")[2].removesuffix(".json") in seen["backup"]["evidence"]
    assert backup["backup"] in seen["backup"]["evidence"]
    assert recovery == {"recovery": "ENABLED"}
    assert image["image"][:19] in seen["image"]["evidence"]
    assert before.out.rstrip().endswith("ok")
    hand.do(CHECKLIST, 2, fill={"TAG": "9.9.9"}, code=None)


def test_the_clock_of_the_windows(hand: Hand) -> None:
    told = hand.do("Find out whether now is a time for changes").out.strip()
    at = datetime.strptime(told, "%A %Y-%m-%d %H:%M UTC").replace(tzinfo=UTC)
    assert abs(datetime.now(UTC) - at) < timedelta(minutes=2)


def test_the_address_of_the_dashboard(hand: Hand, aws: AtAws) -> None:
    told = hand.do("Open the dashboard").out.strip()
    (name,) = [
        it["DashboardName"]
        for it in aws.cloudwatch.list_dashboards()["DashboardEntries"]
        if it["DashboardName"].endswith("-local")
    ]
    prod = target(region=hand.sandbox.found["region"], dashboard=name)
    assert told == consoles.page(prod, "dashboard").url


def test_another_suffix_is_another_dashboard(hand: Hand) -> None:
    told = hand.do("Open the dashboard", instead={"'$SUFFIX'": "'-nobody'"}).out.strip()
    assert told.endswith(f"{os.sep}None")
