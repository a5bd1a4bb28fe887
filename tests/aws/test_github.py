"""What `gh` says of a commit, through a program in its place."""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path

import pytest

from opsctl.aws import Aws
from opsctl.aws.github import Checks


def gh(folder: Path, answer: str, code: int = 0) -> None:
    """Puts a `gh` there that answers, and keeps its words."""
    program = folder / "gh"
    kept = str(folder / "words")
    program.write_text(
        f"#!{sys.executable} -S\nimport sys\nopen({kept!r}, 'w').write(' '.join(sys.argv[1:]))\n"
        f"print({answer!r}, file=sys.stderr if {code} else sys.stdout)\nsys.exit({code})\n"
    )
    program.chmod(0o755)


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("PATH", f"{tmp_path}{os.pathsep}/usr/bin{os.pathsep}/bin")
    return tmp_path


def run(name: str, status: str, conclusion: str = "") -> dict[str, str]:
    return {"workflowName": name, "status": status, "conclusion": conclusion}


@pytest.mark.parametrize(
    ("runs", "checks"),
    [
        ([run("test", "completed", "success"), run("lint", "completed", "skipped")], "passed"),
        ([run("test", "completed", "failure"), run("lint", "queued")], "failed"),
        ([run("test", "in_progress")], "running"),
        ([run("test", "completed", "success"), run("test", "completed", "failure")], "passed"),
        ([], "none"),
    ],
)
def test_the_newest_run_of_each_workflow_counts(
    aws: Aws, folder: Path, runs: list[dict[str, str]], checks: str
) -> None:
    gh(folder, json.dumps(runs))
    assert aws.github.checks(str(folder), "abc").state == checks
    assert "run list --commit abc" in (folder / "words").read_text()


def test_what_cannot_be_asked_is_unknown_with_the_reason(aws: Aws, folder: Path) -> None:
    missing = Checks("unknown", "there is no program `gh` on the PATH")
    assert aws.github.checks(str(folder), "abc") == missing
    gh(folder, "To get started with GitHub CLI, please run: gh auth login", 4)
    assert "gh auth login" in aws.github.checks(str(folder), "abc").detail
    gh(folder, "{not json")
    assert "not understood" in aws.github.checks(str(folder), "abc").detail


def answering(folder: Path, pulls: object, pull: object = None) -> None:
    """Puts a `gh` there that knows the pull requests of a commit, and one of them."""
    (folder / "pulls").write_text(json.dumps(pulls))
    (folder / "pull").write_text(json.dumps(pull))
    program = folder / "gh"
    program.write_text(
        f'#!/bin/sh\necho "$@" >> {folder}/words\n'
        f'case "$1" in api) cat {folder}/pulls ;; pr) cat {folder}/pull ;; esac\n'
    )
    program.chmod(0o755)


def pull(**over: object) -> dict[str, object]:
    review = {"state": "APPROVED", "author": {"login": "kim"}}
    made = {
        "number": 12,
        "url": "https://github.com/o/r/pull/12",
        "state": "MERGED",
        "mergedAt": "2026-11-23T10:00:00Z",
        "reviewDecision": "APPROVED",
        "latestReviews": [review],
    }
    return {**made, **over}


MERGED = [{"number": 12, "merged_at": "2026-11-23T10:00:00Z"}]


@pytest.mark.parametrize(
    ("found", "state"),
    [
        (pull(), "approved"),
        (pull(reviewDecision=""), "approved"),
        (pull(latestReviews=[], reviewDecision=""), "unapproved"),
        (pull(reviewDecision="REVIEW_REQUIRED"), "unapproved"),
        (
            pull(latestReviews=[{"state": "COMMENTED", "author": {"login": "kim"}}]),
            "unapproved",
        ),
        (
            pull(
                latestReviews=[
                    {"state": "CHANGES_REQUESTED", "author": {"login": "lee"}},
                    {"state": "APPROVED", "author": {"login": "kim"}},
                ]
            ),
            "rejected",
        ),
        (pull(state="OPEN"), "open"),
        ({"number": 12}, "unknown"),
        ("a word", "unknown"),
    ],
)
def test_a_pull_request_is_approved_by_its_latest_reviews_only(
    aws: Aws, folder: Path, found: object, state: str
) -> None:
    answering(folder, MERGED, found)
    assert aws.github.review(str(folder), "abc").state == state


def test_the_pull_request_is_found_by_the_commit_and_the_merged_one_counts(
    aws: Aws, folder: Path
) -> None:
    answering(folder, [*MERGED, {"number": 15, "merged_at": None}], pull())
    review = aws.github.review(str(folder), "abc")
    assert (review.number, review.url) == (12, "https://github.com/o/r/pull/12")
    assert "approved by kim" in review.detail
    words = (folder / "words").read_text().splitlines()
    assert words[0] == "api repos/{owner}/{repo}/commits/abc/pulls"
    assert words[1].startswith("pr view 12 --json ")


def test_no_pull_request_is_none_and_what_cannot_be_asked_is_unknown(
    aws: Aws, folder: Path
) -> None:
    assert aws.github.review(str(folder), "abc").detail == "there is no program `gh` on the PATH"
    answering(folder, [])
    assert aws.github.review(str(folder), "abc").state == "none"
    answering(folder, {"message": "Not Found"})
    assert aws.github.review(str(folder), "abc").state == "unknown"
    other = "none of the git remotes configured for this repository point to a known GitHub host"
    gh(folder, other, 1)
    assert aws.github.review(str(folder), "abc").detail == other
