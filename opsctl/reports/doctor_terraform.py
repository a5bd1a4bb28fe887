"""Doctor, Terraform: whether the target's folder is ready to be planned, looked at from here alone.

Nothing is initialised, and no state or provider is asked: only files, and the program's own words.
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterator, Mapping

from opsctl.aws import tfvars
from opsctl.aws.terraform_module import Module
from opsctl.errors import BadConfig, OpsctlError
from opsctl.reports.resources import Check
from opsctl.targets import Target

LOCK = ".terraform.lock.hcl"
NAME = "Terraform"
OF_TARGET = {"environment": "env", "account_id": "account", "region": "region"}
"""Variable of the module → what of the target it must be."""


def look(target: Target, environ: Mapping[str, str] | None = None) -> Iterator[Check]:
    """Nothing for a target without Terraform; a program or folder that is missing ends it."""
    if not target.terraform:
        return
    try:
        it = _Folder(target, os.environ if environ is None else environ)
        yield it.program()
    except OpsctlError as error:
        # Of the sandbox it is a try-out that not everybody wants.
        status = "warn" if target.is_sandbox else "fail"
        yield Check(NAME, status, error.message, error.hint)  # type: ignore[arg-type]
        return
    for name, check in (("variables", it.variables), ("workspace", it.workspace)):
        try:
            yield check()
        except OpsctlError as error:
            yield Check(f"{NAME} {name}", "fail", error.message, error.hint)
    yield it.ready()
    yield it.lock_file()


class _Folder:
    """One root module."""

    def __init__(self, target: Target, environ: Mapping[str, str]) -> None:
        self._target = target
        self._module = Module(target, {})
        self._folder = self._module.folder
        self._made = self._folder / environ.get("TF_DATA_DIR", ".terraform")
        # An editor's lock file, `.#main.tf`, is a link to nothing; Terraform passes over it, too.
        files = (it for it in sorted(self._folder.glob("[!.]*.tf")) if it.is_file())
        texts = (it.read_text("utf-8", "replace") for it in files)
        self._text = re.sub(r"(?m)(^|\s)(#|//).*$", "", "\n".join(texts))
        self._backend = re.search(r'\bbackend\s+"(\w+)"|\b(cloud)\s*\{', self._text)
        self._providers = "required_providers" in self._text

    def _by_hand(self, words: str) -> str:
        return f"terraform -chdir={self._folder} {words}"

    def program(self) -> Check:
        """Its version, and whether that is as new as the module wants it."""
        said = self._module.binary.text("version", "-json")
        try:
            version = str(json.loads(said)["terraform_version"])
        except (ValueError, KeyError, TypeError):
            raise BadConfig(
                "`terraform version -json` answered something that is not understood.",
                hint="https://developer.hashicorp.com/terraform/install",
            ) from None
        oldest = re.search(r'\brequired_version\s*=\s*">=\s*([\d.]+)', self._text)
        detail = f"{version}, in {self._folder}"
        if oldest and _numbers(version) < _numbers(oldest[1]):
            words = f"{detail}: the module wants {oldest[1]} or newer"
            return Check(NAME, "fail", words, "https://developer.hashicorp.com/terraform/install")
        return Check(NAME, "ok", detail)

    def variables(self) -> Check:
        """The file of variables: of this environment, and with an image to release."""
        name, file, text = f"{NAME} variables", self._module.file, self._module.text()
        for variable, key in OF_TARGET.items():
            said, wanted = tfvars.read(text, variable), getattr(self._target, key)
            if said not in (None, wanted):
                words = f"{file.name} is of another environment: {variable} is {said}, not {wanted}"
                fix = f"correct `tfvars` of {self._target.env} in opsctl.toml, or the file"
                return Check(name, "fail", words, fix)
        if tfvars.read(text, "image") is None:
            fix = f'write image = "REGISTRY/REPOSITORY@sha256:DIGEST" into {file}'
            return Check(name, "fail", f"{file.name} names no image", fix)
        if not os.access(file, os.W_OK) or not os.access(self._folder, os.W_OK):
            fix = f"chmod u+w {self._folder} {file}"
            return Check(name, "fail", f"{file} cannot be written, and a release writes it", fix)
        left = [it for it in OF_TARGET if tfvars.read(text, it) is None]
        if left:
            words = f"{file.name} does not say {', '.join(left)}: defaults of the module would hold"
            return Check(name, "warn", words, f"write {left[0]} = … into {file}")
        return Check(name, "ok", str(file))

    def workspace(self) -> Check:
        """The one that is selected, which plans are made in."""
        there = self._module.binary.text("workspace", "show").strip()
        wanted = self._target.terraform_workspace
        name = f"{NAME} workspace"
        if there != wanted:
            words = f"{there} is selected, but {self._target.env} is in {wanted}"
            return Check(name, "fail", words, self._by_hand(f"workspace select {wanted}"))
        return Check(name, "ok", there)

    def ready(self) -> Check:
        """Whether `terraform init` was run, as far as the folder tells."""
        name = f"{NAME} init"
        files = sorted(it.name for it in self._folder.glob("*.tfbackend"))
        backend = f" -backend-config={_own(files, self._target.env)}" if files else ""
        fix = self._by_hand(f"init{backend}")
        if self._backend and not (self._made / "terraform.tfstate").is_file():
            kind = self._backend[1] or self._backend[2]
            return Check(name, "warn", f"the backend {kind} is not initialised here", fix)
        if self._providers and not (self._made / "providers").is_dir():
            return Check(name, "warn", "the providers are not here yet", fix)
        return Check(name, "ok", "done" if self._made.is_dir() else "nothing has to be fetched")

    def lock_file(self) -> Check:
        """The providers' versions and digests, which belong into the repository."""
        name = f"{NAME} lock file"
        if self._providers and not (self._folder / LOCK).is_file():
            fix = f"{self._by_hand('init')}, and commit {LOCK}"
            return Check(name, "warn", f"no {LOCK}: each machine takes other providers", fix)
        return Check(name, "ok", LOCK if self._providers else "the module needs no provider")


def _own(files: list[str], env: str) -> str:
    """The environment's own file among those of backends."""
    return next((it for it in files if it.startswith(f"{env}.")), files[0])


def _numbers(version: str) -> tuple[int, ...]:
    return tuple(int(it) for it in re.findall(r"\d+", version)[:3])
