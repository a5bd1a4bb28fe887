"""A target: one environment with its account, region, names and limits."""

from __future__ import annotations

import math
import os
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any

from opsctl.errors import BadConfig, UsageProblem
from opsctl.targets import config_file, sandbox_file
from opsctl.targets.config_file import SANDBOX, ConfigFile, did_you_mean
from opsctl.targets.data_map import Data
from opsctl.targets.freezes import Freeze
from opsctl.targets.naming import default_names

__all__ = ["Environments", "Setting", "Target", "default_names", "load"]

SANDBOX_ACCOUNT = "123456789012"
SANDBOX_REGION = "us-east-1"


@dataclass(frozen=True, kw_only=True)
class Target:
    """Where a command acts. Every name is resolved: no field is guessed later.

    Times are seconds. `account` is the twelve-digit id that `sts:GetCallerIdentity` must answer.
    `local` targets are the sandbox: `endpoint_url` is set, and credentials are the sandbox's own.
    """

    env: str
    account: str
    region: str
    cluster: str
    service: str
    family: str
    container: str
    repository: str
    log_group: str
    secret: str
    table: str
    bucket: str
    user_pool: str
    user_pool_client: str
    alarm_prefix: str
    alarm_suffix: str
    key_prefix: str
    blocked_ips: str
    blocked_ips_v6: str
    app_url: str
    dashboard: str
    protected: bool = False
    profile: str = ""
    role_arn: str = ""
    mfa_serial: str = ""
    endpoint_url: str = ""
    state: str = ""
    """Where the journal and the lock lie: empty for this machine, or `s3://bucket/prefix`."""
    deploy_timeout: float = 1200.0
    health_path: str = "/_stcore/health"
    waf_scope: str = "CLOUDFRONT"
    """Where the IP sets lie: CLOUDFRONT (in us-east-1) or REGIONAL."""
    secret_keys: tuple[str, ...] = config_file.SECRET_KEYS
    """`hf=hf_api_key`: what a key of the secret is called on the command line."""
    hf_check_url: str = "https://huggingface.co/api/whoami-v2"
    """What `secrets rotate hf --check` asks about the new key."""
    never_block: tuple[str, ...] = ()
    """Addresses and ranges that no command blocks."""
    max_tasks: int = 20
    """A count above it needs the limit raised in opsctl.toml: the blast radius of a typo."""
    incidents: str = "docs/incidents"
    """Where reports of incidents are written; relative to the folder of opsctl.toml."""
    data: tuple[Data, ...] = ()
    """The data map of opsctl.toml; `data_map.of(target)` is the one that counts."""
    backup_bucket: str = ""
    """The versioned bucket that S3 backups are copied to; empty where there is none."""
    backup_age: float = 86400.0
    backup_vault: str = "Default"
    backup_role: str = ""
    table_variable: str = "TABLE"
    certificate_key: str = ""
    queries: tuple[str, ...] = ()
    """`name=query` of Logs Insights, beside those that opsctl knows."""
    smoke_user: str = ""
    smoke_secret: str = ""
    terraform: str = ""
    """The folder of the Terraform root module; empty where releases do not go through it."""
    tfvars: str = ""
    """The file of the environment's variables, from that folder; empty for `ENV.tfvars`."""
    terraform_workspace: str = "default"
    build_context: str = ""
    """The folder that `deploy --build` hands to Docker; empty for the working folder."""
    dockerfile: str = "Dockerfile"
    """From that folder."""
    windows: tuple[str, ...] = ()
    """When changes may be made, each as `windows.parse` reads it; empty for always."""
    freezes: tuple[Freeze, ...] = ()
    emergency_notice: float = 3600.0
    """How long before an emergency change its notice is owed."""
    notify: tuple[str, ...] = ()
    """Who is told before and after each change, each as `channels.parse` reads it."""
    contacts: tuple[str, ...] = ()
    """`name=text`: whom to call."""
    runbook: str = ""
    explicit: bool = field(default=False, compare=False)
    """The operator named the environment in this command, rather than by default."""

    @property
    def is_sandbox(self) -> bool:
        """Whether this is the small AWS on this machine."""
        return self.env == SANDBOX

    def secret_key(self, called: str) -> str:
        """The JSON key behind a name like `hf`. Raises UsageProblem, naming those there are."""
        known = dict(each.split("=", 1) for each in self.secret_keys)
        if called not in known:
            raise UsageProblem(
                f"The secret has no key called {called} here{did_you_mean(called, known)}",
                hint=f"There are: {', '.join(known)}. Add one to secret_keys in opsctl.toml.",
            )
        return known[called]

    @property
    def pause(self) -> float:
        """Seconds between two looks at what is waited for; the sandbox is quick."""
        return 0.3 if self.is_sandbox else 2.0

    @property
    def patience(self) -> float:
        """How many looks in a row may go unanswered: a sandbox that is gone does not come back."""
        return 3 if self.is_sandbox else math.inf


