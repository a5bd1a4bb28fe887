"""`opsctl config`: argv to a file, a table and exit codes."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable
from pathlib import Path

Program = Callable[..., subprocess.CompletedProcess[str]]
ENOUGH = ("--name", "prod", "--account", "123456789012", "--region", "eu-west-1")


def test_init_without_anybody_to_ask_names_the_options(program: Program, home: Path) -> None:
    ran = program("config", "init")
    assert ran.returncode == 15
    assert "--account" in ran.stderr
    assert "--region" in ran.stderr
    assert not (home / "opsctl.toml").exists()


def test_init_writes_what_the_options_say_and_never_over_it(program: Program, home: Path) -> None:
    ran = program("config", "init", *ENOUGH, "--bucket", "our-images")
    assert (ran.returncode, ran.stderr) == (0, "")
    assert "opsctl doctor -e prod" in ran.stdout
    written = (home / "opsctl.toml").read_text()
    assert 'bucket = "our-images"' in written
    assert program("config", "init", *ENOUGH).returncode == 13
    assert (home / "opsctl.toml").read_text() == written


def test_init_writes_where_config_says(program: Program, home: Path) -> None:
    ran = program("config", "init", *ENOUGH, "--config", "other.toml", "-o", "json")
    assert json.loads(ran.stdout)["result"] == {"path": "other.toml", "env": "prod"}
    assert (home / "other.toml").exists()


def test_init_refuses_a_wrong_account(program: Program, home: Path) -> None:
    words = ("--name", "prod", "--account", "12", "--region", "eu-west-1")
    ran = program("config", "init", *words)
    assert ran.returncode == 10
    assert "twelve digits" in ran.stderr
    assert not (home / "opsctl.toml").exists()


def test_show_gives_each_value_with_its_source(program: Program, home: Path) -> None:
    program("config", "init", *ENOUGH)
    ran = program("config", "show", "-e", "prod")
    rows = {line.split()[0]: line.split(maxsplit=2)[1:] for line in ran.stdout.splitlines()[2:]}
    assert rows["account"] == ["123456789012", f"{home}/opsctl.toml:7"]
    assert rows["cluster"] == ["image-caption-gen-cluster-prod", "default"]
    assert rows["deploy_timeout"] == ["20m", "default"]
    assert rows["protected"] == ["true", "always so in prod"]
    assert rows["user_pool"] == ["-", "default"]


def test_show_as_json_holds_the_same(program: Program) -> None:
    ran = program("config", "show", "-e", "local", "-o", "json")
    result = json.loads(ran.stdout)["result"]
    assert result["environments"] == ["local"]
    assert {"name": "env", "value": "local", "source": "--env"} in result["settings"]


def test_show_of_a_broken_file_tells_each_mistake_with_its_line(
    program: Program, home: Path
) -> None:
    (home / "opsctl.toml").write_text("[env.prod]\naccount = 1\nregoin = 'x'\n")
    ran = program("config", "show", "-e", "prod")
    assert ran.returncode == 10
    assert "opsctl.toml:2: env.prod.account" in ran.stderr
    assert "opsctl.toml:3: env.prod.regoin: unknown key; did you mean region?" in ran.stderr


def test_path_is_the_file_or_where_it_was_looked_for(program: Program, home: Path) -> None:
    missing = program("config", "path")
    assert missing.returncode == 12
    assert f"{home}/opsctl/opsctl.toml" in missing.stderr
    program("config", "init", *ENOUGH)
    assert program("config", "path").stdout == f"{home}/opsctl.toml\n"


def test_a_config_that_is_missing_is_bad_config(program: Program) -> None:
    assert program("config", "show", "-e", "local", "--config", "no.toml").returncode == 10
