"""What all sessions of botocore in a process share: above all AWS's descriptions, decoded once.

botocore changes some of them in place: it rewrites S3's paths, completes paginators, and fills in
the defaults of an endpoint when it is first asked for. What it changes is each session's own.
"""

from __future__ import annotations

import copy
import functools
from typing import Any

from botocore import hooks
from botocore.hooks import EventAliaser

from opsctl.aws.models import QuickJson

CHANGED = ("/s3/", "/s3control/", "/paginators-")
CHANGED_DEPTH = 4
"""Of dictionaries in one of those: model, operations, an operation, its HTTP request."""
READ: list[str] = []
"""The files that were decoded, without their endings."""
_load = QuickJson.load_file


def share() -> None:
    """From now on each file is read once, and what each session works out of its events, too."""
    QuickJson.load_file = _shared  # type: ignore[method-assign]
    # The 400 handlers that botocore registers for each session are the same functions.
    hooks.accepts_kwargs = functools.lru_cache(1024)(hooks.accepts_kwargs)
    EventAliaser.__init__ = _sharing_names(EventAliaser.__init__)


def _sharing_names(make: Any) -> Any:
    names: dict[str, str] = {}

    def made(self: Any, emitter: Any, event_aliases: Any = None) -> None:
        make(self, emitter, event_aliases)
        if event_aliases is None:
            self._alias_name_cache = names

    return made


@functools.cache
def decoded(path: str) -> Any:
    """The content of one file, the same object for everybody."""
    READ.append(path)
    return load_from_disk(path)


def load_from_disk(path: str) -> Any:
    """The content of one file, as opsctl reads it."""
    return _load(QuickJson(), path)


def _shared(self: QuickJson, path: str) -> Any:
    found = decoded(path)
    if any(part in path for part in CHANGED):
        return _copied(found, CHANGED_DEPTH)
    if not path.endswith("/endpoints"):
        return found
    own = ({**it, "services": _Own(it["services"])} for it in found["partitions"])
    return {**found, "partitions": list(own)}


def _copied(value: Any, depth: int) -> Any:
    if depth == 0 or not isinstance(value, dict):
        return value
    return {key: _copied(it, depth - 1) for key, it in value.items()}


class _Own(dict[str, Any]):
    """Services of a partition; one that is read is from then on this reader's own copy."""

    def __init__(self, shared: dict[str, Any]) -> None:
        super().__init__(shared)
        self._copied: set[str] = set()

    def __getitem__(self, service: str) -> Any:
        if service not in self._copied:
            self[service] = copy.deepcopy(super().__getitem__(service))
            self._copied.add(service)
        return super().__getitem__(service)

    def get(self, service: str, default: Any = None) -> Any:
        try:
            return self[service]
        except KeyError:
            return default
