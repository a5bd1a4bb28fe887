"""opsctl's own records in a bucket that a team shares, kept right by S3's conditional writes.

Needs `s3:GetObject`, `s3:PutObject` and `s3:DeleteObject` on the prefix, and `s3:ListBucket`
(without it S3 answers 403 instead of 404 for a record that does not exist).
"""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from functools import cached_property, partial
from itertools import islice
from typing import TYPE_CHECKING, Any

from opsctl.aws import failures
from opsctl.errors import BadConfig, OpsctlError, Unreachable

if TYPE_CHECKING:
    from opsctl.aws import Aws

_ATTEMPTS = 30
_AT_ONCE = 64
_LAST_KEY = 10**12
_NOT_AS_EXPECTED = ("PreconditionFailed", "NoSuchKey")
_CLOCKS_AGREE = timedelta(seconds=2)
"""S3 tells its time in whole seconds."""


class StateBucket:
    """A `state.Store` below `s3://bucket/prefix`; without a prefix, below `opsctl/`.

    Each line of a log is an object of its own, created only if it is absent. Their numbers count
    down, so that a listing begins with the newest.
    """

    def __init__(self, url: str, aws: Aws) -> None:
        scheme, _, place = url.partition("://")
        self.bucket, _, prefix = place.partition("/")
        if scheme != "s3" or not self.bucket:
            raise BadConfig(
                f"state = “{url}” is no place for opsctl's records.",
                hint='Leave it out for this machine, or write state = "s3://bucket/prefix".',
            )
        self.prefix = f"{prefix.strip('/') or 'opsctl'}/"
        self.where = f"s3://{self.bucket}/{self.prefix}"
        self._aws = aws
        self._ahead: timedelta | None = None
        self._last: dict[str, tuple[int, bytes]] = {}

    def now(self) -> datetime:
        """The time by S3's clock: machines that share a lock need not agree on theirs."""
        if self._ahead is None:
            next(self._keys("", limit=1), None)
        return datetime.now(UTC) + (self._ahead or timedelta())

    def read(self, name: str) -> tuple[bytes, str] | None:
        try:
            answer = self._ask("get_object", Key=self.prefix + name)
        except OpsctlError as error:
            if failures.aws_code(error) == "NoSuchKey":
                return None
            raise
        return answer["Body"].read(), answer["ETag"]

    def create(self, name: str, content: bytes) -> bool:
        return self._put(name, content, IfNoneMatch="*")

    def replace(self, name: str, content: bytes, version: str) -> bool:
        return self._put(name, content, IfMatch=version)

    def delete(self, name: str, version: str) -> bool:
        return self._if("delete_object", Key=self.prefix + name, IfMatch=version)

    def names(self, prefix: str) -> list[str]:
        return sorted(self._keys(prefix))

    def append(self, log: str, make: Callable[[bytes], bytes]) -> None:
        for attempt in range(_ATTEMPTS):
            number, last = self._last.pop(log) if log in self._last else self._newest(log)
            line = make(last)
            if self.create(f"{log}/{_LAST_KEY - number - 1:012d}.json", line):
                self._last[log] = (number + 1, line)
                return
            time.sleep(random.uniform(0, 0.02 * (attempt + 1)))  # noqa: S311 -- no secret
        raise Unreachable(f"Too many write to {self.where}{log} at once.", hint="Try again.")

    def newest_first(self, log: str) -> Iterator[bytes]:
        keys = self._keys(f"{log}/")
        while some := list(islice(keys, _AT_ONCE)):
            for found in self._aws.at_once(*(partial(self.read, key) for key in some)):
                if found is not None:
                    yield found[0]

    def _newest(self, log: str) -> tuple[int, bytes]:
        """The number and the text of a log's last line; 0 and nothing when there is none."""
        key = next(self._keys(f"{log}/", limit=1), None)
        found = self.read(key) if key else None
        if key is None or found is None:
            return 0, b""
        return _LAST_KEY - int(key.rpartition("/")[2].removesuffix(".json")), found[0]

    def _keys(self, prefix: str, limit: int | None = None) -> Iterator[str]:
        """The names that begin with `prefix`, in S3's order, a page at a time."""
        words: dict[str, Any] = {"Prefix": self.prefix + prefix}
        if limit:
            words["MaxKeys"] = limit
        while True:
            page = self._ask("list_objects_v2", **words)
            yield from (it["Key"].removeprefix(self.prefix) for it in page.get("Contents", []))
            if limit or not page.get("IsTruncated"):
                return
            words["ContinuationToken"] = page["NextContinuationToken"]

    def _put(self, name: str, content: bytes, **condition: str) -> bool:
        if self._if("put_object", Key=self.prefix + name, Body=content, **condition):
            return True
        # When the answer to a first attempt got lost, the second one meets our own record.
        found = self.read(name)
        return found is not None and found[0] == content

    def _if(self, operation: str, **words: Any) -> bool:
        """Whether the condition held. Asks again when S3 was busy with another's write."""
        for attempt in range(_ATTEMPTS):
            try:
                self._ask(operation, **words)
            except OpsctlError as error:
                if failures.aws_code(error) in _NOT_AS_EXPECTED:
                    return False
                if failures.aws_code(error) != "ConditionalRequestConflict":
                    raise
                time.sleep(random.uniform(0, 0.02 * (attempt + 1)))  # noqa: S311 -- no secret
            else:
                return True
        return False

    def _ask(self, operation: str, **words: Any) -> Any:
        try:
            with failures.translated(f"s3:{operation}", self._aws.target):
                answer = getattr(self._client, operation)(Bucket=self.bucket, **words)
        except OpsctlError as error:
            error.message = f"opsctl's own records in {self.where}: {error.message}"
            error.args = (error.message,)
            error.hint = error.hint or "Is `state` right in opsctl.toml, and does the bucket exist?"
            raise
        told = answer["ResponseMetadata"].get("HTTPHeaders", {}).get("date")
        if told:
            ahead = parsedate_to_datetime(told) - datetime.now(UTC)
            self._ahead = ahead if abs(ahead) > _CLOCKS_AGREE else timedelta()
        return answer

    @cached_property
    def _client(self) -> Any:
        return self._aws.state_client(self.bucket, self.prefix)
