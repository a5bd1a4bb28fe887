"""moto's state, taken once and put back in milliseconds, instead of made again by API calls."""

from __future__ import annotations

import copy
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from moto.core.base_backend import BackendDict
from moto.core.model_instances import reset_model_data
from moto.s3.utils import _VersionedKeyStore

from opsctl.sandbox.moto_parts.s3_versions import Versions

LOCKS = {type(make()): make for make in (threading.Lock, threading.RLock)}
STORES = (_VersionedKeyStore, Versions)


class Snapshot:
    """Every backend of moto as it is now, and the attributes of `owners` with it.

    The owners keep their identity: what refers to one of them refers to it after `restore`, too.
    `shared` is not copied at all.
    """

    def __init__(self, *owners: Any, shared: Sequence[Any] = ()) -> None:
        self._owners = owners
        self._kept = (*owners, *shared, *BackendDict._instances)
        self._held = self._copied((self._backends(), [vars(it) for it in owners]))

    def restore(self) -> None:
        """Put everything back as it was; what has been changed since is forgotten."""
        BackendDict.reset()
        backends, attributes = self._copied(self._held)
        for service, accounts in backends:
            for account, regions in accounts.items():
                dict.update(service[account], regions)
        for owner, held in zip(self._owners, attributes, strict=True):
            vars(owner).clear()
            vars(owner).update(held)

    @staticmethod
    def _backends() -> list[tuple[Any, dict[str, dict[str, Any]]]]:
        """Service → account → region → backend; a BackendDict makes what it is asked for."""
        return [
            (service, {account: dict(regions.items()) for account, regions in service.items()})
            for service in BackendDict._instances
        ]

    def _copied(self, state: Any) -> Any:
        with _copied_as_meant():
            made = copy.deepcopy(state, {id(it): it for it in self._kept})
        # moto keeps a list of all that it ever made, and its S3 empties every object in that list
        # when it is reset.
        reset_model_data()
        return made


@contextmanager
def _copied_as_meant() -> Iterator[None]:
    """A lock cannot be copied: what holds one gets a free one. Moto's store of versions shows only
    the newest of each key to whoever copies it: it is copied with all of them."""
    kinds = dict.fromkeys(LOCKS, _new_lock) | dict.fromkeys(STORES, _all_versions)
    table: Any = copy._deepcopy_dispatch  # type: ignore[attr-defined]
    table.update(kinds)
    try:
        yield
    finally:
        for kind in kinds:
            del table[kind]


def _new_lock(lock: Any, _: Any) -> Any:
    return LOCKS[type(lock)]()


def _all_versions(held: _VersionedKeyStore, memo: dict[int, Any]) -> _VersionedKeyStore:
    made = type(held).__new__(type(held))
    memo[id(held)] = made
    vars(made).update(copy.deepcopy(vars(held), memo))
    dict.update(made, {key: copy.deepcopy(it, memo) for key, it in dict.items(held)})
    return made
