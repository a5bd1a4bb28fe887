"""The few questions of `config init`."""

from __future__ import annotations

import io
from collections.abc import Callable
from pathlib import Path

import pytest
from moto import mock_aws

from opsctl import errors
from opsctl.cli import config_questions
from opsctl.reports.config import Answers
from opsctl.terminal import prompts
from opsctl.terminal.screen import Screen


class Terminal(io.StringIO):
    """Text that says it is a terminal."""

    def isatty(self) -> bool:
        return True

    def fileno(self) -> int:
        raise OSError("no descriptor")


def terminal(typed: str) -> Screen:
    dumb = {"TERM": "dumb"}
    return Screen(stdin=Terminal(typed), stdout=io.StringIO(), stderr=Terminal(), environ=dumb)


def shown(screen: Screen) -> str:
    return screen.err.file.getvalue()  # type: ignore[attr-defined, no-any-return]


@pytest.fixture
def no_credentials(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_PROFILE", "AWS_REGION"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")


@pytest.fixture
def choosing(monkeypatch: pytest.MonkeyPatch) -> Callable[[str], list[list[str]]]:
    """Answers every choice with a title's beginning, and keeps the titles."""
    offered: list[list[str]] = []

    def answer_with(beginning: str) -> list[list[str]]:
        def choice(_screen: Screen, _words: str, titles: list[tuple[str, str]]) -> str:
            offered.append([title for title, _value in titles])
            return next(value for title, value in titles if title.startswith(beginning))

        monkeypatch.setattr(prompts, "choice", choice)
        return offered

    return answer_with


def test_everything_can_be_typed_and_enter_takes_the_usual(no_credentials: None) -> None:
    screen = terminal("\n\nus-west-2\n\n123456789012\n\nus-west-2_a1\n")
    answers = config_questions.complete(Answers("", "", ""), screen, no_input=False)
    assert answers == Answers("prod", "123456789012", "us-west-2", user_pool="us-west-2_a1")
    assert "What is the environment called? [prod]" in shown(screen)
    assert "No credentials answered" in shown(screen)


def test_what_was_said_is_not_asked_again(no_credentials: None) -> None:
    said = Answers("stage", "123456789012", "eu-west-1", bucket="b", user_pool="eu-west-1_a")
    screen = terminal("")
    assert config_questions.complete(said, screen, no_input=False) == said
    assert shown(screen) == ""


@mock_aws
def test_the_account_is_prefilled_and_things_are_chosen_from_what_exists(
    no_credentials: None,
    choosing: Callable[[str], list[list[str]]],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    import boto3

    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "AKIAEXAMPLE")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "example")
    boto3.client("s3", "us-east-1").create_bucket(Bucket="users-images")
    boto3.client("cognito-idp", "us-east-1").create_user_pool(PoolName="users")
    offered = choosing("users")
    screen = terminal("prod\n\nus-east-1\n\n")
    answers = config_questions.complete(Answers("", "", ""), screen, no_input=False)
    assert (answers.account, answers.bucket) == ("123456789012", "users-images")
    assert answers.user_pool.startswith("us-east-1_")
    assert offered[0] == ["users-images", "another, which I type"]
    assert offered[1][-1] == "none, for now"


@pytest.mark.parametrize("no_input", [True, False])
def test_with_nobody_to_ask_the_missing_options_are_named(no_input: bool) -> None:
    screen = terminal("prod\n") if no_input else Screen(stdin=io.StringIO(), stderr=io.StringIO())
    with pytest.raises(errors.NeedsAnswer, match="--name, --account must be said"):
        config_questions.complete(Answers("", "", "eu-west-1"), screen, no_input=no_input)


def test_an_input_that_ends_is_no_answer(no_credentials: None) -> None:
    with pytest.raises(errors.Cancelled):
        config_questions.complete(Answers("", "", ""), terminal("prod\n"), no_input=False)
