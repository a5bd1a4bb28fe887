"""Command lines in a text: where they stand, what is left open, and what cannot get in."""

from __future__ import annotations

import pytest

from opsctl.errors import BadConfig
from opsctl.runbook import command_lines as lines

TEXT = """\
Run `opsctl deploy TAG --env prod`, or `--level ERROR`, but not `opsctl` or `aws ecs wait`.

```bash
opsctl lock take --reason 'a move' --env prod    # says why
aws ecs describe-services
  opsctl indented
```
"""


def test_they_stand_in_code() -> None:
    assert lines.found(TEXT) == (
        "opsctl deploy TAG --env prod",
        "opsctl lock take --reason 'a move' --env prod",
    )
    assert lines.begins("`opsctl status` first")
    assert not lines.begins("First `opsctl status`")


def test_a_word_in_capitals_is_left_open_and_the_environment_is_known() -> None:
    assert lines.left_open("opsctl backup restore dynamodb NAME --as TABLE --env ENV") == (
        "NAME",
        "TABLE",
    )
    assert lines.left_open("opsctl incident note NOTE --reason NOTE") == ("NOTE",)
    assert lines.left_open("opsctl scale task-size --cpu 512 --memory 1GB -e prod") == ()


@pytest.mark.parametrize("env", ["--env prod", "-e prod", "--env=prod", ""])
def test_it_is_filled_for_the_environment_that_was_chosen(env: str) -> None:
    line = f"opsctl deploy TAG {env} --silence"
    words = lines.filled(line, {"TAG": "1.3.0"}, "stage")
    assert words == ["deploy", "1.3.0", "--silence", "--env", "stage"]


@pytest.mark.parametrize("value", ["a b", "'; rm -rf /", "$(id)", "x --yes", ""])
def test_a_value_stays_one_word_whatever_is_in_it(value: str) -> None:
    words = lines.filled("opsctl incident note NOTE", {"NOTE": value}, "prod")
    assert words == ["incident", "note", value, "--env", "prod"]


def test_what_nobody_said_stays_as_it_is() -> None:
    assert lines.filled("opsctl undo RUN", {}, "prod") == ["undo", "RUN", "--env", "prod"]


def test_a_quote_without_an_end_is_the_runbooks_mistake() -> None:
    with pytest.raises(BadConfig, match="opsctl note 'half"):
        lines.words("opsctl note 'half")


def test_where_no_environment_was_named_none_is() -> None:
    assert lines.filled("opsctl undo RUN --env prod", {"RUN": "r-1"}, "") == ["undo", "r-1"]
