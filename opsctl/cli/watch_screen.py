"""The live screen: verdict, facts, numbers, tasks and the newest errors, in what room there is."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from opsctl.aws.log_events import LogEvent
from opsctl.cli import status_screen
from opsctl.reports.status import Status
from opsctl.reports.watch import Picture
from opsctl.terminal import layout
from opsctl.terminal.blocks import Block, Fields, Styled, Words, bad, bold, dim, good, warn
from opsctl.terminal.log_lines import LogLines
from opsctl.terminal.sparkline import sparkline

KEYS = "q quit · p pause · r now · ↑↓ task · enter log"
KEYS_OF_LOG = "q quit · p pause · esc back"
MOST_PROBLEMS, MOST_TASKS = 4, 5
PAINT = {"healthy": good, "deploying": warn, "unhealthy": bad}


@dataclass
class View:
    """What the operator chose to see."""

    paused: bool = False
    chosen: int = 0
    log: str = ""
    """The id of the task whose log is open; empty for the overview."""
    lines: Sequence[LogEvent] = field(default_factory=tuple)
    """The lines of that log."""


def screen(picture: Picture, view: View, size: tuple[int, int], *, colour: bool) -> list[str]:
    """Just as many lines as the terminal has; the last one tells the keys."""
    columns, height = size
    room = max(height - 1, 1)
    if view.log:
        shown = _log(view, room, colour)
    elif picture.status is None:
        shown = _painted(_nothing_yet(picture), colour)
    else:
        shown = _overview(picture, picture.status, view, (columns, room), colour)
    shown = shown[:room] + [""] * (room - len(shown))
    return [*shown, *_painted([_footer(picture, view)], colour)][:height]


def chosen_task(picture: Picture, view: View) -> str:
    """The id of the task that is marked; empty when there is none."""
    tasks = picture.status.tasks if picture.status else ()
    return tasks[min(view.chosen, len(tasks) - 1)].id if tasks else ""


def _nothing_yet(picture: Picture) -> Iterator[Block]:
    if not (picture.problem or picture.unknown):
        yield dim("Looking …")
    for unknown in picture.unknown:
        yield Words((warn("  ? "), f"not looked at: {unknown}"))
    if picture.problem and not picture.unknown:
        yield dim(picture.problem)


def _overview(
    picture: Picture, found: Status, view: View, room: tuple[int, int], colour: bool
) -> list[str]:
    columns, height = room
    top = _painted(_verdict(picture, found), colour)
    numbers = _painted(_numbers(picture, columns), colour)
    tasks = _painted(_tasks(found, view), colour)
    errors = _painted(_errors(picture), colour)
    left = height - len(top) - len(numbers) - len(tasks) - len(errors)
    newest = _events(picture.errors, left, colour) if picture.errors else []
    return [*top, *numbers, *tasks, *errors, *newest]


def _verdict(picture: Picture, found: Status) -> Iterator[Block]:
    paint = PAINT[found.verdict]
    clock = dim(f"{picture.at:%H:%M:%S} UTC  ")
    name = (bold(found.service.name), f"  {found.image}")
    yield Words((clock, paint(found.verdict.upper()), "  ", *name))
    if picture.problem:
        yield Words((warn("  ? "), f"the last look failed: {picture.problem}"))
    for problem in found.problems[:MOST_PROBLEMS]:
        yield Words((bad("  ✗ "), problem))
    if len(found.problems) > MOST_PROBLEMS:
        yield bad(f"  ✗ and {len(found.problems) - MOST_PROBLEMS} more: opsctl status")
    for notice in found.notices[:2]:
        yield Words((warn("  ! "), notice))
    for unknown in picture.unknown[:2]:
        yield Words((warn("  ? "), f"not looked at: {unknown}"))
    yield Fields(tuple(status_screen.facts(found)))


def _numbers(picture: Picture, columns: int) -> Iterator[Block]:
    rows: list[tuple[str, str | Words]] = []
    for series in picture.series:
        if not series.points:
            rows.append((series.name, dim("no data")))
            continue
        drawn = sparkline([it.value for it in series.points], min(60, max(columns - 34, 8)))
        value = f"  {series.points[-1].value:.4g} {series.unit}".rstrip()
        rows.append((series.name, Words((drawn, bold(value)))))
    if rows:
        yield ""
        yield Fields(tuple(rows))


def _tasks(found: Status, view: View) -> Iterator[Block]:
    yield ""
    tasks = found.tasks
    chosen = min(view.chosen, max(len(tasks) - 1, 0))
    first = max(0, min(chosen - MOST_TASKS + 1, len(tasks) - MOST_TASKS))
    health = {it.target.rpartition(":")[0]: it.state for it in found.targets}
    for number, it in enumerate(tasks[first : first + MOST_TASKS], first):
        mark = bold("▸ ") if number == chosen else "  "
        state = it.health if it.status == "RUNNING" and it.health != "UNKNOWN" else it.status
        target = health.get(it.address, "-")
        well = state in ("RUNNING", "HEALTHY") and target in ("healthy", "-")
        revision = it.task_definition.rpartition(":")[2]
        yield Words(
            (mark, it.id, f"  {revision:>4}  ", (good if well else bad)(f"{state} {target}"))
        )
    if len(tasks) > MOST_TASKS:
        yield dim(f"  {len(tasks)} tasks")


def _errors(picture: Picture) -> Iterator[Block]:
    yield ""
    if not picture.errors:
        yield dim("No error lines in the last ten minutes.")
        return
    yield bold(f"Error lines ({len(picture.errors)})")


def _log(view: View, room: int, colour: bool) -> list[str]:
    head = _painted([Words((bold("Log of task "), view.log)), ""], colour)
    if not view.lines:
        return [*head, *_painted([dim("No lines yet.")], colour)]
    return [*head, *_events(view.lines, room - len(head), colour)]


def _events(events: Sequence[LogEvent], most: int, colour: bool) -> list[str]:
    """The newest lines that there is room for; a traceback takes several."""
    if most <= 0:
        return []
    text = LogLines(colour=colour, date=False).text(events[-most:])
    return text.rstrip("\n").split("\n")[-most:]


def _footer(picture: Picture, view: View) -> Block:
    pace = f"every {picture.every:.0f} s · {picture.calls} AWS calls/min"
    keys = Styled(KEYS_OF_LOG if view.log else KEYS, "dim")
    return Words((warn("PAUSED  ") if view.paused else "", keys, dim(f" · {pace}")))


def _painted(blocks: Sequence[Block] | Iterator[Block], colour: bool) -> list[str]:
    return list(layout.lines(blocks, colour=colour))
