"""`opsctl logs tail`, once its words are known."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from opsctl.cli import moments, wiring
from opsctl.errors import UsageProblem
from opsctl.reports import log_patterns, log_sources
from opsctl.reports.log_tail import Ask, Tail
from opsctl.terminal import streaming
from opsctl.terminal.log_lines import JsonLines, LogLines

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
AHEAD = timedelta(days=1)
"""Behind now: the clock of whoever writes may be ahead of this one."""


@dataclass(frozen=True)
class Words:
    """What was typed."""

    since: str
    pattern: str
    level: str
    task: str
    container: str
    previous: bool
    follow: bool
    live: bool
    raw: bool


def run(session: wiring.Session, words: Words) -> None:
    """Shows what there is and what comes. Ctrl-C comes out as KeyboardInterrupt."""
    choice = log_sources.Choice(words.task, words.container, words.previous)
    ask = asked(words, datetime.now(UTC))
    lines = maker(session, raw=words.raw, date=not words.follow)
    aws = session.aws
    session.look()
    found = log_sources.find(aws, choice)
    for note in found.notes:
        session.say(note)
    wiring.collect_garbage_again()
    tail = Tail(
        ask,
        lambda: log_sources.find(aws, choice).sources,
        tell=session.say,
        pause=lambda seconds: streaming.pause(session.screen, seconds),
    )
    shown = _counted(lines.text(page) for page in tail.events(aws, found.sources))
    session.screen.waiting(f"Reading {found.words} …")
    streaming.pour_text(shown.texts(), session.screen)
    session.screen.settle()
    if not shown.some and not words.follow:
        session.say(f"Nothing in {found.words} since {ask.since:%Y-%m-%d %H:%M:%S} UTC.")


def asked(words: Words, now: datetime) -> Ask:
    """What is followed from when. Raises UsageProblem."""
    if words.live and not words.follow:
        raise UsageProblem("--live follows: it does not go with --no-follow or --previous.")
    levels = log_patterns.levels_from(words.level) if words.level else ()
    pattern = log_patterns.checked("--filter", words.pattern)
    return Ask(
        since=moments.past("--since", words.since, now) if words.since else EPOCH,
        until=now + AHEAD,
        pattern=pattern or (log_patterns.of_levels(levels) if levels else ""),
        test=log_patterns.has_level(levels) if levels else None,
        follow=words.follow,
        live=words.live,
    )


def maker(session: wiring.Session, *, raw: bool, date: bool) -> LogLines | JsonLines:
    """What makes the lines. Raises UsageProblem for two forms at once."""
    if session.form == "text":
        out = session.screen.out
        return LogLines(colour=out.colour, raw=raw, date=date, apart=out.terminal)
    if raw:
        raise UsageProblem("--raw and -o json are two forms of the same: say one.")
    session.form = "lines"
    return JsonLines()


class _counted:
    """Texts on their way, and whether there were any."""

    def __init__(self, texts: Iterator[str]) -> None:
        self._texts = texts
        self.some = False

    def texts(self) -> Iterator[str]:
        for text in self._texts:
            self.some = True
            yield text
