"""What the schema's part `config_changes` adds; test_config_schema.py holds keys to their form."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from opsctl import targets
from opsctl.errors import BadConfig

HEAD = '[env.stage]\naccount = "123456789012"\nregion = "eu-west-1"\n'


def stage(folder: Path, text: str) -> targets.Target:
    (folder / "opsctl.toml").write_text(HEAD + text)
    return targets.load(folder / "opsctl.toml", environ={}, folder=folder).resolve("stage")


def complaint(folder: Path, text: str) -> str:
    with pytest.raises(BadConfig) as raised:
        stage(folder, text)
    return raised.value.message


def test_a_calendar_is_read_into_its_one_written_form(tmp_path: Path) -> None:
    it = stage(
        tmp_path,
        'protected = true\nwindows = ["sun 02:00–04:00 UTC"]\nemergency_notice = "90m"\n'
        'freezes = [{ from = 2026-12-24, to = "2026-12-27", reason = "Christmas" }]\n',
    )
    assert it.windows == ("Sundays 02:00-04:00 UTC",)
    assert it.emergency_notice == 5400.0
    assert it.freezes[0].ends == datetime(2026, 12, 28, tzinfo=UTC)


def test_freezes_may_stand_as_tables_of_their_own(tmp_path: Path) -> None:
    table = '[[env.stage.freezes]]\nfrom = "2026-12-24"\nto = "2026-12-24"\nreason = "a"\n'
    assert len(stage(tmp_path, f"protected = true\n{table}{table}").freezes) == 2


def test_without_the_keys_nothing_is_kept_and_nobody_told(tmp_path: Path) -> None:
    it = stage(tmp_path, "")
    assert (it.windows, it.freezes, it.notify, it.contacts) == ((), (), (), ())
    assert it.emergency_notice == 3600.0


def test_a_calendar_of_an_environment_that_is_not_protected_is_a_mistake(tmp_path: Path) -> None:
    told = complaint(tmp_path, 'windows = ["Sun 02:00-04:00 UTC"]\n')
    assert "opsctl.toml:4: env.stage.windows: needs protected = true" in told


def test_contacts_and_channels_are_read(tmp_path: Path) -> None:
    topic = "sns:arn:aws:sns:eu-west-1:123456789012:changes"
    it = stage(
        tmp_path,
        f'notify = ["slack", "{topic}", "slack"]\n'
        'contacts = { on-call = "PagerDuty = captions", "AWS Support" = "the console" }\n',
    )
    assert it.notify == ("slack", topic)
    assert it.contacts == ("on-call=PagerDuty = captions", "AWS Support=the console")


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ('windows = ["Sundays"]', "expected windows in quotes"),
        ('windows = ["Sun 02:00-04:00 Mars/North"]', "(“Mars/North” is no time zone"),
        ("windows = []", "expected windows in quotes"),
        ('windows = "Sun 02:00-04:00 UTC"', "expected windows in quotes"),
        ('freezes = [{ from = "2026-12-24", reason = "x" }]', "expected tables"),
        ('freezes = [{ from = "2026-12-24", to = "soon", reason = "x" }]', "“soon” is neither"),
        ('freezes = [{ from = "2026-12-24", to = "2026-12-25" }]', "expected tables"),
        ('emergency_notice = "60"', "expected a duration"),
        ('notify = ["sns:changes"]', "is not the ARN of a topic"),
        ('notify = "slack"', "expected channels"),
        ('contacts = { on-call = "" }', "expected a table of texts"),
        ('contacts = { "a=b" = "c" }', "expected a table of texts"),
    ],
)
def test_a_mistake_is_told_with_the_form_and_its_reason(
    tmp_path: Path, line: str, words: str
) -> None:
    told = complaint(tmp_path, f"protected = true\n{line}\n")
    assert "opsctl.toml:5: " in told
    assert words in told


@pytest.mark.parametrize(
    "line", ['notify = ["https://h.example.com/hush"]', 'notify = "slack:https://h/hush"']
)
def test_an_address_in_the_file_is_not_repeated(tmp_path: Path, line: str) -> None:
    assert "hush" not in complaint(tmp_path, f"{line}\n")
