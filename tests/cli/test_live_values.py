"""The process that reads live values: what it finds it prints and keeps; errors leave no word."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from opsctl import errors, targets
from opsctl.aws import Aws
from opsctl.cli import live_values
from opsctl.cli.completion_memory import Memory
from opsctl.targets import sandbox_file


@pytest.fixture
def found(local: Aws, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """`local` is the emulator in this process, as if a sandbox had been brought up."""
    for name in ("STATE", "CACHE", "CONFIG"):
        monkeypatch.setenv(f"XDG_{name}_HOME", str(tmp_path / "xdg"))
    monkeypatch.chdir(tmp_path)
    place = sandbox_file.path(os.environ)
    place.parent.mkdir(parents=True)
    running = {"pid": os.getpid(), "endpoint": local.target.endpoint_url, "account": "123456789012"}
    place.write_text(json.dumps(running))
    return place


def test_what_is_found_is_kept_for_the_next_tab(found: Path) -> None:
    values = live_values.read("revisions", "local", "")
    assert [value for value, _ in values] == ["2", "1"]
    target = targets.load().resolve("local")
    assert Memory("revisions", target, os.environ).recall() == values


def test_credentials_of_another_account_offer_nothing(found: Path) -> None:
    found.write_text(json.dumps({**json.loads(found.read_text()), "account": "210987654321"}))
    with pytest.raises(errors.NoAccess):
        live_values.read("revisions", "local", "")


def test_a_code_that_would_have_to_be_asked_for_offers_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "opsctl.toml"
    file.write_text(
        '[env.prod]\naccount = "123456789012"\nregion = "eu-west-1"\n'
        'role_arn = "arn:aws:iam::123456789012:role/operator"\n'
        'mfa_serial = "arn:aws:iam::123456789012:mfa/kim"\n'
    )
    monkeypatch.setenv("HOME", str(tmp_path))
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "nothing")
    with pytest.raises(errors.NeedsAnswer):
        live_values.read("revisions", "prod", str(file))


def test_as_a_process_it_prints_one_document(found: Path) -> None:
    words = [sys.executable, "-m", "opsctl.cli.live_values", "alarms", "local", ""]
    done = subprocess.run(words, capture_output=True, text=True, check=True, timeout=60)
    assert ["cpu-high", "OK"] in [[value, "OK"] for value, _ in json.loads(done.stdout)]
    assert done.stderr == ""


def test_it_ends_with_everything_it_started_when_it_takes_too_long(tmp_path: Path) -> None:
    program = (
        "import time; from opsctl.cli import live_values as it; it.LONGEST = 0.2\n"
        "it.read = lambda *_: time.sleep(60)\n"
        "import sys; sys.argv[1:] = ['a', 'b', 'c']; it.main()"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], start_new_session=True, check=False, timeout=30
    )
    assert done.returncode == -9
