"""The ways of `opsctl deploy`: words into requests, and what does not go together."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest
from asked import Asked

from opsctl.plan import Danger
from opsctl.procedures import deploy_build, tag_release


def test_a_build_takes_its_place_from_the_words(asked: Asked, tmp_path: Path) -> None:
    words = ("--build", "2.0.0", "--context", "src", "--dockerfile", "ops/Dockerfile")
    assert asked("deploy", *words, "-e", "local") == 0
    folder = str(tmp_path / "src")
    request = deploy_build.Request("local", "2.0.0", folder, "ops/Dockerfile", 1200.0)
    assert asked.last == ("deploy --build", request, Danger.MODERATE)


def test_a_build_is_of_the_working_folder_otherwise(asked: Asked, tmp_path: Path) -> None:
    assert asked("deploy", "2.0.0", "--build", "-e", "local") == 0
    request = deploy_build.Request("local", "2.0.0", str(tmp_path), "Dockerfile", 1200.0)
    assert asked.last[1] == request


def test_a_build_without_a_tag_is_named_by_git(asked: Asked, tmp_path: Path) -> None:
    who = ("-c", "user.name=a", "-c", "user.email=a@example.com")
    for words in (("init", "-q"), (*who, "commit", "-q", "--allow-empty", "-m", "x")):
        subprocess.run(["git", "-C", str(tmp_path), *words], check=True)
    subprocess.run(["git", "-C", str(tmp_path), *who, "tag", "-a", "-m", "x", "v2.1.0"], check=True)
    (tmp_path / ".git/info/exclude").write_text("opsctl\n")
    assert asked("deploy", "--build", "-e", "local") == 0
    assert asked.last[1].tag == "2.1.0"


def test_a_build_without_a_tag_and_without_git_asks_for_one(
    asked: Asked, capsys: pytest.CaptureFixture[str]
) -> None:
    assert asked("deploy", "--build", "-e", "local") == 10
    assert "opsctl deploy --build TAG" in capsys.readouterr().err


def test_a_release_by_tag_carries_the_reason_as_its_message(asked: Asked, tmp_path: Path) -> None:
    assert asked("deploy", "--tag-release", "v1.2.3", "--reason", "new models", "-e", "local") == 0
    message = "Release v1.2.3\n\nnew models"
    request = tag_release.Request("local", "v1.2.3", str(tmp_path), message, 1200.0)
    assert asked.last == ("deploy --tag-release", request, Danger.MODERATE)


@pytest.mark.parametrize(
    ("words", "told"),
    [
        ((), "What to deploy?"),
        (("--terraform",), "What to deploy?"),
        (("1.3.0", "--tag-release", "v1.3.0"), "one name too many"),
        (("--build", "--tag-release", "v1.3.0"), "do not go together"),
        (("1.3.0", "--build", "--terraform"), "do not go together"),
        (("1.3.0", "--context", "src"), "for --build only"),
        (("1.3.0", "--dockerfile", "x"), "for --build only"),
        (("1.3.0", "--build", "--silence"), "--silence does not go with --build"),
        (("--tag-release", "v1.0.0", "--silence"), "--silence does not go with --tag-release"),
    ],
)
def test_words_that_do_not_go_together_are_a_usage_error(
    asked: Asked, words: tuple[str, ...], told: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert asked("deploy", *words, "-e", "local") == 2
    assert asked.requests == []
    assert told in capsys.readouterr().err
