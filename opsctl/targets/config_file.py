"""opsctl.toml: where it is looked for, and what it says, strictly checked."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeAlias

from opsctl import durations
from opsctl.errors import BadConfig
from opsctl.targets import data_map, freezes

NAME = "opsctl.toml"
SANDBOX = "local"
SECRET_KEYS = ("hf=hf_api_key", "cognito=cognito_client_secret")
FOLDERS = ("terraform", "build_context", "runbook")
"""What is counted from the folder of the file."""
TOP = ("default_env", "runbook", "env")
DURATIONS = ("deploy_timeout", "emergency_notice", "backup_age")
EXPLAINED = ("windows", "freezes", "notify")
"""Keys whose values are little languages: a mistake in one is told with its reason."""
_ENV_NAME = re.compile(r"[a-z][a-z0-9-]{0,30}")


@dataclass(frozen=True)
class ConfigFile:
    """A valid opsctl.toml. Durations are seconds; only what the file says is in it."""

    path: Path
    default_env: str = ""
    runbook: str = ""
    """The team's own runbook, from the folder of the file."""
    environments: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    lines: Mapping[tuple[str, ...], int] = field(default_factory=dict)

    def place(self, *keys: str) -> str:
        """`opsctl.toml:7` for a key; the file alone when the key's line is not known."""
        line = self.lines.get(keys)
        return f"{self.path}:{line}" if line else str(self.path)


def find(config: Path | None, environ: Mapping[str, str], folder: Path) -> Path | None:
    """The file that counts: `config`, $OPSCTL_CONFIG, the folder and its parents up to the
    repository's root, the XDG configuration folder; None when there is none.

    Raises BadConfig when a file is named that does not exist.
    """
    named = config or (Path(environ["OPSCTL_CONFIG"]) if environ.get("OPSCTL_CONFIG") else None)
    if named is not None:
        if not named.is_file():
            who = "--config" if config else "$OPSCTL_CONFIG"
            raise BadConfig(f"{who} names {named}, which is not a file.", hint="opsctl config init")
        return named
    return next((place for place in places(environ, folder) if place.is_file()), None)


def places(environ: Mapping[str, str], folder: Path) -> Iterator[Path]:
    """Where a file is looked for when none is named, best first."""
    above = [folder, *folder.parents]
    # Outside a repository only the folder itself counts: /tmp/opsctl.toml is not ours.
    root = next((i for i, place in enumerate(above) if (place / ".git").exists()), 0)
    yield from (place / NAME for place in above[: root + 1])
    home = environ.get("XDG_CONFIG_HOME") or str(Path("~/.config").expanduser())
    yield Path(home) / "opsctl" / NAME


def read(path: Path) -> ConfigFile:
    """The file's content. Raises BadConfig when it cannot be read or `check` finds a problem."""
    try:
        return check(path.read_text(encoding="utf-8"), path)
    except (OSError, UnicodeDecodeError) as error:
        raise BadConfig(f"{path} cannot be read: {error}") from error


def check(text: str, path: Path) -> ConfigFile:
    """What a text says. Raises BadConfig with every problem in it, each with its line."""
    document = _parsed(text, path)
    lines = dict(_lines(text))
    problems = sorted(
        (_line_of(keys, lines), ".".join(keys), what) for keys, what in _problems(document)
    )
    if problems:
        told = [f"{path}:{line}: {keys}: {what}" for line, keys, what in problems]
        raise BadConfig("\n".join(told), hint="docs/configuration.md lists every key.")
    own = document.get("runbook", "")
    above = {"runbook": own} if own else {}
    environments = {
        name: {**above, **{key: _as_used(key, value) for key, value in table.items()}}
        for name, table in document.get("env", {}).items()
    }
    return ConfigFile(path, document.get("default_env", ""), own, environments, lines)


def placed(table: Mapping[str, Any], path: Path) -> dict[str, Any]:
    """An environment's table, where each folder is counted from the folder of the file."""
    here = path.absolute().parent
    return {key: str(here / it) if key in FOLDERS else it for key, it in table.items()}


Problem: TypeAlias = tuple[tuple[str, ...], str]
"""(where, as keys from the top; what is wrong)."""


def _problems(document: Mapping[str, Any]) -> Iterator[Problem]:
    for key in document.keys() - set(TOP):
        yield (key,), "unknown key" + did_you_mean(key, TOP)
    own = document.get("runbook", "RUNBOOK.md")
    if not isinstance(own, str) or not own:
        yield ("runbook",), f"expected a file in quotes, got {_described(own)}"
    tables = document.get("env", {})
    if not isinstance(tables, dict):
        yield ("env",), f"expected tables like [env.prod], got {_described(tables)}"
        return
    for name, table in tables.items():
        yield from ((("env", name, *keys), what) for keys, what in _problems_of(name, table))
    default = document.get("default_env", "")
    if not isinstance(default, str):
        yield ("default_env",), f"expected a name in quotes, got {_described(default)}"
    elif default and default not in {*tables, SANDBOX}:
        yield ("default_env",), f"no environment {default}{did_you_mean(default, tables)}"


