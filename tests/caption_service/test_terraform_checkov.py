"""The Terraform module for AWS before checkov: what it finds is mended, or left for a reason.

checkov gets a virtual environment of its own: its pins would clash with opsctl's. It takes a minute
or two, most of it to install.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

import opsctl

CHECKOV = "checkov==3.3.30"
MODULE = Path(opsctl.__file__).parent / "caption_service" / "terraform" / "aws"
SETTINGS = MODULE / ".checkov.yaml"
LEFT = re.compile(r"^  - (CKV2?_AWS_\d+) +# (.+)$", re.MULTILINE)


def left() -> dict[str, str]:
    """What is left so → the reason."""
    return dict(LEFT.findall(SETTINGS.read_text()))


def test_whatever_is_left_has_a_reason_and_stands_once() -> None:
    lines = [it for it in SETTINGS.read_text().splitlines() if it.startswith("  - ")]
    assert len(left()) == len(lines) > 0
    assert all(len(reason) > 15 for reason in left().values())


def test_the_reasons_are_shipped() -> None:
    settings = (Path(opsctl.__file__).parents[1] / "pyproject.toml").read_text()
    assert '"**/.checkov.yaml"' in settings


@pytest.mark.modules
def test_checkov_finds_what_is_left_so_and_nothing_else(tmp_path: Path) -> None:
    place = tmp_path / "venv"
    subprocess.run([sys.executable, "-m", "venv", place], check=True)
    pip = [place / "bin" / "python", "-m", "pip", "--disable-pip-version-check", "install"]
    subprocess.run([*pip, "--quiet", "--no-compile", CHECKOV], check=True)
    # Without the module's own settings, so that what is no longer found is noticed.
    copy = shutil.copytree(MODULE, tmp_path / "aws", ignore=lambda *_: [SETTINGS.name])
    words = ["--framework", "terraform", "--compact", "--quiet", "--skip-download", "-o", "json"]
    done = subprocess.run(
        [place / "bin" / "checkov", *words, "-d", copy],
        capture_output=True,
        text=True,
        env={**os.environ, "HOME": str(tmp_path)},
        cwd=tmp_path,
    )
    assert done.stdout.startswith("{"), done.stderr
    document = json.loads(done.stdout)
    assert document["summary"]["parsing_errors"] == 0
    assert document["summary"]["passed"] > 100
    failed = document["results"]["failed_checks"]
    told = {it["check_id"]: f"{it['resource']}: {it['check_name']}" for it in failed}
    assert {key: told[key] for key in told.keys() - left().keys()} == {}
    assert left().keys() - told.keys() == set()
