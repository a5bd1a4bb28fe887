"""The name that opsctl gives itself is one that HTTP takes, and that can be read back."""

from __future__ import annotations

import pytest

import opsctl
from opsctl.aws import agent


@pytest.mark.parametrize(
    "command",
    [
        "status",
        "scale count",
        "secrets revoke-old",
        "deploy --build",
        "backup create s3 --engine",
    ],
)
def test_the_words_of_a_command_come_back_as_they_were(command: str) -> None:
    named = agent.named(command)
    assert named.startswith(f"opsctl/{opsctl.__version__} md/command#")
    assert agent.command_of(f"Boto3/1.44 md/Botocore#1.44 {named}") == command


def test_without_a_command_there_is_only_the_version() -> None:
    assert agent.named("") == f"opsctl/{opsctl.__version__}"
    assert agent.command_of(agent.named("")) == ""


def test_no_character_gets_into_the_header_that_does_not_belong_there() -> None:
    assert agent.named("a\r\nX-Evil: 1 ü/b").partition("#")[2] == "a.X-Evil.1.b"


def test_who_only_looks_like_a_command_is_none() -> None:
    assert agent.command_of("aws-cli/1.46 somd/command#deploy") == ""
