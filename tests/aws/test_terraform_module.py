"""The Terraform module of a target: which one it is, and what is refused before a plan is made."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import pytest
from samples import ACCOUNT
from terraforming import diagnostic, module, needs_terraform, stand_in

from opsctl import errors
from opsctl.aws.terraform_module import Module
from opsctl.aws.tfvars import Value
from opsctl.targets import Target, default_names

SECOND: dict[str, Value] = {"image": "second"}
TARGET = Target(
    env="local",
    account=ACCOUNT,
    region="us-east-1",
    endpoint_url="http://127.0.0.1:9",
    **default_names("local", ACCOUNT),
)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return module(tmp_path / "tf")


@pytest.fixture
def it(folder: Path) -> Module:
    return Module(dataclasses.replace(TARGET, terraform=str(folder)), {})


@needs_terraform
def test_another_workspace_is_refused(folder: Path) -> None:
    other = Module(
        dataclasses.replace(TARGET, terraform=str(folder), terraform_workspace="blue"), {}
    )
    with pytest.raises(errors.BadConfig, match="workspace is default, but local is in blue") as no:
        other.plan(SECOND)
    assert "workspace select blue" in no.value.hint


@needs_terraform
@pytest.mark.parametrize(
    "line", ['environment = "dev"', 'account_id = "999999999999"'], ids=["environment", "account"]
)
def test_variables_of_another_environment_are_refused(it: Module, folder: Path, line: str) -> None:
    (folder / "local.tfvars").write_text(f'image = "first"\n{line}\n')
    with pytest.raises(errors.BadConfig, match="of another environment"):
        it.plan(SECOND)


@needs_terraform
def test_a_module_without_the_variable_is_refused(it: Module) -> None:
    with pytest.raises(errors.BadConfig, match="no variable “task_memory”"):
        it.plan({"task_memory": 512})


@needs_terraform
def test_a_module_with_a_mistake_is_told(it: Module, folder: Path) -> None:
    (folder / "more.tf").write_text('output "x" { value = var.nobody }\n')
    with pytest.raises(errors.BadConfig, match="undeclared"):
        it.plan(SECOND)


@needs_terraform
def test_a_folder_that_was_not_made_ready_is_made_so(it: Module, folder: Path) -> None:
    (folder / "backend.tf").write_text('terraform {\n  backend "local" {}\n}\n')
    assert it.plan(SECOND).planned.counts["create"] == 2


@pytest.mark.parametrize(
    ("told", "kind"),
    [("No valid credential sources found", errors.NoAccess), ("Bad", errors.BadConfig)],
)
def test_a_plan_that_cannot_be_made_changed_nothing(
    it: Module,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    told: str,
    kind: type[errors.OpsctlError],
) -> None:
    (tmp_path / "said").write_text(diagnostic(told))
    script = f'[ "$1" = workspace ] && echo default && exit 0\ncat {tmp_path / "said"}; exit 1'
    stand_in(tmp_path / "bin", monkeypatch, script)
    with pytest.raises(kind, match=told):
        it.plan(SECOND)


def test_a_target_without_a_folder_says_which_key_to_set() -> None:
    bare = Module(TARGET, {})
    with pytest.raises(errors.BadConfig, match="no Terraform folder") as no:
        bare.plan(SECOND)
    assert "terraform = " in no.value.hint


def test_a_folder_without_a_module_or_a_file_is_told(folder: Path, tmp_path: Path) -> None:
    empty = Module(dataclasses.replace(TARGET, terraform=str(tmp_path)), {})
    with pytest.raises(errors.BadConfig, match="no Terraform module"):
        empty.plan(SECOND)
    other = Module(dataclasses.replace(TARGET, terraform=str(folder), tfvars="none.tfvars"), {})
    with pytest.raises(errors.BadConfig, match=r"no file .*none\.tfvars"):
        other.plan(SECOND)


@needs_terraform
def test_plans_lie_where_only_the_operator_reads_and_are_removed(it: Module) -> None:
    place = it.plan(SECOND).path
    private = place.parent.parent
    assert private.stat().st_mode & 0o777 == 0o700
    it._private.cleanup()
    assert not private.exists()


def test_only_the_file_of_variables_is_written_and_only_over_what_was_seen(
    it: Module, folder: Path
) -> None:
    with pytest.raises(errors.FactsChanged):
        it.write(SECOND, {"image": "third"})
    it.write(SECOND, {"image": "first"})
    assert it.values({"image": "", "task_cpu": 0}) == {"image": "second", "task_cpu": None}
    assert (folder / "local.tfvars").read_text() == 'image = "second"\n'
