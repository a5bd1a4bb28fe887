"""The report of an incident on paper: Markdown, and beside it the evidence with its digests."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Iterator, Mapping

from opsctl import __version__, durations
from opsctl.journal.runs import RunRecord
from opsctl.plan import Do, taken_back
from opsctl.reports.incident import Story, text
from opsctl.reports.incident_timeline import Entry
from opsctl.targets import Target
from opsctl.terminal.json_output import dumps
from opsctl.terminal.text import clean, one_line

SUMS = "SHA256SUMS"


def files(story: Story, target: Target) -> dict[str, bytes]:
    """Every file by its name below the folder of reports, the report itself first."""
    name = f"{story.incident.id}-{story.incident.env}"
    found = {f"{name}/{part}": content for part, content in _evidence(story).items()}
    digests = {path: hashlib.sha256(content).hexdigest() for path, content in found.items()}
    sums = "".join(f"{it}  {path.rpartition('/')[2]}\n" for path, it in digests.items())
    paper = "\n".join(_paper(story, target, name, digests)) + "\n"
    return {f"{name}.md": paper.encode(), **found, f"{name}/{SUMS}": sums.encode()}


def _evidence(story: Story) -> dict[str, bytes]:
    """One JSON file for each source that could be looked at."""
    parts = {
        "incident": story.incident,
        "timeline": story.entries,
        "runs": story.runs,
        "deployments": story.deployments,
        "alarms": story.alarms,
        "cloudtrail": story.calls,
    }
    looked = {name: part for name, part in parts.items() if part is not None}
    return {f"{name}.json": dumps(part).encode() for name, part in looked.items()}


def _paper(story: Story, target: Target, name: str, digests: Mapping[str, str]) -> Iterator[str]:
    it = story.incident
    yield f"# Incident {it.id}: {escaped(it.title)}"
    yield ""
    yield from _summary(story, target)
    yield from _unsure(story)
    yield "## Timeline"
    yield ""
    yield "Times are UTC."
    yield ""
    yield from _table(("Time", "What", "Who", "Run"), map(_row, story.entries))
    yield "## What was done"
    yield ""
    yield from _runs(story)
    if it.notes:
        yield from ("## Notes", "")
    for note in it.notes:
        yield f"{text(note.at)}, {escaped(note.by)}:"
        yield ""
        yield from (f"> {escaped(line)}" for line in clean(note.text).splitlines())
        yield ""
    yield from _hashes(name, digests)
    yield "## Causes and what follows"
    yield ""
    yield "To be written by hand: opsctl does not overwrite a report that was edited."


def _summary(story: Story, target: Target) -> Iterator[str]:
    it = story.incident
    rows = [
        ("Environment", f"{it.env}, account {target.account}, {target.region}"),
        ("Severity", it.severity),
        ("Began", text(it.began)),
        ("Declared", f"{text(it.declared)} by {it.by}"),
    ]
    if it.ended:
        lasted = durations.text((it.ended - it.began).total_seconds())
        rows.append(("Ended", f"{text(it.ended)}, after {lasted}, by {it.closed_by}"))
        rows.append(("Resolution", it.resolution))
    else:
        rows.append(("Ended", f"not yet: this tells of the time until {text(story.until)}"))
    rows.append(("Report", f"made {text(story.made)} by opsctl {__version__}"))
    yield from _table(("", ""), [(name, escaped(value)) for name, value in rows])


def _unsure(story: Story) -> Iterator[str]:
    """What nobody should believe to be complete."""
    if story.manipulated:
        yield "**opsctl's own records were edited by hand:**"
        yield ""
        yield from (f"- {escaped(line)}" for line in story.manipulated)
        yield ""
    if story.not_examined:
        yield "Not examined:"
        yield ""
        yield from (f"- {escaped(line)}" for line in story.not_examined)
    else:
        yield "Everything was examined: the journal, deployments, alarms and CloudTrail."
    yield ""


def _row(entry: Entry) -> tuple[str, ...]:
    kind = {"run": "", "note": "note: ", "call": "CloudTrail: "}.get(entry.kind, f"{entry.kind} ")
    what = escaped(f"{kind}{entry.what}")
    run = code(entry.run) if entry.run else ""
    return text(entry.at), f"**{what}**" if entry.is_bad else what, escaped(entry.who), run


def _runs(story: Story) -> Iterator[str]:
    if not story.runs:
        yield from ("opsctl changed nothing.", "")
    for run in reversed(story.runs):
        code_ = "" if run.exit_code is None else f", exit {run.exit_code}"
        yield f"### {code(f'opsctl {run.command}')}: {escaped(run.label)}{code_}"
        yield ""
        yield f"{escaped(run.summary)}. Run {code(run.id)}, as {escaped(run.caller)}."
        if run.error:
            yield f"It ended with: {escaped(run.error)}."
        yield ""
        steps = [
            (str(it.index + 1), escaped(it.step.title), it.status, escaped(taken_back(it.step)))
            for it in run.steps
        ]
        if steps:
            yield from _table(("", "Step", "Status", "Undo"), steps)
        if _can_be_undone(run):
            yield from (f"To take it back: {code(f'opsctl undo {run.id} -e {run.env}')}", "")


def _can_be_undone(run: RunRecord) -> bool:
    if run.status == "rolled_back":
        return False  # the former release serves again already
    return any(isinstance(it.step, Do) and it.step.undo for it in run.in_effect)


def _hashes(name: str, digests: Mapping[str, str]) -> Iterator[str]:
    yield "## Evidence"
    yield ""
    rows = [(f"[{code(path)}]({path})", code(digest)) for path, digest in digests.items()]
    yield from _table(("File", "SHA-256"), rows)
    yield f"To check them: {code(f'cd {name} && sha256sum -c {SUMS}')}"
    yield ""


def _table(headers: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> Iterator[str]:
    yield _line(headers)
    yield _line(("---",) * len(headers))
    for row in rows:
        yield _line(row)
    yield ""


def _line(cells: tuple[str, ...]) -> str:
    return f"| {' | '.join(cells)} |"


def escaped(words: str) -> str:
    """Text from elsewhere on one line that Markdown shows as it is: no markup, link or HTML."""
    plain = re.sub(r"([\\`*_\[\]<>|~&#!])", r"\\\1", one_line(words))
    # A bare address would become a link.
    plain = plain.replace("://", r"\://").replace("www.", r"www\.").replace("@", r"\@")
    # At the beginning these would make a list or underline a heading.
    plain = re.sub(r"^(\d+)([.)])(?=\s|$)", r"\1\\\2", plain)
    return re.sub(r"^([-+=])", r"\\\1", plain)


def code(words: str) -> str:
    """A name as code; as plain text where it holds what would end the code or the cell."""
    name = one_line(words)
    return escaped(name) if "`" in name or "|" in name or not name else f"`{name}`"
