"""`opsctl runbook list` and `show`: the shipped runbook, the team's own, a section in full."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

from opsctl import runbook

PROD = '[env.prod]\naccount = "210987654321"\nregion = "eu-west-3"\ncluster = "blue"\n'


def test_the_runbook_is_there_without_any_file(program: Any) -> None:
    answer = json.loads(program("runbook", "list", "-o", "json").stdout)["result"]
    assert [it["title"] for it in answer["sections"]] == [
        it.title for it in runbook.load().sections
    ]
    deploy = next(it for it in answer["sections"] if it["slug"] == "deploy-a-release")
    assert (deploy["danger"], deploy["walk"], deploy["deviations"]) == ("moderate", None, [])
    assert deploy["last_reviewed"]


def test_without_an_environment_it_is_listed_all_the_same(program: Any) -> None:
    done = program("runbook", "list", OPSCTL_ENV="")
    assert done.returncode == 0, done.stderr
    assert "Erase a user's data" in done.stdout
    assert "severe" in done.stdout
    assert "erase-a-users-data" in done.stdout
    assert "\x1b" not in done.stdout


def test_it_is_listed_where_the_records_do_not_answer(program: Any, home: Path) -> None:
    there = 'endpoint_url = "http://127.0.0.1:9"\nstate = "s3://records/ops"\n'
    (home / "opsctl.toml").write_text(PROD + there)
    done = program("runbook", "list", "-e", "prod")
    assert done.returncode == 0, done.stderr
    assert "deploy-a-release" in done.stdout
    assert "Walks were not looked at" in done.stderr


def test_an_environment_that_there_is_not_is_told(program: Any) -> None:
    assert program("runbook", "list", "-e", "prd").returncode == 2
    assert program("runbook", "show", "1", "-e", "prd").returncode == 2


def test_off_a_terminal_a_section_is_its_markdown(program: Any) -> None:
    done = program("runbook", "show", "roll", "back", PAGER="false")
    assert done.returncode == 0, done.stderr
    assert done.stdout == runbook.load().find("roll").text


def test_a_section_in_json_has_its_parts(program: Any) -> None:
    answer = json.loads(program("runbook", "show", "restart", "-o", "json").stdout)["result"]
    assert answer["slug"] == "restart-the-service"
    assert list(answer["parts"]) == list(runbook.PARTS)
    assert answer["digest"] == runbook.load().find("restart").digest


def test_with_an_environment_it_is_in_that_ones_words(program: Any, home: Path) -> None:
    (home / "opsctl.toml").write_text(PROD.replace("env.prod", "env.stage"))
    done = program("runbook", "show", "restart", "-e", "stage")
    assert "opsctl restart --reason REASON --env stage" in done.stdout
    assert re.search(
        r"^CLUSTER=blue +# .*\nSERVICE=image-caption-gen-service-stage +# ", done.stdout, re.M
    )
    assert "AWS_REGION=eu-west-3" in done.stdout
    assert "prod" not in done.stdout.partition("<!--")[0]


def test_a_team_has_its_own_for_all_or_for_one_environment(program: Any, home: Path) -> None:
    for name in ("ALL", "PROD"):
        (home / f"{name}.md").write_text(f"## {name}\n\n**When** now.\n")
    config = home / "opsctl.toml"
    config.write_text(f'runbook = "ALL.md"\n{PROD}runbook = "PROD.md"\n')
    shown = {
        env: program("runbook", "list", OPSCTL_ENV=env).stdout for env in ("local", "prod", "")
    }
    assert ["PROD" in it for it in shown.values()] == [False, True, False]
    assert "ALL: its parts are When; they must be" in shown["local"]
    config.write_text('runbook = "GONE.md"\n')
    gone = program("runbook", "list")
    assert gone.returncode == 10
    assert "GONE.md cannot be read" in gone.stderr


def test_a_section_that_is_none_is_12_with_what_comes_near(program: Any) -> None:
    done = program("runbook", "show", "rolback")
    assert done.returncode == 12
    assert "Did you mean: roll-back-a-release?" in done.stderr


@pytest.fixture
def pager(home: Path) -> str:
    path = home / "pager"
    path.write_text(f"#!/bin/sh\ncat > {home}/paged\n")
    path.chmod(0o755)
    return str(path)


def test_at_a_terminal_it_is_laid_out_and_paged(terminal: Any, home: Path, pager: str) -> None:
    high = {"PAGER": pager, "LINES": "24"}
    played = terminal(["runbook", "show", "erase"], [], **high)
    assert played.code == 0
    assert "Erase a user's data" in (home / "paged").read_text()
    assert "Erase" not in played.screen
    (home / "paged").unlink()
    played = terminal(["runbook", "show", "erase", "--no-pager"], [], **high)
    assert "Erase a user's data" in played.screen
    assert "**When**" not in played.screen
    assert not (home / "paged").exists()


def test_do_is_a_command_that_asks(asked: Any) -> None:
    assert asked("runbook", "do", "restart", "-e", "local") == 15
    assert asked.requests == []
