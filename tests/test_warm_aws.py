"""The `aws` of the tests is awscli: it says and ends as the one of the virtual environment does."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
import warm_aws

SHELL = {"PATH": "/usr/bin:/bin", "AWS_DEFAULT_REGION": "eu-north-1"}


@pytest.fixture(scope="module")
def warm(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    with warm_aws.running(tmp_path_factory.mktemp("warm") / "bin") as folder:
        yield folder / "aws"


def run(*words: str, **more: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        words, env={**SHELL, **more}, capture_output=True, text=True, check=False, cwd="/"
    )


@pytest.mark.parametrize(
    "words",
    [
        ("--version",),
        ("configure", "get", "region"),
        ("ecs", "update-service"),
        ("ecs", "list-clusters", "--endpoint-url", "http://127.0.0.1:9", "--no-sign-request"),
    ],
)
def test_it_says_and_ends_as_aws_does(warm: Path, words: tuple[str, ...]) -> None:
    cold = run(sys.executable, "-m", "awscli", *words, AWS_MAX_ATTEMPTS="1")
    found = run(str(warm), *words, AWS_MAX_ATTEMPTS="1")
    assert (found.returncode, found.stdout) == (cold.returncode, cold.stdout)
    # Python's -m names the program otherwise.
    said = [it.stderr.rstrip().rpartition("error: ")[2] for it in (cold, found)]
    assert said[0] == said[1]


def test_it_reads_files_where_it_is_called(warm: Path, tmp_path: Path) -> None:
    (tmp_path / "asked.json").write_text('{"maxResults": "many"}')
    there = "file://asked.json"
    for folder, told in ((tmp_path, "maxResults"), (tmp_path.parent, "asked.json")):
        words = [str(warm), "ecs", "list-clusters", "--cli-input-json", there]
        ran = subprocess.run(words, env=SHELL, cwd=folder, capture_output=True, text=True)
        assert ran.returncode != 0
        assert told in ran.stderr


def test_a_call_leaves_nothing_for_the_next(warm: Path) -> None:
    first = run(str(warm), "configure", "list", AWS_DEFAULT_REGION="eu-west-3")
    second = run(str(warm), "configure", "list")
    assert "eu-west-3" in first.stdout
    assert "eu-west-3" not in second.stdout
    assert "eu-north-1" in second.stdout
