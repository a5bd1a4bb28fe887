"""Config: every value of a target with its source, and the opsctl.toml of a new one."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from opsctl.aws import Aws
from opsctl.errors import Forbidden, NotFound, OpsctlError
from opsctl.targets import Environments, Setting, Target, config_file, default_names
from opsctl.targets.config_file import ConfigFile


@dataclass(frozen=True)
class Shown:
    """What `config show` answers. `file` is empty when there is none."""

    file: str
    environments: tuple[str, ...]
    settings: tuple[Setting, ...]


@dataclass(frozen=True)
class Answers:
    """What a new file says. Empty values are left to their defaults."""

    name: str
    account: str
    region: str
    profile: str = ""
    bucket: str = ""
    user_pool: str = ""
    user_pool_client: str = ""
    app_url: str = ""


@dataclass(frozen=True)
class Choices:
    """What the account holds to choose from; empty where it could not be asked."""

    account: str = ""
    buckets: tuple[str, ...] = ()
    user_pools: tuple[tuple[str, str], ...] = ()
    """(id, name)"""


def show(known: Environments, env: str | None) -> Shown:
    """Every value of an environment and where it comes from."""
    file = str(known.file.path) if known.file else ""
    return Shown(file, tuple(known.environments), tuple(known.settings(env)))


def path(config: Path | None, environ: Mapping[str, str], folder: Path) -> Path:
    """The file that counts. Raises NotFound, naming where it was looked for."""
    found = config_file.find(config, environ, folder)
    if found is None:
        looked = "\n".join(f"  {place}" for place in config_file.places(environ, folder))
        raise NotFound(f"There is no opsctl.toml. Looked for:\n{looked}", hint="opsctl config init")
    return found


def choices(name: str, region: str, profile: str) -> Choices:
    """What the account of the credentials holds. Nothing is raised: the operator can type it."""
    names: dict[str, Any] = {**default_names(name, ""), "profile": profile}
    aws = Aws(Target(env=name, account="", region=region, **names))
    try:
        account = aws.sts.caller().account
    except OpsctlError:
        return Choices()
    try:
        buckets, pools = aws.at_once(aws.s3.bucket_names, lambda: list(aws.cognito.pools()))
    except OpsctlError:
        return Choices(account)
    return Choices(account, tuple(buckets), tuple((pool.id, pool.name) for pool in pools))


def text(answers: Answers) -> str:
    """A minimal opsctl.toml, with what can be added beside it as comments."""
    names = default_names(answers.name, answers.account)
    lines = [
        "# opsctl: where each environment lies. Every key: docs/configuration.md",
        "# Each name not written here follows the scheme; opsctl config show lists them all.",
        "",
        f"default_env = {_quoted(answers.name)}",
        "",
        f"[env.{answers.name}]",
        f"account = {_quoted(answers.account)}",
        f"region = {_quoted(answers.region)}",
        _line("bucket", answers.bucket, names["bucket"]),
        _line("user_pool", answers.user_pool, f"{answers.region}_a1B2c3D4e"),
        _line("user_pool_client", answers.user_pool_client, "the id of the app client"),
        _line("app_url", answers.app_url, "https://captions.example.com"),
        _line("profile", answers.profile, "the AWS profile; else AWS_PROFILE decides"),
        _line("state", "", "s3://our-ops/opsctl") + "  # journal and lock, shared by a team",
    ]
    return "\n".join(lines) + "\n"


def check_free(path: Path) -> None:
    """Raises Forbidden when there is a file already: before any question is asked."""
    if path.exists():
        raise _taken(path)


def write(answers: Answers, path: Path) -> ConfigFile:
    """Write a new file, checked as it will be read. Raises BadConfig; Forbidden when it exists."""
    written = text(answers)
    checked = config_file.check(written, path)
    try:
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o644), "w") as file:
            file.write(written)
    except FileExistsError:
        raise _taken(path) from None
    except OSError as error:
        raise Forbidden(f"{path} cannot be written: {error.strerror}.") from error
    return checked


def _taken(path: Path) -> Forbidden:
    hint = "Edit it, or name another: --config FILE"
    return Forbidden(f"{path} exists, and is not overwritten.", hint=hint)


def _line(key: str, value: str, example: str) -> str:
    return f"{key} = {_quoted(value)}" if value else f"# {key} = {_quoted(example)}"


def _quoted(value: str) -> str:
    """A string as TOML writes it; JSON's way is TOML's too, except for surrogate pairs."""
    return json.dumps(value, ensure_ascii=False)
