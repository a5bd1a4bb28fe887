"""Doctor looks at the Terraform folder, and tells for each thing what to type."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from terraforming import module, needs_terraform, stand_in

from opsctl.reports import doctor_terraform
from opsctl.reports.resources import Check
from opsctl.targets import Target

VERSION = """case "$1" in
version) echo '{"terraform_version": "1.11.2"}' ;;
workspace) echo ${WORKSPACE:-default} ;;
*) exit 9 ;;
esac"""
GOOD = """image = "registry/app@sha256:0"
environment = "prod"
account_id = "%s"
region = "eu-west-1"
"""
AWS = """
terraform {
  required_version = ">= 1.10" # newer
  required_providers {
    aws = { source = "hashicorp/aws" }
  }
  backend "s3" {}
}
"""


@pytest.fixture
def ready(tmp_path: Path, target: Target, monkeypatch: pytest.MonkeyPatch) -> Target:
    """A target whose folder lacks nothing, with a stand-in for the program."""
    stand_in(tmp_path / "bin", monkeypatch, VERSION)
    folder = tmp_path / "infra"
    made = folder / ".terraform"
    (made / "providers").mkdir(parents=True)
    (made / "terraform.tfstate").write_text("{}")
    (folder / "main.tf").write_text(AWS)
    (folder / ".terraform.lock.hcl").write_text("")
    (folder / "prod.tfvars").write_text(GOOD % target.account)
    return replace(target, terraform=str(folder))


def found(target: Target) -> dict[str, Check]:
    checks = list(doctor_terraform.look(target, {}))
    assert all(it.fix for it in checks if it.status != "ok")
    return {it.name.removeprefix("Terraform").strip() or "program": it for it in checks}


def wrong(target: Target) -> dict[str, str]:
    return {name: it.status for name, it in found(target).items() if it.status != "ok"}


def file(target: Target, name: str) -> Path:
    return Path(target.terraform) / name


def test_a_target_without_terraform_is_not_asked_for_it(target: Target) -> None:
    assert list(doctor_terraform.look(target)) == []


def test_a_folder_that_is_ready_is_told_as_such_and_left_as_it_was(ready: Target) -> None:
    before = sorted(Path(ready.terraform).rglob("*"))
    checks = found(ready)
    assert {it.status for it in checks.values()} == {"ok"}
    assert list(checks) == ["program", "variables", "workspace", "init", "lock file"]
    assert checks["program"].detail == f"1.11.2, in {ready.terraform}"
    assert sorted(Path(ready.terraform).rglob("*")) == before


def test_only_the_version_and_the_workspace_are_asked(
    ready: Target, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    record = stand_in(tmp_path / "other", monkeypatch, VERSION)
    found(ready)
    assert record.read_text().splitlines() == ["version -json", "workspace show"]


def test_a_missing_program_or_folder_is_the_only_finding(
    ready: Target, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert wrong(replace(ready, terraform=str(tmp_path / "none"))) == {"program": "fail"}
    (tmp_path / "empty").mkdir()
    monkeypatch.setenv("PATH", str(tmp_path / "empty"))
    (check,) = doctor_terraform.look(ready, {})
    assert (check.status, check.detail) == ("fail", "There is no program `terraform` on the PATH.")
    local = replace(ready, env="local", endpoint_url="http://127.0.0.1:1")
    assert [it.status for it in doctor_terraform.look(local, {})] == ["warn"]


def test_a_program_that_is_too_old_for_the_module_is_told(ready: Target) -> None:
    file(ready, "main.tf").write_text(AWS.replace("1.10", "1.12.1"))
    assert wrong(ready) == {"program": "fail"}
    assert found(ready)["program"].detail.endswith("the module wants 1.12.1 or newer")


@pytest.mark.parametrize(
    ("there", "instead", "words"),
    [
        ('"prod"', '"dev"', "environment is dev, not prod"),
        ('"eu-west-1"', '"us-east-1"', "region is us-east-1, not eu-west-1"),
        ('account_id = "', 'account_id = "9', "account_id is 9"),
        ("image = ", "# image = ", "names no image"),
        ("image = ", "image = 7\nimage = ", "image is set twice"),
    ],
)
def test_variables_that_do_not_fit_are_told(
    ready: Target, there: str, instead: str, words: str
) -> None:
    path = file(ready, "prod.tfvars")
    path.write_text(path.read_text().replace(there, instead))
    (check,) = (it for it in doctor_terraform.look(ready, {}) if it.status != "ok")
    assert (check.name, check.status) == ("Terraform variables", "fail")
    assert words in check.detail


def test_variables_that_are_left_to_the_modules_defaults_are_a_warning(ready: Target) -> None:
    file(ready, "prod.tfvars").write_text('image = "registry/app@sha256:0"\n')
    assert wrong(ready) == {"variables": "warn"}
    assert "environment, account_id, region" in found(ready)["variables"].detail


def test_a_missing_file_of_variables_is_told_with_its_name(ready: Target) -> None:
    file(ready, "prod.tfvars").unlink()
    assert wrong(ready) == {"variables": "fail"}
    assert "prod.tfvars" in found(ready)["variables"].detail


def test_another_workspace_is_told(ready: Target, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WORKSPACE", "dev")
    assert wrong(ready) == {"workspace": "fail"}
    assert found(ready)["workspace"].fix.endswith("workspace select default")


def test_a_folder_that_was_not_initialised_is_a_warning_with_its_backend(ready: Target) -> None:
    file(ready, ".terraform/terraform.tfstate").unlink()
    for name in ("dev.s3.tfbackend", "prod.s3.tfbackend"):
        file(ready, name).write_text("")
    assert wrong(ready) == {"init": "warn"}
    assert found(ready)["init"].fix.endswith("init -backend-config=prod.s3.tfbackend")


def test_missing_providers_and_a_missing_lock_file_are_warnings(ready: Target) -> None:
    file(ready, ".terraform/providers").rmdir()
    file(ready, ".terraform.lock.hcl").unlink()
    assert wrong(ready) == {"init": "warn", "lock file": "warn"}


@needs_terraform
def test_the_real_program_answers_without_a_network(tmp_path: Path, target: Target) -> None:
    folder = module(tmp_path / "module")
    local = replace(target, env="local", account="123456789012", terraform=str(folder))
    before = sorted(folder.rglob("*"))
    assert wrong(local) == {"variables": "warn"}
    assert sorted(folder.rglob("*")) == before


def test_the_lock_file_of_an_editor_is_no_part_of_the_module(ready: Target) -> None:
    file(ready, ".#main.tf").symlink_to("ana@host.1234")
    file(ready, "old.tf").mkdir()
    assert wrong(ready) == {}


@pytest.mark.parametrize("said", ["Terraform v1.11.2", "[]", "{}"])
def test_a_program_that_answers_otherwise_is_told(
    said: str, ready: Target, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    stand_in(tmp_path / "bin", monkeypatch, f"echo '{said}'")
    assert wrong(ready) == {"program": "fail"}
