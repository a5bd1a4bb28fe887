"""`opsctl secrets`: words into requests."""

from __future__ import annotations

import io
from dataclasses import replace
from pathlib import Path

import pytest
from asked import Asked

from opsctl.plan import Danger
from opsctl.procedures import revoke_client_secret, rotate_access_key, rotate_client_secret


@pytest.fixture
def value(tmp_path: Path) -> str:
    path = tmp_path / "value"
    path.write_text("hf_value_of_a_test\n")
    path.chmod(0o600)
    return str(path)


def rotated(asked: Asked, *words: str) -> int:
    return asked("secrets", "rotate", *words, "-e", "local", "-o", "json")


def test_a_key_is_asked_for_by_what_the_configuration_calls_it(asked: Asked, value: str) -> None:
    assert rotated(asked, "hf", "--value-from", value) == 0
    name, request, danger = asked.last
    assert (name, danger) == ("secrets rotate", Danger.MODERATE)
    assert (request.called, request.key, request.check_url) == ("hf", "hf_api_key", "")
    assert "value_of_a_test" not in repr(request)


def test_check_asks_the_provider_of_the_configuration(asked: Asked, value: str) -> None:
    assert rotated(asked, "hf", "--value-from", value, "--check") == 0
    assert asked.last[1].check_url.startswith("https://huggingface.co/")


def test_a_dry_run_needs_no_value(asked: Asked) -> None:
    assert rotated(asked, "hf", "--dry-run") == 0
    assert rotated(asked, "hf", "--dry-run", "--check") == 2


def test_nobody_to_type_the_value_is_told_the_flag(
    asked: Asked, capsys: pytest.CaptureFixture[str]
) -> None:
    assert rotated(asked, "hf", "--yes") == 15
    assert "--value-from" in capsys.readouterr().err
    assert asked.requests == []


def test_the_client_secret_and_an_access_key_have_procedures_of_their_own(asked: Asked) -> None:
    assert rotated(asked, "cognito") == 0
    request = rotate_client_secret.Request("local", "cognito_client_secret")
    assert asked.last == ("secrets rotate cognito", request, Danger.MODERATE)
    assert rotated(asked, "access-key", "ci", "--to", "key.ini") == 0
    key = rotate_access_key.Request("local", "ci", "key.ini")
    assert asked.last == ("secrets rotate access-key", key, Danger.MODERATE)
    assert rotated(asked, "access-key", "ci", "--although-used") == 0
    assert asked.last[1] == replace(key, to="", although_used=True)


@pytest.mark.parametrize(
    "words",
    [
        ["access-key"],
        ["hf", "ci"],
        ["hf", "--to", "x"],
        ["hf", "--although-used"],
        ["cognito", "--value-from", "x"],
        ["access-key", "ci", "--value-from", "x"],
        ["cognito", "--check"],
        ["hfx", "--value-from", "x"],
    ],
    ids=" ".join,
)
def test_words_that_do_not_belong_together_are_usage_errors(asked: Asked, words: list[str]) -> None:
    assert rotated(asked, *words) == 2
    assert asked.requests == []


def test_only_cognito_has_an_old_secret_and_to_delete_it_is_severe(asked: Asked) -> None:
    assert asked("secrets", "revoke-old", "cognito", "-e", "local") == 0
    request = revoke_client_secret.Request("local", "cognito_client_secret")
    assert asked.last == ("secrets revoke-old cognito", request, Danger.SEVERE)
    assert asked("secrets", "revoke-old", "hf", "-e", "local") == 2


def test_the_list_is_a_report(asked: Asked) -> None:
    assert asked("secrets", "list", "-e", "local") == 0
    assert asked.reports == ["secrets list"]


def test_the_value_comes_from_standard_input(asked: Asked, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO("hf_from_a_pipe\n"))
    assert rotated(asked, "hf", "--value-from", "-") == 0
    assert asked.last[1].key == "hf_api_key"