def _line_of(keys: tuple[str, ...], lines: Mapping[tuple[str, ...], int]) -> int:
    """The line of a key, or of the nearest table around it, or the first."""
    around = (keys[:count] for count in range(len(keys), 0, -1))
    return next((lines[some] for some in around if some in lines), 1)


def _parsed(text: str, path: Path) -> dict[str, Any]:
    import tomllib

    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        at = re.search(r"at line (\d+)", str(error))
        line = int(at[1]) if at else len(text.splitlines())
        written = text.splitlines()[line - 1] if text else ""
        hint = "It is not TOML: https://toml.io"
        if re.match(r"\s*account\s*=\s*\d", written):
            hint = 'An account is written in quotes: account = "012345678901"'
        raise BadConfig(f"{path}:{line}: {error}", hint=hint) from error


def _problems_of(name: str, table: Any) -> Iterator[Problem]:
    """(keys below the environment, what is wrong) for one environment."""
    from opsctl.targets import config_schema as schema

    if name == SANDBOX:
        yield (), "local is the sandbox and needs no configuration: choose another name"
        return
    if not _ENV_NAME.fullmatch(name):
        yield (), "a name is at most 31 small letters, digits and hyphens, a letter first"
    if not isinstance(table, dict):
        yield (), f"expected a table [env.{name}], got {_described(table)}"
        return
    fields = schema.fields()
    for key in schema.REQUIRED:
        if key not in table:
            yield (key,), f"missing: expected {schema.form(fields[key][1])}"
    for key, value in table.items():
        if key not in fields:
            yield (key,), "unknown key" + did_you_mean(key, fields)
        elif not schema.fits(value, fields[key][0]):
            yield (key,), f"expected {schema.form(fields[key][1])}, got {_got(key, value)}"
        elif (wrong := _wrong(key, value)) is not None:
            why = f" ({wrong})" if key in EXPLAINED else ""
            yield (key,), f"expected {schema.form(fields[key][1])}, got {_got(key, value)}{why}"
    yield from _problems_between_keys(name, table)


def _problems_between_keys(name: str, table: Mapping[str, Any]) -> Iterator[Problem]:
    if "mfa_serial" in table and "role_arn" not in table:
        yield ("mfa_serial",), "needs role_arn: a code is asked for when a role is assumed"
    if not (always_protected(name) or table.get("protected")):
        for key in ("windows", "freezes"):
            if key in table:
                yield (key,), "needs protected = true: only protected environments are kept by them"
    if always_protected(name) and table.get("protected") is False:
        yield ("protected",), f"{name} is always protected: no file lowers a danger"


def always_protected(env: str) -> bool:
    """Whether an environment is protected by its name alone."""
    return env in ("prod", "production")


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """`; did you mean prod?` when a known word is close, otherwise nothing."""
    import difflib

    close = difflib.get_close_matches(word, list(known), 1, 0.6)
    return f"; did you mean {close[0]}?" if close else ""


def _wrong(key: str, value: Any) -> str | None:
    """What the schema cannot say: why a duration, an address or a window cannot be read."""
    try:
        _as_used(key, value)
    except ValueError as error:
        return str(error)
    return None


def _got(key: str, value: Any) -> str:
    # Who puts a webhook's address there by mistake must not find it in a build log.
    return "another value" if key == "notify" else _described(value)


def _as_used(key: str, value: Any) -> Any:
    """A value as Target holds it: a duration in seconds, ranges in their one written form."""
    if key in DURATIONS:
        return durations.parse(value)
    if key == "windows":
        from opsctl.targets import windows

        return tuple(windows.parse(each).name for each in value)
    if key == "freezes":
        return freezes.from_file(value)
    if key == "notify":
        from opsctl.targets import channels

        return tuple(dict.fromkeys(each for each in value if channels.parse(each)))
    if key == "never_block":
        import ipaddress

        return tuple(str(ipaddress.ip_network(each)) for each in value)
    if key == "secret_keys":
        known = dict(each.split("=", 1) for each in SECRET_KEYS)
        return tuple(f"{called}={name}" for called, name in {**known, **value}.items())
    if key in ("queries", "contacts"):
        return tuple(f"{called}={text}" for called, text in value.items())
    if key == "data":
        return data_map.from_file(value)
    return value


def _described(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, dict):
        return "a table"
    text = repr(value) if len(repr(value)) < 60 else repr(value)[:57] + "…"
    kind = {int: "the number ", float: "the number ", list: "the list "}.get(type(value), "")
    return kind + text


def _lines(text: str) -> Iterator[tuple[tuple[str, ...], int]]:
    """(keys, line number) of every table and key; tomllib itself keeps no positions."""
    table: tuple[str, ...] = ()
    for number, line in enumerate(text.splitlines(), 1):
        header = re.match(r"\s*\[\s*([^\[\]]+?)\s*\]", line)
        if header:
            table = _dotted(header[1])
            yield table, number
        elif key := re.match(r"""\s*([\w.\-"' ]+?)\s*=""", line):
            yield (*table, *_dotted(key[1])), number


def _dotted(text: str) -> tuple[str, ...]:
    return tuple(part.strip().strip("\"'") for part in text.split("."))
