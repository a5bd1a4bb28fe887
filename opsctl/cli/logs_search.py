"""`opsctl logs search`, once its words are known."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime

from opsctl.cli import logs_tail, moments, wiring
from opsctl.reports import log_search, log_sources
from opsctl.terminal import streaming


@dataclass(frozen=True)
class Words:
    """What was typed; `within` is seconds."""

    pattern: str
    since: str
    until: str
    most: int
    exact: bool
    task: str
    container: str
    within: float
    raw: bool


def run(session: wiring.Session, words: Words) -> None:
    """Shows what is found, and on standard error what was searched."""
    choice = log_sources.Choice(words.task, words.container)
    query = asked(words, datetime.now(UTC))
    lines = logs_tail.maker(session, raw=words.raw, date=True)
    aws = session.aws
    session.look()
    found = log_sources.find(aws, choice)
    for note in found.notes:
        session.say(note)
    search = log_search.Search(query, looking=session.screen.waiting, tell=session.say)
    texts = (lines.text(page) for page in search.events(aws, found.sources))
    if streaming.pour_text(texts, session.screen):
        session.say(log_search.summary(search, found.words))


def asked(words: Words, now: datetime) -> log_search.Query:
    """What is looked for. Raises UsageProblem."""
    return log_search.Query(
        words=words.pattern,
        since=moments.past("--since", words.since, now),
        until=moments.past("--until", words.until, now) if words.until else now,
        exact=words.exact,
        most=words.most,
        within=words.within,
    )
