"""`opsctl windows`: from the file and the records, without AWS."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable
from pathlib import Path

Program = Callable[..., subprocess.CompletedProcess[str]]
FILE = (
    '[env.prod]\naccount = "123456789012"\nregion = "eu-west-1"\n'
    'windows = ["daily 00:00-24:00 UTC"]\n'
)


def test_it_needs_no_credentials_and_shows_the_freeze_of_the_lock(
    program: Program, home: Path
) -> None:
    (home / "opsctl.toml").write_text(FILE)
    ran = program("windows", "-e", "prod")
    assert (ran.returncode, ran.stderr) == (0, "")
    assert ran.stdout.startswith("OPEN  prod")
    words = ("lock", "take", "--reason", "sale day", "-e", "prod", "--yes")
    taken = program(*words)
    assert taken.returncode == 0, taken.stderr
    shown = program("windows", "-e", "prod", "-o", "json")
    assert shown.returncode == 0, shown.stderr
    document = json.loads(shown.stdout)
    assert document["result"]["lock"]["reason"] == "sale day"
    assert document["result"]["changes"]["mild"] == "locked"


def test_records_that_cannot_be_read_are_no_failure(program: Program, home: Path) -> None:
    (home / "opsctl.toml").write_text(FILE + 'state = "s3://no-such-bucket/x"\n')
    nobody = {"AWS_ACCESS_KEY_ID": "", "AWS_EC2_METADATA_DISABLED": "true"}
    ran = program("windows", "-e", "prod", **nobody)
    assert ran.returncode == 0, ran.stderr
    assert "lock not looked at: " in ran.stdout
    assert "Daily 00:00-24:00 UTC" in ran.stdout
