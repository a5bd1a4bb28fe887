"""docs/configuration.md is made from the schema; OPSCTL_WRITE_DOCS=1 writes it anew."""

from __future__ import annotations

import dataclasses
import os
from pathlib import Path

from opsctl import durations
from opsctl.targets import Target, config_file, config_schema, default_names

DOCUMENT = Path(__file__).parents[2] / "docs" / "configuration.md"
EXAMPLE = """\
default_env = "stage"

[env.prod]
account = "123456789012"
region = "eu-west-1"
bucket = "our-images"
user_pool = "eu-west-1_a1B2c3D4e"
user_pool_client = "4a5b6c7d8e9f"
app_url = "https://captions.example.com"
profile = "ops-prod"
state = "s3://our-ops/opsctl"

[env.stage]
account = "210987654321"
region = "eu-west-1"
"""
TEMPLATE = """\
# Configuration

<!-- Made from opsctl/config_schema.py by tests/docs/test_configuration.py: do not edit. -->

opsctl reads one file, `opsctl.toml`. `opsctl config init` writes it, `opsctl config show` gives
each value with its source, `opsctl doctor` checks it against the account.

```toml
{example}```

An account and a region are enough where everything is named by the scheme of the runbook. An
unknown key, a value of another form, and a name that does not exist are errors, each with its line.

## Which file

1. `--config FILE`
2. `$OPSCTL_CONFIG`
3. `opsctl.toml` in the working folder, then in each folder above it up to the repository's root
   (outside a repository: the working folder only)
4. `$XDG_CONFIG_HOME/opsctl/opsctl.toml` (`~/.config/opsctl/opsctl.toml`)

The first one found counts; they are not merged. A file that is named and missing is an error.

## Which environment

`--env NAME`, else `$OPSCTL_ENV`, else `default_env`; else the command lists the environments and
ends. `local` always exists: it is the sandbox, needs no configuration and takes none. What cannot
be undone is only done to an environment that was named on the command line.

## Keys of the file

| key | form | meaning |
|---|---|---|
| `default_env` | the name of an environment | Counts where `--env` and `$OPSCTL_ENV` are missing. |
| `runbook` | a file in quotes, like "RUNBOOK.md", from the folder of opsctl.toml | A runbook of \
your own, for every environment. |
| `[env.NAME]` | a table; the name is small letters, digits and hyphens | One environment. |

## Keys of an environment

In the defaults, `ENV` is the environment's name and `ACCOUNT` its account.

| key | form | default | meaning |
|---|---|---|---|
{rows}

No key lowers a danger: which confirmation a command needs is decided by what it does.

## Environment variables

| variable | meaning |
|---|---|
| `OPSCTL_CONFIG` | The file, where `--config` does not say one. |
| `OPSCTL_ENV` | The environment, where `--env` does not say one. |
| `XDG_CONFIG_HOME`, `XDG_STATE_HOME` | Where the user's file, and the journal and locks, lie. |
| `XDG_CACHE_HOME` | Where Tab's answers are kept for 45 seconds. |
| `AWS_PROFILE`, `AWS_ACCESS_KEY_ID`, … | Credentials, as for `aws`; not used for the sandbox. |
| `NO_COLOR` | No colours. |
| `OPSCTL_SANDBOX_TASKS` | How `sandbox up` starts tasks: `forked` (as on Linux) or `spawned`. |
| `OPSCTL_SANDBOX_PACE` | `human`, `fast`, or with seconds: `fast,grace=40` (`sandbox/pace.py`). |
"""


def generated() -> str:
    """The whole document."""
    rows = "\n".join(_row(key) for key in config_schema.fields())
    return TEMPLATE.format(example=EXAMPLE, rows=rows)


def _row(key: str) -> str:
    _kind, meta = config_schema.fields()[key]
    form = config_schema.form(meta).replace("|", "\\|")
    return f"| `{key}` | {form} | {_default(key)} | {meta.description} |"


def _default(key: str) -> str:
    if key in config_schema.REQUIRED:
        return "**required**"
    names = default_names("ENV", "ACCOUNT")
    plain = {field.name: field.default for field in dataclasses.fields(Target)}
    value = names.get(key, plain[key])
    if key == "secret_keys":
        return f"`{', '.join(str(each) for each in value)}`"
    if value in ("", ()):
        return "none"
    if key in config_file.DURATIONS:
        return f'`"{durations.text(float(str(value)))}"`'
    return f"`{str(value).lower()}`" if isinstance(value, bool | int) else f'`"{value}"`'


def test_the_document_is_what_the_schema_says() -> None:
    if os.environ.get("OPSCTL_WRITE_DOCS"):
        DOCUMENT.write_text(generated(), encoding="utf-8")
    assert DOCUMENT.read_text(encoding="utf-8") == generated(), (
        "stale: OPSCTL_WRITE_DOCS=1 pytest tests/docs"
    )


def test_the_example_is_a_valid_file() -> None:
    file = config_file.check(EXAMPLE, Path("opsctl.toml"))
    assert file.default_env == "stage"
    assert list(file.environments) == ["prod", "stage"]
