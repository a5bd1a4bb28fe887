"""`opsctl whoami`: who a command would be, and the exit codes."""

from __future__ import annotations

import subprocess
from collections.abc import Callable
from pathlib import Path

Program = Callable[..., subprocess.CompletedProcess[str]]
FILE = '[env.prod]\naccount = "123456789012"\nregion = "eu-west-1"\n'


def test_without_a_running_sandbox_it_is_unreachable(program: Program) -> None:
    ran = program("whoami")
    assert ran.returncode == 18
    assert "opsctl sandbox up" in ran.stderr


def test_without_credentials_there_is_no_access(program: Program, home: Path) -> None:
    (home / "opsctl.toml").write_text(FILE)
    nobody = {"AWS_ACCESS_KEY_ID": "", "AWS_EC2_METADATA_DISABLED": "true"}
    ran = program("whoami", "-e", "prod", **nobody)
    assert ran.returncode == 11
    assert "AWS_PROFILE" in ran.stderr


def test_an_unknown_profile_is_no_access(program: Program, home: Path) -> None:
    (home / "opsctl.toml").write_text(FILE + 'profile = "ops"\n')
    ran = program("whoami", "-e", "prod")
    assert ran.returncode == 11
    assert "There is no AWS profile called ops" in ran.stderr
