"""`opsctl contacts`: from the file, plain, and without AWS."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable
from pathlib import Path

Program = Callable[..., subprocess.CompletedProcess[str]]
FILE = '[env.prod]\naccount = "123456789012"\nregion = "eu-west-1"\n'
CONTACTS = 'contacts = { on-call = "PagerDuty: a=b", aws = "https://support.example.com" }\n'


def test_they_are_shown_in_the_order_of_the_file(program: Program, home: Path) -> None:
    (home / "opsctl.toml").write_text(FILE + CONTACTS)
    ran = program("contacts", "-e", "prod")
    assert (ran.returncode, ran.stderr) == (0, "")
    assert ran.stdout == "  on-call  PagerDuty: a=b\n  aws      https://support.example.com\n"
    document = json.loads(program("contacts", "-e", "prod", "-o", "json").stdout)
    assert document["result"]["contacts"]["on-call"] == "PagerDuty: a=b"


def test_where_there_are_none_it_says_how_to_add_some(program: Program, home: Path) -> None:
    (home / "opsctl.toml").write_text(FILE)
    ran = program("contacts", "-e", "prod")
    assert ran.returncode == 0
    assert "[env.prod]" in ran.stdout
    example = next(line for line in ran.stdout.splitlines() if "contacts =" in line)
    (home / "opsctl.toml").write_text(f"{FILE}{example.strip()}\n")
    assert "security@example.com" in program("contacts", "-e", "prod").stdout


def test_the_sandbox_has_nobody(program: Program) -> None:
    ran = program("contacts", "-e", "local")
    assert ran.returncode == 0
    assert "nobody to call" in ran.stdout
