"""CloudWatch Logs Live Tail: events as they arrive, for at most three hours."""

from __future__ import annotations

from collections.abc import Generator, Sequence
from dataclasses import dataclass
from typing import Any

from opsctl.aws.gateway import Gateway
from opsctl.aws.log_events import LogEvent, Page, Source, by_time
from opsctl.errors import Unreachable

MOST_GROUPS = 10


@dataclass(frozen=True)
class Update:
    """What came in about a second; `sampled` when it is only a part of what there was."""

    events: Page
    sampled: bool = False


class LiveTail(Gateway):
    """Opens sessions; each is paid for by the minute."""

    def updates(self, sources: Sequence[Source], pattern: str) -> Generator[Update, None, None]:
        """An empty update once the session stands, then one about each second until it ends.

        Raises Unreachable where the stream breaks or may not go on, and whatever refuses it.
        """
        from urllib3.exceptions import HTTPError

        client = self.aws.client("logs", sources[0].region or None)
        stream = client.start_live_tail(**self._words(sources, pattern))["responseStream"]
        try:
            for part in stream:
                if "sessionStart" in part:
                    yield Update(())
                elif "sessionUpdate" in part:
                    yield _update(part["sessionUpdate"], sources)
        except HTTPError as error:
            raise Unreachable(f"The live tail broke off ({type(error).__name__}).") from error
        finally:
            stream.close()

    def _words(self, sources: Sequence[Source], pattern: str) -> dict[str, Any]:
        groups = list(dict.fromkeys(source.group for source in sources))[:MOST_GROUPS]
        words: dict[str, Any] = {
            "logGroupIdentifiers": [self._arn(it, sources[0].region) for it in groups]
        }
        if len(groups) == 1 and all(source.prefix for source in sources):
            # With several groups AWS takes no names of streams: those are looked at here.
            words["logStreamNamePrefixes"] = [source.prefix for source in sources]
        if pattern:
            words["logEventFilterPattern"] = pattern
        return words

    def _arn(self, group: str, region: str) -> str:
        target = self.aws.target
        partition = self.aws.client("logs", region or None).meta.partition
        place = f"{region or target.region}:{target.account}"
        return f"arn:{partition}:logs:{place}:log-group:{group}"


def _update(part: dict[str, Any], sources: Sequence[Source]) -> Update:
    prefixes = tuple(source.prefix for source in sources)
    events = [
        LogEvent(it["timestamp"], it["logStreamName"], it["message"])
        for it in part.get("sessionResults", ())
        if it["logStreamName"].startswith(prefixes)
    ]
    sampled = bool(part.get("sessionMetadata", {}).get("sampled"))
    return Update(tuple(sorted(events, key=by_time)), sampled)
