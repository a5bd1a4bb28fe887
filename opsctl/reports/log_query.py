"""Log query: questions to Logs Insights, by name or in its own language."""

from __future__ import annotations

import difflib
import re
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime

from opsctl.aws import Aws
from opsctl.aws.log_events import Source
from opsctl.aws.log_queries import MOST_ROWS, Results
from opsctl.errors import Unreachable, UsageProblem
from opsctl.targets import Target

LONGEST = 10_000
"""Characters of a query."""
NAMED = {
    "errors": "filter level in ['ERROR', 'CRITICAL'] or @message like /Traceback/"
    " | fields @timestamp, level, logger, message, request_id"
    " | sort @timestamp desc | limit 100",
    "slow": "filter milliseconds >= 1000"
    " | fields @timestamp, milliseconds, method, path, status, request_id"
    " | sort milliseconds desc | limit 50",
    "by-user": "filter ispresent(user)"
    " | stats count(*) as events by user | sort events desc | limit 50",
    "by-status": "filter ispresent(status)"
    " | stats count(*) as requests by status | sort requests desc",
}
"""What every target can be asked. The fields are those of the service's JSON log."""
_NAME = re.compile(r"[\w-]+")


@dataclass(frozen=True)
class Named:
    """A query with a name; `own` when it is of opsctl.toml."""

    name: str
    text: str
    own: bool


@dataclass(frozen=True)
class Ask:
    """What is asked of which time."""

    text: str
    since: datetime
    until: datetime
    most: int = 1000

    def __post_init__(self) -> None:
        if self.since >= self.until:
            raise UsageProblem("--since is not before --until.")
        if not 1 <= self.most <= MOST_ROWS:
            raise UsageProblem(f"--max is between 1 and {MOST_ROWS:,} rows.")
        if len(self.text) > LONGEST:
            raise UsageProblem(f"Insights takes {LONGEST:,} characters, not {len(self.text):,}.")


@dataclass(frozen=True)
class Answer:
    """The rows, and what it took. `columns` are in the order in which Insights gives them."""

    query: str
    since: datetime
    until: datetime
    groups: tuple[str, ...]
    columns: tuple[str, ...]
    rows: tuple[dict[str, str], ...]
    matched: int
    scanned: int
    read_bytes: int


def named(target: Target) -> tuple[Named, ...]:
    """Every named query; those of opsctl.toml go before opsctl's own of the same name."""
    own = dict(each.split("=", 1) for each in target.queries)
    return tuple(Named(name, text, name in own) for name, text in {**NAMED, **own}.items())


def text_of(words: str, target: Target) -> str:
    """The query that a name or the words themselves stand for. Raises UsageProblem."""
    words = words.strip()
    known = {it.name: it.text for it in named(target)}
    if words in known:
        return known[words]
    if not words or _NAME.fullmatch(words):
        near = difflib.get_close_matches(words, known, n=1)
        guess = f" Did you mean {near[0]!r}?" if near else ""
        raise UsageProblem(
            f"There is no query called {words!r}.{guess}", hint="opsctl logs query --list"
        )
    return words


def run(
    aws: Aws,
    sources: tuple[Source, ...],
    ask: Ask,
    looking: Callable[[str], None] = lambda _: None,
    **pace: Callable[[float], object],
) -> Answer:
    """The answer; `looking` hears how far it is. Raises Unreachable when Insights gives up."""
    results = Results("Scheduled", (), 0, 0, 0)
    going = aws.log_queries.run(sources, ask.text, ask.since, ask.until, most=ask.most, **pace)
    with closing(going):
        for results in going:
            looking(
                f"{results.status}: {len(results.rows):,} rows so far, "
                f"{results.scanned:,} lines read …"
            )
    if results.status == "Timeout":
        raise Unreachable("Insights gave up after 60 minutes.", hint="Ask for a shorter time.")
    if results.status != "Complete":
        raise Unreachable(
            f"Insights ended the query as {results.status}.", hint="Run it again in a minute."
        )
    columns = dict.fromkeys(name for row in results.rows for name in row)
    return Answer(
        ask.text,
        ask.since,
        ask.until,
        tuple(dict.fromkeys(it.group for it in sources)),
        tuple(columns),
        results.rows,
        results.matched,
        results.scanned,
        results.read_bytes,
    )
