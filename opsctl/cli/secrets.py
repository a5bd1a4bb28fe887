"""`opsctl secrets`: how old they are, who reads them, and new ones in their place."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Annotated

import typer

from opsctl.cli import completion, options, wiring
from opsctl.cli.options import Common
from opsctl.errors import OpsctlError, UsageProblem
from opsctl.plan import Danger

if TYPE_CHECKING:
    from opsctl.cli.wiring import Session
    from opsctl.reports.secrets import Listed
    from opsctl.terminal.blocks import Block

app = typer.Typer(
    add_completion=False,
    no_args_is_help=True,
    help="How old secrets are and who reads them; rotate them without downtime.",
    epilog=options.example("opsctl secrets list --env prod", "opsctl secrets rotate hf --env prod"),
)


@app.command("list", epilog=options.example("opsctl secrets list --env prod"))
@options.reads
def list_(common: Common) -> None:
    """Show each key's age, versions, readers, and what runs with a former value.

    Never shows a value.
    """
    with wiring.command(common, name="secrets list") as session:
        from opsctl.reports import secrets

        session.report(secrets.gather, _listed)


@app.command(
    epilog=options.example(
        "opsctl secrets rotate hf --check --env prod",
        "opsctl secrets rotate hf --value-from key.txt --env prod",
        "opsctl secrets rotate cognito --env prod",
        "opsctl secrets rotate access-key terraform --to key.ini --env prod",
    )
)
@options.changes
def rotate(
    common: Common,
    what: Annotated[
        str,
        typer.Argument(
            metavar="WHAT",
            autocompletion=completion.of("secret-keys"),
            help="hf, cognito, access-key, or a name of secret_keys.",
        ),
    ],
    user: Annotated[
        str | None, typer.Argument(metavar="[USER]", help="With access-key: whose key.")
    ] = None,
    value_from: Annotated[
        str,
        typer.Option("--value-from", metavar="FILE", help="Read the new value; - is stdin."),
    ] = "",
    check: Annotated[
        bool, typer.Option("--check", help="With hf: ask the provider about the new value first.")
    ] = False,
    to: Annotated[
        str,
        typer.Option("--to", metavar="FILE", help="With access-key: the file for the new key."),
    ] = "",
    although_used: Annotated[
        bool,
        typer.Option("--although-used", help="With access-key: the old one was used of late."),
    ] = False,
) -> None:
    """Put a new value in place of a secret one, and restart what reads it.

    The new value is typed unseen, or read from a file or standard input. Every other key of the
    secret stays as it is. If the tasks do not come up with it, the former value is put back and
    they restart once more. An access key is rotated in three runs of the same command.
    """
    kind = what if what in ("access-key", "cognito") else "hf"
    with wiring.command(common, name="secrets rotate", ways=kind) as session:
        _check_words(what, user, value_from=value_from, check=check, to=to, used=although_used)
        if what == "access-key":
            _access_key(session, user or "", to, although_used)
        elif what == "cognito":
            _cognito(session)
        else:
            _key(session, what, value_from, check)


@app.command(
    "revoke-old",
    epilog=options.example("opsctl secrets revoke-old cognito --env prod --confirm captions-web"),
)
@options.changes
def revoke_old(
    common: Common,
    what: Annotated[
        str,
        typer.Argument(metavar="WHAT", autocompletion=completion.among("cognito"), help="cognito."),
    ],
) -> None:
    """Delete the older secret of the app client.

    Refuses while a task may still run with it. It cannot be undone, so it asks for the name of
    the app client.
    """
    with wiring.command(common, name="secrets revoke-old") as session:
        if what != "cognito":
            raise UsageProblem(f"{what} has no old secret that lives on: only cognito has.")
        from opsctl.procedures import revoke_client_secret as procedure

        target = session.target
        request = procedure.Request(target.env, target.secret_key("cognito"))
        session.run(procedure.PROCEDURE, request, at_least=Danger.SEVERE)


def _check_words(
    what: str, user: str | None, *, value_from: str, check: bool, to: str, used: bool
) -> None:
    """Raises UsageProblem for words that do not belong to what is rotated."""
    key = what == "access-key"
    if key and not user:
        raise UsageProblem("Whose access key?", hint="opsctl secrets rotate access-key USER")
    if not key and (user or to or used):
        raise UsageProblem("USER, --to and --although-used belong to access-key.")
    if (key or what == "cognito") and value_from:
        raise UsageProblem(f"{what} takes no value: AWS makes it.")
    if check and what != "hf":
        raise UsageProblem("--check asks Hugging Face, so it belongs to hf.")


def _key(session: Session, called: str, value_from: str, check: bool) -> None:
    from opsctl.procedures import rotate_secret as procedure

    target = session.target
    key = target.secret_key(called)
    if value_from or not session.common.dry_run:
        from opsctl.cli import secret_value

        session.aws.secret_versions.offer(secret_value.read(session, value_from, called))
    elif check:
        raise UsageProblem("--check needs the new value.", hint="Give it with --value-from FILE.")
    url = target.hf_check_url if check else ""
    request = procedure.Request(target.env, called, key, url, target.deploy_timeout)
    session.run(procedure.PROCEDURE, request, at_least=Danger.MODERATE)
    _afterwards(session, key)


def _cognito(session: Session) -> None:
    from opsctl.procedures import rotate_client_secret as procedure

    target = session.target
    key = target.secret_key("cognito")
    request = procedure.Request(target.env, key, target.deploy_timeout)
    session.run(procedure.PROCEDURE, request, at_least=Danger.MODERATE)
    _afterwards(session, key)


def _access_key(session: Session, user: str, to: str, although_used: bool) -> None:
    from opsctl.procedures import rotate_access_key as procedure

    shows = session.screen.can_ask and session.screen.out.live and session.common.output == "text"
    request = procedure.Request(session.target.env, user, to, shows, although_used)
    try:
        session.run(procedure.PROCEDURE, request, at_least=Danger.MODERATE)
    finally:
        made = session.aws.access_keys.take() if "access_keys" in vars(session.aws) else None
        if made:
            session.screen.out.show([f"Access key: {made[0]}", f"Its secret: {made[1]}"])
            session.say("This is the only time that it is shown.")


def _afterwards(session: Session, key: str) -> None:
    """A last look: what has changed since when, and what still runs with the former value."""
    if session.common.output != "text" or session.common.dry_run:
        return
    from opsctl.reports import secrets

    try:
        found = secrets.gather(session.aws)
    except OpsctlError as error:
        # The rotation itself was done and verified: what is not shown is no failure of it.
        session.say(f"What runs now could not be listed: {error.message}")
        return
    session.screen.out.show(_listed(found, only=key))


def _listed(found: Listed, only: str = "") -> Iterator[Block]:
    from opsctl.cli.secrets_screen import screen

    return screen(found, only)
