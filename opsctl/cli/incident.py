"""`opsctl incident`: what went wrong, when, and what was done meanwhile."""

from __future__ import annotations

import os
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from opsctl.cli import completion, options, wiring
from opsctl.cli.options import Common

if TYPE_CHECKING:
    from opsctl.journal.incidents import Incident
    from opsctl.reports.incident import Story

app = typer.Typer(
    add_completion=False,
    no_args_is_help=True,
    help="Group what is done in an incident, and write its report.",
    epilog=options.example(
        'opsctl incident start "errors after the release" --severity sev2 --env prod',
        'opsctl incident note "rolling back" --env prod',
        "opsctl incident report --env prod",
    ),
)

Which = Annotated[
    str,
    typer.Argument(
        metavar="[ID]",
        autocompletion=completion.of("incidents"),
        help="Its id; else the open one, or the newest.",
    ),
]


@app.command(
    epilog=options.example(
        'opsctl incident start "slow sign-in" --severity sev3 --since 20m --env prod'
    )
)
@options.changes
def start(
    common: Common,
    title: Annotated[str, typer.Argument(metavar="TITLE", help="What is wrong, in a few words.")],
    severity: Annotated[
        Literal["sev1", "sev2", "sev3", "sev4"],
        typer.Option("--severity", help="How bad it is; sev1 is the worst."),
    ],
    since: Annotated[
        str | None,
        typer.Option("--since", metavar="DURATION", help="It began that long ago, as in 20m."),
    ] = None,
) -> None:
    """Open an incident: every run belongs to it until it is closed.

    Only opsctl's own records change: nobody is asked, and a freeze does not stop it.
    """
    with wiring.command(common, name="incident start") as session:
        from opsctl.cli import incident_changes as changes

        began = (
            session.store.now() - timedelta(seconds=options.seconds("--since", since))
            if since
            else None
        )
        after = ("opsctl incident note TEXT", "opsctl incident close RESOLUTION")
        outcome = changes.done(
            session,
            "Start an incident",
            lambda: session.incidents.start(title, severity, began=began),
            after=after,
        )
        session.end(outcome)


@app.command(
    epilog=options.example(
        'opsctl incident note "customers see error pages" --env prod',
        "opsctl incident note - --env prod < findings.txt",
    )
)
@options.changes
def note(
    common: Common,
    text: Annotated[
        str, typer.Argument(metavar="TEXT", help="Your words, or - for standard input.")
    ],
) -> None:
    """Write down what was seen or decided, with the time."""
    with wiring.command(common, name="incident note") as session:
        from opsctl.cli import incident_changes as changes

        said = changes.words(text)
        session.end(changes.done(session, "Note", lambda: session.incidents.note(said)))


@app.command(epilog=options.example('opsctl incident close "back on release 1.2.0" --env prod'))
@options.changes
def close(
    common: Common,
    resolution: Annotated[
        str, typer.Argument(metavar="RESOLUTION", help="How it ended, or - for standard input.")
    ],
) -> None:
    """Close the open incident."""
    with wiring.command(common, name="incident close") as session:
        from opsctl.cli import incident_changes as changes

        said = changes.words(resolution)
        outcome = changes.done(
            session,
            "Close the incident",
            lambda: session.incidents.close(said),
            after=("opsctl incident report",),
        )
        session.end(outcome)


@app.command(epilog=options.example("opsctl incident show --env prod"))
@options.reads
def show(common: Common, incident: Which = "last") -> None:
    """One incident with its timeline: runs, notes, deployments, alarms, calls of AWS."""
    with wiring.command(common, name="incident show") as session:
        from opsctl.cli import incident_screen as screen

        session.answer(_story(session, incident), screen.story)


@app.command("list", epilog=options.example("opsctl incident list --env prod"))
@options.reads
def list_(common: Common) -> None:
    """Every incident of an environment, newest first."""
    with wiring.command(common, name="incident list") as session:
        from opsctl.cli import incident_screen as screen

        found, env = session.incidents.newest_first(), session.target.env
        session.answer({"incidents": found}, lambda _: screen.listed(found, env))


@app.command(
    epilog=options.example(
        "opsctl incident report --env prod", "opsctl incident report 20261123-1 --env prod"
    )
)
@options.reads
def report(
    common: Common,
    incident: Which = "last",
    force: Annotated[
        bool, typer.Option("--force", help="Write over a report that was edited.")
    ] = False,
) -> None:
    """Write the report: Markdown, and beside it the evidence as JSON with its SHA-256.

    It goes to the folder that `incidents` of opsctl.toml names, docs/incidents without it. What
    could not be looked at is said in it. A report that was edited is not overwritten.
    """
    with wiring.command(common, name="incident report") as session:
        from opsctl.cli import incident_screen as screen

        session.answer(_written(session, _story(session, incident), force=force), screen.written)


def _story(session: wiring.Session, incident: str) -> Story:
    from opsctl.journal.walks import Walks
    from opsctl.reports import incident as reports

    found: Incident = session.incidents.find(incident)
    now: datetime = session.store.now()
    walks = Walks(session.store, session.target.env)
    records = reports.Records(session.journal, session.incidents, walks)
    return reports.gather(session.aws, records, found, now, session.screen.waiting)


def _written(session: wiring.Session, story: Story, *, force: bool) -> dict[str, Any]:
    from opsctl.cli import incident_files
    from opsctl.reports import incident_paper

    target, incident = session.target, story.incident
    place = incident_files.folder(target.incidents, session.common.config, os.environ, Path.cwd())
    files = incident_paper.files(story, target)
    digests = incident_files.write(place, files, incident.files, force=force)
    session.incidents.reported(incident, digests)
    first, *rest = files
    return {
        "incident": incident.id,
        "report": str(place / first),
        "evidence": [{"path": str(place / it), "sha256": digests[it]} for it in rest],
        "entries": len(story.entries),
        "not_examined": story.not_examined,
    }
