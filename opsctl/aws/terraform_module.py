"""The Terraform root module of a target: its folder, its file of variables, and plans of it."""

from __future__ import annotations

import hashlib
import json
import sys
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from opsctl import errors
from opsctl.aws import terraform_plans, tfvars
from opsctl.aws.terraform_binary import Binary, Ending
from opsctl.aws.terraform_plans import Planned
from opsctl.aws.tfvars import Value
from opsctl.targets import Target

AGAIN = "Run the same command again to see the new plan."


@dataclass(frozen=True)
class Saved:
    """A plan file, and the values that it was asked for with."""

    planned: Planned
    path: Path
    values: Mapping[str, Value]


class Module:
    """Raises BadConfig for a missing program, folder or file, another workspace, or variables of
    another environment."""

    def __init__(self, target: Target, credentials: Mapping[str, str]) -> None:
        self._target = target
        self._credentials = credentials
        # Mode 0700, and removed when the process ends: a saved plan holds secrets in the clear.
        self._private = tempfile.TemporaryDirectory(
            prefix="opsctl-terraform-", ignore_cleanup_errors=True
        )

    @cached_property
    def folder(self) -> Path:
        """Where the module lies."""
        target = self._target
        folder = Path(target.terraform)
        if not target.terraform:
            raise errors.BadConfig(
                f"{target.env} has no Terraform folder.",
                hint=f'Set terraform = "FOLDER" below [env.{target.env}] in opsctl.toml.',
            )
        if not any(folder.glob("*.tf")):
            raise errors.BadConfig(
                f"There is no Terraform module in {folder}.",
                hint=f"Correct `terraform` of {target.env} in opsctl.toml.",
            )
        return folder

    @property
    def file(self) -> Path:
        """The environment's variables."""
        target = self._target
        path = self.folder / (target.tfvars or f"{target.env}.tfvars")
        if not path.is_file():
            raise errors.BadConfig(
                f"There is no file {path}.",
                hint=f"Write the variables of {target.env} there, or correct `tfvars`.",
            )
        return path

    def text(self) -> str:
        """What that file says, with the line ends it has."""
        with self.file.open(encoding="utf-8", newline="") as file:
            return file.read()

    def values(self, names: Mapping[str, Value]) -> dict[str, Value]:
        """What that file says of these variables."""
        text = self.text()
        return {name: tfvars.read(text, name) for name in names}

    @cached_property
    def binary(self) -> Binary:
        """Terraform in that folder, as the target's caller."""
        target = self._target
        environ = {"AWS_REGION": target.region, "AWS_DEFAULT_REGION": target.region}
        environ |= self._credentials
        if target.endpoint_url:
            environ["AWS_ENDPOINT_URL"] = target.endpoint_url
        if target.is_sandbox:
            environ["OPSCTL_PYTHON"] = sys.executable
        return Binary(self.folder, environ)

    def _check_workspace(self) -> None:
        wanted = self._target.terraform_workspace
        there = self.binary.text("workspace", "show").strip()
        if there != wanted:
            raise errors.BadConfig(
                f"The Terraform workspace is {there}, but {self._target.env} is in {wanted}.",
                hint=f"terraform -chdir={self.folder} workspace select {wanted}",
            )

    def plan(self, values: dict[str, Value]) -> Saved:
        """A plan with other values, from a copy of the file; the working folder is made ready first
        where it was not. It takes no lock of the state."""
        file, text = self.file, self.text()
        self._check_workspace()
        wanted = tfvars.changed(text, values)
        # One folder for each plan, and the file's own name in it: that is what messages tell.
        place = Path(tempfile.mkdtemp(dir=self._private.name))
        (place / file.name).write_text(wanted, encoding="utf-8", newline="")
        path = place / "plan"
        files = (f"-var-file={place / file.name}", f"-out={path}")
        flags = ("-json", "-input=false", "-lock=false", "-detailed-exitcode")
        words = ("plan", *flags, *files)
        ending = self.binary.run(*words)
        if ending.needs_init:
            self.binary.text("init", "-input=false", "-no-color")
            ending = self.binary.run(*words)
        if ending.code not in (0, 2):
            raise self._no_plan(ending)
        document = json.loads(self.binary.text("show", "-json", str(path)))
        self._check_variables(document.get("variables", {}), values)
        planned = Planned(
            digest=hashlib.sha256(path.read_bytes()).hexdigest()[:16],
            changes=terraform_plans.changes(document),
            former={name: tfvars.read(text, name) for name in values},
            drifted=terraform_plans.drifted(document),
            tfvars=file.name,
            size=(tfvars.read(wanted, "task_cpu"), tfvars.read(wanted, "task_memory")),
        )
        return Saved(planned, path, values)

    def _check_variables(self, there: Mapping[str, Any], values: Mapping[str, Value]) -> None:
        """That the variables are the target's: dev's file would make prod anew as dev."""
        target = self._target
        known = {"environment": target.env, "account_id": target.account, "region": target.region}
        for name, wanted in known.items():
            said = there.get(name, {}).get("value", wanted)
            if said != wanted:
                raise errors.BadConfig(
                    f"{self.file.name} is of another environment: {name} is {said}, not {wanted}.",
                    hint=f"Correct `tfvars` of {target.env} in opsctl.toml, or the file.",
                )
        for name in values:
            if name not in there:
                raise errors.BadConfig(
                    f"The Terraform module in {self.folder} has no variable “{name}”.",
                    hint="opsctl's own module has it: opsctl/caption_service/terraform/aws",
                )

    def _no_plan(self, ending: Ending) -> errors.OpsctlError:
        if ending.told("AccessDenied") or ending.told("No valid credential"):
            return errors.NoAccess(f"Terraform may not look: {ending.words}")
        return errors.BadConfig(
            f"Terraform cannot make a plan: {ending.words}",
            hint=f"terraform -chdir={self.folder} plan -var-file={self.file.name}",
        )

    def write(self, values: dict[str, Value], replacing: dict[str, Value]) -> None:
        """Writes values into the file. Raises FactsChanged where it says something else than
        `replacing`."""
        text = self.text()
        now = {name: tfvars.read(text, name) for name in values}
        if now not in (replacing, values):
            raise errors.FactsChanged(f"{self.file.name} was changed meanwhile.", hint=AGAIN)
        if now != values:
            tfvars.write(self.file, tfvars.changed(text, values))