@dataclass(frozen=True)
class Setting:
    """One value of a target. `source` says where it comes from: a file and line, or `default`."""

    name: str
    value: str | bool | int | float | tuple[str, ...] | tuple[Data, ...] | tuple[Freeze, ...]
    source: str


def load(
    config: Path | None = None,
    *,
    environ: Mapping[str, str] | None = None,
    folder: Path | None = None,
) -> Environments:
    """The environments there are, read from the opsctl.toml that counts, if there is one.

    Raises BadConfig for a named file that is missing, and for a file with a mistake.
    """
    environ = os.environ if environ is None else environ
    path = config_file.find(config, environ, folder or Path.cwd())
    return Environments(config_file.read(path) if path else None, environ)


@dataclass(frozen=True)
class Environments:
    """Every environment that can be named; `local`, the sandbox, is always one."""

    file: ConfigFile | None
    environ: Mapping[str, str]

    @property
    def environments(self) -> list[str]:
        """Their names, as the file orders them, `local` last."""
        return [*(self.file.environments if self.file else ()), SANDBOX]

    def choose(self, env: str | None = None) -> Setting:
        """Which environment a command acts on, and why.

        Raises UsageProblem when none is named, or the command names one there is not;
        BadConfig when $OPSCTL_ENV does.
        """
        variable = self.environ.get("OPSCTL_ENV", "")
        there = ", ".join(self.environments)
        if env:
            if env not in self.environments:
                raise UsageProblem(
                    f"There is no environment called {env}{did_you_mean(env, self.environments)}",
                    hint=f"There are: {there}",
                )
            return Setting("env", env, "--env")
        if variable:
            if variable not in self.environments:
                raise BadConfig(
                    f"$OPSCTL_ENV names the environment {variable}, which there is not"
                    + did_you_mean(variable, self.environments),
                    hint=f"There are: {there}",
                )
            return Setting("env", variable, "$OPSCTL_ENV")
        if self.file and self.file.default_env:
            return Setting("env", self.file.default_env, self.file.place("default_env"))
        raise UsageProblem(
            f"Which environment? There are: {there}.", hint=f"Add -e {self.environments[0]}"
        )

    def resolve(self, env: str | None = None) -> Target:
        """The target: every name filled in. `explicit` only when `env` was given.

        A `local` target resolves without a running sandbox too; its `endpoint_url` is empty then.
        """
        settings = {setting.name: setting.value for setting in self.settings(env)}
        words: dict[str, Any] = {**settings, "explicit": bool(env)}
        return Target(**words)

    def settings(self, env: str | None = None) -> list[Setting]:
        """Every value of an environment, in Target's order, with its source."""
        chosen = self.choose(env)
        name = str(chosen.value)
        found = self._of_sandbox() if name == SANDBOX else self._of_file(name)
        given = {setting.name: setting for setting in found}
        account = str(given["account"].value)
        defaults = {**_defaults_of_target(), **default_names(name, account)}
        if config_file.always_protected(name):
            given["protected"] = Setting("protected", True, f"always so in {name}")
        given["env"] = chosen
        return [
            given.get(f.name) or Setting(f.name, defaults[f.name], "default")
            for f in fields(Target)
            if f.name != "explicit"
        ]

    def _of_file(self, env: str) -> list[Setting]:
        if self.file is None:
            raise BadConfig(f"There is no opsctl.toml that describes {env}.")
        table = config_file.placed(self.file.environments[env], self.file.path)
        return [
            Setting(key, value, self.file.place("env", env, key)) for key, value in table.items()
        ]

    def _of_sandbox(self) -> list[Setting]:
        running = sandbox_file.running(self.environ)
        known = {field.name for field in fields(Target)}
        found = {
            "account": running.get("account", SANDBOX_ACCOUNT),
            "region": running.get("region", SANDBOX_REGION),
            "endpoint_url": running.get("endpoint", ""),
            "app_url": running.get("app_url", ""),
            **{key: value for key, value in running.get("names", {}).items() if key in known},
        }
        place = str(sandbox_file.path(self.environ))
        source = place if running else "the sandbox, which is not running"
        return [Setting(key, value, source) for key, value in found.items()]


def _defaults_of_target() -> dict[str, Any]:
    return {field.name: field.default for field in fields(Target)}
