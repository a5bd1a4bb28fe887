"""The program as Typer sees it: a group that imports a command only when it is named."""

from __future__ import annotations

import importlib
import sys
from typing import Annotated, Any

import typer
from typer import _completion_classes as completion
from typer import _completion_shared
from typer.core import TyperGroup
from typer.main import get_command

from opsctl import __version__
from opsctl.cli.registry import COMMANDS

HELP_WIDTH = 80
SETTINGS = {
    "help_option_names": ["-h", "--help"],
    # Fixed, so that help reads the same at every width and can be a snapshot.
    "terminal_width": HELP_WIDTH,
    "max_content_width": HELP_WIDTH,
}

# For zsh and fish, Typer would import Rich to take its markup out of the help. Ours has none.
completion._sanitize_help_text = str  # type: ignore[assignment]
# zsh runs the file at the first Tab. Typer's only defines the function then, and offers nothing.
_completion_shared._completion_scripts["zsh"] = _completion_shared.COMPLETION_SCRIPT_ZSH.replace(
    "\ncompdef ",
    '\nif [[ $zsh_eval_context[-1] == loadautofunc ]]; then %(complete_func)s "$@"; fi\ncompdef ',
)


class LazyGroup(TyperGroup):
    """The commands of the registry. Help and completion of names import none of them."""

    def list_commands(self, ctx: Any) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: Any, cmd_name: str) -> Any:
        if cmd_name not in COMMANDS:
            return None
        if cmd_name not in self.commands:
            self.commands[cmd_name] = load(cmd_name)
        return self.commands[cmd_name]

    def format_commands(self, ctx: Any, formatter: Any) -> None:
        with formatter.section("Commands"):
            formatter.write_dl([(name, short) for name, (_, short) in COMMANDS.items()])

    def shell_complete(self, ctx: Any, incomplete: str) -> Any:
        from typer._click.shell_completion import CompletionItem

        names = [
            CompletionItem(name, help=short)
            for name, (_, short) in COMMANDS.items()
            if name.startswith(incomplete)
        ]
        options = super(TyperGroup, self).shell_complete(ctx, incomplete)
        return names + options

    def invoke(self, ctx: Any) -> Any:
        try:
            return super().invoke(ctx)
        except KeyboardInterrupt as error:
            # Typer would leave with 130 and without a word.
            raise typer.Abort from error

    def resolve_command(self, ctx: Any, args: list[str]) -> Any:
        if args and args[0] not in COMMANDS and not args[0].startswith("-"):
            ctx.fail(f"No such command {args[0]!r}.{_suggestion(args[0])}")
        return super().resolve_command(ctx, args)


def load(name: str) -> Any:
    """The command of this name, as Typer's parser wants it. Imports the command's module."""
    module, short = COMMANDS[name]
    sub_app: typer.Typer = importlib.import_module(module).app
    sub_app.rich_markup_mode = None
    sub_app._add_completion = False
    command = get_command(sub_app)
    command.name = name
    command.short_help = short
    _keep_short_helps_whole(command)
    return command


def _keep_short_helps_whole(group: Any) -> None:
    """Left to itself, Typer cuts them to what fits on a line."""
    for command in getattr(group, "commands", {}).values():
        command.short_help = " ".join((command.help or "").partition("\n\n")[0].split())
        _keep_short_helps_whole(command)


def _suggestion(word: str) -> str:
    from difflib import get_close_matches

    near = get_close_matches(word, COMMANDS, n=1)
    return f" Did you mean {near[0]!r}?" if near else ""


app = typer.Typer(
    cls=LazyGroup,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    context_settings=SETTINGS,
    epilog="\b\nExamples:\n  opsctl sandbox demo\n  opsctl status -e prod\n"
    "  opsctl rollback -e prod --dry-run",
)


@app.callback(invoke_without_command=True)
def opsctl(
    context: typer.Context,
    version: Annotated[bool, typer.Option("--version", help="Show the version and exit.")] = False,
) -> None:
    """The operations runbook of the Image Caption Generator as safe, verified commands.

    Every change is a plan first: it is shown, confirmed, locked, journaled, applied, verified,
    and can be taken back. Exit codes: docs/exit-codes.md.
    """
    if version:
        typer.echo(f"opsctl {__version__}")
        raise typer.Exit
    if context.invoked_subcommand is None:
        _alone(context)


def _alone(context: typer.Context) -> None:
    """`opsctl` without a word: a menu at a terminal, help elsewhere."""
    streams = (sys.stdin, sys.stdout, sys.stderr)
    if all(stream is not None and stream.isatty() for stream in streams):
        from opsctl.cli.menu import choose

        raise typer.Exit(run(choose()))
    typer.echo(context.get_help())


def run(arguments: list[str]) -> int:
    """Runs one command line and answers its exit code: the one place where errors become codes."""
    command = get_command(app)
    try:
        answer = command.main(arguments, prog_name="opsctl", standalone_mode=False)
        return answer if isinstance(answer, int) else 0
    except BrokenPipeError:
        # The reader of a stream has seen enough.
        return 0
    except (Exception, KeyboardInterrupt) as error:
        from opsctl.cli import failure

        return failure.report(error, arguments)
