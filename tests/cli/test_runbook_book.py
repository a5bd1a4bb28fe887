"""Which runbook counts: the environment's, the file's, or the one that is part of opsctl."""

from __future__ import annotations

from pathlib import Path

import pytest
from samples import target

from opsctl import runbook
from opsctl.cli import runbook_book
from opsctl.cli.options import Common
from opsctl.errors import UsageProblem

ENV = '[env.{0}]\naccount = "123456789012"\nregion = "eu-west-1"\n'


@pytest.fixture
def common(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Common:
    monkeypatch.delenv("OPSCTL_ENV", raising=False)
    path = tmp_path / "opsctl.toml"
    path.write_text(f'runbook = "ALL.md"\n{ENV.format("stage")}{ENV.format("prod")}')
    (tmp_path / "ALL.md").write_text("## All\n")
    return Common(config=path)


def test_without_an_environment_the_files_own_counts(common: Common) -> None:
    assert runbook_book.environment(common) == ""
    assert runbook_book.book(common).sections[0].title == "All"


@pytest.mark.parametrize("env", ["local", "stage", "prod"])
def test_it_counts_in_every_environment_and_the_sandbox(
    env: str, common: Common, tmp_path: Path
) -> None:
    said = Common(config=common.config, env=env)
    assert runbook_book.book(said).source == str(tmp_path / "ALL.md")


def test_one_of_an_environment_counts_there_alone(common: Common, tmp_path: Path) -> None:
    assert common.config is not None
    (tmp_path / "PROD.md").write_text("## Prod\n")
    common.config.write_text(f'{common.config.read_text()}runbook = "PROD.md"\n')
    titles = [
        runbook_book.book(Common(config=common.config, env=env)).sections[0].title
        for env in ("stage", "prod")
    ]
    assert titles == ["All", "Prod"]


def test_an_environment_that_was_named_and_is_none_is_an_error(common: Common) -> None:
    with pytest.raises(UsageProblem, match="no environment called prd"):
        runbook_book.environment(Common(config=common.config, env="prd"))


def test_a_section_gets_the_names_of_the_target() -> None:
    book = runbook.load()
    there = target(
        env="stage",
        cluster="blue",
        table="pictures",
        app_url="https://stage.example.com",
        user_pool="eu-west-1_stage",
        alarm_prefix="our-",
        alarm_suffix="-stage",
    )
    assert "CLUSTER=blue " in runbook_book.text(book.find("restart"), book, there)
    assert "TABLE=pictures " in runbook_book.text(book.find("back up the table"), book, there)
    assert "POOL=eu-west-1_stage" in runbook_book.text(book.find("disable"), book, there)
    silence = runbook_book.text(book.find("silence"), book, there)
    assert "ALARM=our-high-latency-stage\n" in silence
    assert "ALARMS=our- SUFFIX=-stage " in silence
    assert "--env prod" not in silence
