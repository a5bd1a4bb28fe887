"""The options that every command shares, as two decorators and one value."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Annotated, Any, Literal

import typer

from opsctl.cli import completion
from opsctl.errors import UsageProblem


@dataclass(frozen=True, kw_only=True)
class Common:
    """What was said beside the request itself. `timeout` is in seconds.

    The fields below `no_color` are only ever set for commands that change something.
    """

    env: str | None = None
    output: Literal["text", "json"] = "text"
    config: Path | None = None
    debug: bool = False
    no_input: bool = False
    no_color: bool = False
    dry_run: bool = False
    exit_code: bool = False
    yes: bool = False
    confirm: str | None = None
    reason: str = ""
    emergency: bool = False
    incident: str = ""
    timeout: float | None = None


def environments(incomplete: str) -> list[str]:
    """The environments of opsctl.toml, for the shell's completion; silent when there is none."""
    try:
        from opsctl import targets

        return [name for name in targets.load().environments if name.startswith(incomplete)]
    except Exception:
        return []


def _seconds(text: str | None) -> str | None:
    if text is not None:
        from opsctl import durations

        try:
            durations.parse(text)
        except ValueError as error:
            raise typer.BadParameter(str(error)) from error
    return text


_READS: dict[str, tuple[Any, Any]] = {
    "env": (
        Annotated[
            str | None,
            typer.Option(
                "--env",
                "-e",
                metavar="ENV",
                autocompletion=environments,
                help="The environment; else $OPSCTL_ENV, else default_env of opsctl.toml.",
            ),
        ],
        None,
    ),
    "output": (
        Annotated[
            Literal["text", "json"],
            typer.Option("--output", "-o", help="What standard output carries."),
        ],
        "text",
    ),
    "config": (
        Annotated[
            Path | None,
            typer.Option("--config", metavar="FILE", help="Use this opsctl.toml."),
        ],
        None,
    ),
    "no_input": (
        Annotated[bool, typer.Option("--no-input", help="Never ask; fail instead.")],
        False,
    ),
    "no_color": (Annotated[bool, typer.Option("--no-color", help="No colours.")], False),
    "debug": (
        Annotated[
            bool,
            typer.Option("--debug", help="Show each request; keep the traceback of a failure."),
        ],
        False,
    ),
}

_CHANGES: dict[str, tuple[Any, Any]] = {
    "dry_run": (
        Annotated[bool, typer.Option("--dry-run", "-n", help="Show the plan, change nothing.")],
        False,
    ),
    "exit_code": (
        Annotated[
            bool,
            typer.Option("--exit-code", help="With --dry-run: exit 31 if something would change."),
        ],
        False,
    ),
    "yes": (
        Annotated[
            bool,
            typer.Option("--yes", "-y", help="Agree to what is reversible, without being asked."),
        ],
        False,
    ),
    "confirm": (
        Annotated[
            str | None,
            typer.Option(
                "--confirm",
                metavar="NAME",
                help="Agree by name: the protected environment's, or of what is lost for good.",
            ),
        ],
        None,
    ),
    "reason": (
        Annotated[str, typer.Option("--reason", metavar="TEXT", help="Why; goes to the journal.")],
        "",
    ),
    "emergency": (
        Annotated[
            bool,
            typer.Option(
                "--emergency",
                help="Outside the maintenance windows, and in a freeze; needs --reason.",
            ),
        ],
        False,
    ),
    "incident": (
        Annotated[
            str,
            typer.Option(
                "--incident",
                metavar="ID",
                autocompletion=completion.of("incidents"),
                help="The incident that this belongs to; else the one that is open.",
            ),
        ],
        "",
    ),
    "timeout": (
        Annotated[
            str | None,
            typer.Option(
                "--timeout",
                metavar="DURATION",
                callback=_seconds,
                help="How long to wait for AWS, as in 90s or 10m.",
            ),
        ],
        None,
    ),
}


def reads(function: Callable[..., Any]) -> Callable[..., Any]:
    """Gives a command that only reads the common options, as its parameter `common: Common`."""
    return _with(_READS, function)


def changes(function: Callable[..., Any]) -> Callable[..., Any]:
    """Gives a command that changes something the common options, as `common: Common`."""
    return _with({**_CHANGES, **_READS}, function)


def walks(function: Callable[..., Any]) -> Callable[..., Any]:
    """Gives `runbook do` the common options: it runs other commands, which are asked about there,
    so nothing agrees to them in advance."""
    kept = ("dry_run", "reason", "incident")
    return _with({**{name: _CHANGES[name] for name in kept}, **_READS}, function)


def seconds(option: str, text: str) -> float:
    """A duration that was typed, such as `90s` or `2h`. Raises UsageProblem."""
    from opsctl import durations

    try:
        return durations.parse(text)
    except ValueError as error:
        raise UsageProblem(f"{option}: {error}") from error


def ways(said: Mapping[str, bool]) -> str:
    """The words that were said of those that need permissions of their own: `--build`."""
    return " ".join(word for word, given in said.items() if given)


def example(*lines: str) -> str:
    """An epilog with examples, one command to a line: `@app.command(epilog=example("..."))`."""
    title = "Example:" if len(lines) == 1 else "Examples:"
    # Typer would otherwise fold the lines into one paragraph.
    return "\n".join(["\b", title, *(f"  {line}" for line in lines)])


def _with(extra: dict[str, tuple[Any, Any]], function: Callable[..., Any]) -> Callable[..., Any]:
    own = inspect.signature(function, eval_str=True).parameters
    if "common" not in own:
        raise TypeError(f"{function.__name__} takes no `common`")
    kept = [it.replace(kind=it.KEYWORD_ONLY) for name, it in own.items() if name != "common"]
    added = [
        inspect.Parameter(name, inspect.Parameter.KEYWORD_ONLY, default=default, annotation=kind)
        for name, (kind, default) in extra.items()
    ]

    def command(**words: Any) -> Any:
        mine = {name: words.pop(name) for name in extra}
        return function(common=_common(mine), **words)

    command.__name__, command.__doc__ = function.__name__, function.__doc__
    command.__module__ = function.__module__
    # Typer reads the signature, and asks get_type_hints for the annotations.
    command.__signature__ = inspect.Signature([*kept, *added])  # type: ignore[attr-defined]
    command.__annotations__ = {it.name: it.annotation for it in [*kept, *added]}
    return command


def _common(words: dict[str, Any]) -> Common:
    if words.get("timeout") is not None:
        from opsctl import durations

        words["timeout"] = durations.parse(words["timeout"])
    if words.get("emergency") and not words.get("reason", "").strip():
        raise UsageProblem(
            "--emergency needs a reason: it is journaled, and told to whom it concerns.",
            hint="Add --reason TEXT",
        )
    known = {field.name for field in fields(Common)}
    return Common(**{name: value for name, value in words.items() if name in known})
