"""What the schema's part `config_releases` adds; test_config_schema.py holds keys to their form."""

from __future__ import annotations

from pathlib import Path

import pytest

from opsctl import targets
from opsctl.errors import BadConfig

HEAD = '[env.stage]\naccount = "123456789012"\nregion = "eu-west-1"\n'


def stage(folder: Path, text: str) -> targets.Target:
    (folder / "opsctl.toml").write_text(HEAD + text)
    return targets.load(folder / "opsctl.toml", environ={}, folder=folder).resolve("stage")


def test_the_terraform_folder_is_found_from_the_file_that_names_it(tmp_path: Path) -> None:
    it = stage(tmp_path, 'terraform = "infra"\nterraform_workspace = "blue"\n')
    assert it.terraform == str(tmp_path / "infra")
    assert it.terraform_workspace == "blue"


def test_an_absolute_folder_stays_what_it_is(tmp_path: Path) -> None:
    assert stage(tmp_path, 'terraform = "/srv/tf"\n').terraform == "/srv/tf"


def test_without_the_key_nothing_goes_through_terraform(tmp_path: Path) -> None:
    it = stage(tmp_path, "")
    assert (it.terraform, it.terraform_workspace) == ("", "default")


@pytest.mark.parametrize("line", ['terraform = ""', 'tfvars = "prod.tf"', "tfvars = 3"])
def test_a_value_of_another_form_is_told(tmp_path: Path, line: str) -> None:
    with pytest.raises(BadConfig, match="expected"):
        stage(tmp_path, f"{line}\n")
