"""CloudWatch Logs: the last lines of a stream, and whether a group is there."""

from __future__ import annotations

from typing import Any

from opsctl.aws.gateway import Gateway
from opsctl.aws.log_events import LogEvent


class Logs(Gateway):
    """Reads log groups and streams."""

    @property
    def _client(self) -> Any:
        return self.aws.client("logs")

    def group_exists(self, group: str) -> bool:
        """Whether a log group of just this name is there."""
        answer = self._client.describe_log_groups(logGroupNamePrefix=group)
        return any(it["logGroupName"] == group for it in answer["logGroups"])

    def newest_streams(self, group: str) -> tuple[str, ...]:
        """The fifty streams of a group that were written to last, the newest first."""
        answer = self._client.describe_log_streams(
            logGroupName=group, orderBy="LastEventTime", descending=True, limit=50
        )
        return tuple(str(it["logStreamName"]) for it in answer["logStreams"])

    def last_lines(self, group: str, stream: str, limit: int = 10) -> tuple[str, ...]:
        """The newest lines of a stream, oldest first; empty where there is no such stream yet."""
        return tuple(it.message.rstrip("\n") for it in self.last_events(group, stream, limit))

    def last_events(self, group: str, stream: str, limit: int = 10) -> tuple[LogEvent, ...]:
        """The same with their times."""
        client = self._client
        try:
            answer = client.get_log_events(
                logGroupName=group, logStreamName=stream, limit=limit, startFromHead=False
            )
        except client.exceptions.ResourceNotFoundException:
            return ()
        return tuple(
            LogEvent(it["timestamp"], stream, str(it["message"])) for it in answer["events"]
        )
