"""CloudWatch Logs: the events of log groups, a page at a time."""

from __future__ import annotations

import heapq
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from itertools import chain
from operator import attrgetter
from typing import Any

import msgspec

from opsctl.aws.gateway import Gateway
from opsctl.errors import NotFound

_OURS = "opsctlEvents"
"""Where the parsed events travel in botocore's answer."""
MERGED = 1000
"""Events in one tuple where several sources are merged."""
by_time = attrgetter("at")


class LogEvent(msgspec.Struct, frozen=True, gc=False):
    """One event. `at` is milliseconds since 1970; `id` is AWS's, empty in a live tail."""

    at: int = msgspec.field(name="timestamp")
    stream: str = msgspec.field(name="logStreamName")
    message: str
    id: str = msgspec.field(name="eventId", default="")


Page = tuple[LogEvent, ...]


class _Answer(msgspec.Struct):
    events: list[LogEvent] = []
    token: str | None = msgspec.field(name="nextToken", default=None)


@dataclass(frozen=True, order=True)
class Source:
    """The streams of a group whose names begin with `prefix`; empty stands for all of them."""

    group: str
    prefix: str = ""
    region: str = ""
    """Empty: the target's."""


class LogEvents(Gateway):
    """Reads events. FilterLogEvents may answer an empty page that is not the last one."""

    def __init__(self, aws: Any) -> None:
        super().__init__(aws)
        self.now = 0
        """AWS's own time at its last answer, in milliseconds since 1970."""
        self._hooked: set[str] = set()

    def _client(self, region: str) -> Any:
        client = self.aws.client("logs", region or None)
        if region not in self._hooked:
            self._hooked.add(region)
            client.meta.events.register(
                "before-parse.cloudwatch-logs.FilterLogEvents", _parse_quickly
            )
        return client

    def search(
        self,
        groups: Sequence[str],
        pattern: str,
        since: datetime,
        until: datetime,
        streams: Sequence[str] = (),
        most: int = 0,
    ) -> Iterator[Page]:
        """The events between two moments that fit CloudWatch's filter pattern, oldest first.

        `streams` are beginnings of stream names. One tuple for each page that AWS answers, the
        empty ones too, so that the caller can give up; at most `most` events, 0 for all.
        """
        sources = [Source(group, prefix) for group in groups for prefix in streams or ("",)]
        yield from self.read(sources, pattern, since, until, most)

    def read(
        self,
        sources: Sequence[Source],
        pattern: str,
        since: datetime,
        until: datetime,
        most: int = 0,
    ) -> Iterator[Page]:
        """The same of sources; those of several are merged by time."""
        words: dict[str, Any] = {"startTime": millis(since), "endTime": millis(until)}
        if pattern:
            words |= {"filterPattern": pattern}
        found = 0
        for page in merged([self.pages(source, words) for source in sources]):
            if most and found + len(page) >= most:
                yield page[: most - found]
                return
            found += len(page)
            yield page

    def follow(
        self,
        sources: Callable[[], Sequence[Source]],
        pattern: str,
        since: datetime,
        *,
        tell: Callable[[str], None] = lambda _: None,
        pause: Callable[[float], object] = time.sleep,
    ) -> Iterator[Page]:
        """New events since a moment, each once, until `pause` answers True.

        `sources` is asked before each look. `tell` hears of throttling and missing groups; both
        are waited out.
        """
        from opsctl.aws.log_polling import Polling

        tail = Polling(self, sources, pattern, millis(since), tell=tell, pause=pause)
        yield from tail.pages()

    def pages(self, source: Source, words: dict[str, Any]) -> Iterator[Page]:
        """Every page of one source; `words` are FilterLogEvents' times and pattern."""
        token = ""
        while True:
            page, token = self.page(source, words, token)
            yield page
            if not token:
                return

    def page(self, source: Source, words: dict[str, Any], token: str = "") -> tuple[Page, str]:
        """One page in the order of time, and the token of the next; it is empty at the end."""
        words = {"logGroupName": source.group, **words}
        if source.prefix:
            words["logStreamNamePrefix"] = source.prefix
        if token:
            words["nextToken"] = token
        client = self._client(source.region)
        try:
            answer = client.filter_log_events(**words)
        except client.exceptions.ResourceNotFoundException:
            where = source.region or self.aws.target.region
            raise NotFound(
                f"There is no log group {source.group} in {where}.", hint="opsctl config show"
            ) from None
        self.now = _time_of(answer)
        made: _Answer | None = answer.get(_OURS)
        if made is None:
            made = msgspec.convert(answer, _Answer)
        return tuple(sorted(made.events, key=by_time)), made.token or ""


def millis(moment: datetime) -> int:
    """Milliseconds since 1970."""
    return round(moment.timestamp() * 1000)


def _time_of(answer: dict[str, Any]) -> int:
    said = answer["ResponseMetadata"]["HTTPHeaders"].get("date", "")
    try:
        return millis(parsedate_to_datetime(said))
    except ValueError:
        return millis(datetime.now(UTC))


def merged(each: Sequence[Iterator[Page]]) -> Iterator[Page]:
    """The pages of one source as they come; those of several in one order of time."""
    if len(each) == 1:
        yield from each[0]
        return
    together = heapq.merge(*(chain.from_iterable(pages) for pages in each), key=by_time)
    yield from _chunks(together)


def _chunks(events: Iterable[LogEvent]) -> Iterator[Page]:
    chunk: list[LogEvent] = []
    for event in events:
        chunk.append(event)
        if len(chunk) == MERGED:
            yield tuple(chunk)
            chunk = []
    if chunk:
        yield tuple(chunk)


def _parse_quickly(
    response_dict: dict[str, Any], customized_response_dict: dict[str, Any], **_: Any
) -> None:
    """Parses the events in C, before botocore walks through each field of each in Python.

    What cannot be parsed so (half a character, an error) is left to botocore.
    """
    if response_dict["status_code"] != 200:
        return
    try:
        answer = msgspec.json.decode(response_dict["body"], type=_Answer)
    except (msgspec.DecodeError, UnicodeDecodeError):
        return
    customized_response_dict[_OURS] = answer
    response_dict["body"] = b"{}"
