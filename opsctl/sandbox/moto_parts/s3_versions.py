"""S3: what a bucket holds, in S3's order, so that a page of 200,000 versions takes milliseconds."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator
from itertools import count
from typing import TYPE_CHECKING, Any

from moto.s3.models import FakeBucket
from moto.s3.utils import _VersionedKeyStore

from opsctl.sandbox.moto_parts.originals import original

if TYPE_CHECKING:
    from opsctl.sandbox.world import World

_LAST = "\U0010ffff"
"""No key that anybody writes sorts behind a prefix and this."""


def install(_: World) -> None:
    """Give every new bucket a store that is ordered."""
    make = original(FakeBucket, "__init__")

    def made(bucket: Any, *args: Any, **named: Any) -> None:
        make(bucket, *args, **named)
        bucket.keys = Versions()

    FakeBucket.__init__ = made


class Versions(_VersionedKeyStore):  # type: ignore[misc]
    """Key → its versions and delete markers, oldest first, as moto has them.

    Besides that: the keys in order, and when each version came. Where a version was, is kept when
    it is deleted: a listing goes on after a version that its caller has just deleted.
    """

    def __init__(self) -> None:
        super().__init__()
        self._names: list[str] = []
        self._fresh: set[str] = set()
        self._count = count(1)
        self._gone: dict[tuple[str, str], int] = {}

    def __setitem__(self, key: str, value: Any) -> None:
        self.setlist(key, [*self.getlist(key, []), value])

    def setlist(self, key: str, list_: Any) -> None:
        """Replace the versions of a key."""
        kept = {id(each) for each in list_}
        for each in self.getlist(key, []):
            if id(each) not in kept:
                self._forget(key, each)
        if key not in self:
            self._fresh.add(key)
        for each in list_:
            if not hasattr(each, "sandbox_serial"):
                each.sandbox_serial = next(self._count)
        dict.__setitem__(self, key, list(list_))

    def append(self, key: str, version: Any) -> None:
        """Add one version as the newest: what `setlist` does, in constant time."""
        held = dict.get(self, key)
        if held is None:
            self.setlist(key, [version])
            return
        version.sandbox_serial = next(self._count)
        held.append(version)

    def detach(self, key: str) -> list[Any]:
        """Take all versions of a key aside, as if there were none; `attach` brings them back."""
        held: list[Any] = dict.pop(self, key, [])
        return held

    def attach(self, key: str, older: list[Any]) -> None:
        """Put versions that were taken aside below those that came meanwhile."""
        if older:
            older.extend(dict.get(self, key, []))
            dict.__setitem__(self, key, older)

    def remove(self, key: str, version_id: str) -> Any:
        """Take one version away; answers it, or None where there is none."""
        held: list[Any] = dict.get(self, key, [])
        for index in reversed(range(len(held))):
            if held[index].version_id == version_id:
                found = held.pop(index)
                self._forget(key, found)
                if not held:
                    dict.pop(self, key)
                return found
        return None

    def pop(self, key: str) -> None:
        """Take a key away with all its versions. Raises KeyError where there is none."""
        held: list[Any] = dict.pop(self, key)
        for each in held:
            self._forget(key, each)

    def _forget(self, key: str, version: Any) -> None:
        self._gone[key, version.version_id] = version.sandbox_serial
        if hasattr(version, "dispose"):
            version.dispose()

    def serial(self, key: str, version_id: str) -> int | None:
        """When a version came that is there, or was: a number that grows. None for an unknown."""
        for each in self.getlist(key, []):
            if each.version_id == version_id:
                return int(each.sandbox_serial)
        return self._gone.get((key, version_id))

    def walk(self, prefix: str, delimiter: str = "", since: str = "") -> Iterator[tuple[str, bool]]:
        """What begins with the prefix, in order, from the key `since` on: (key, False), or with a
        delimiter (common prefix, True) once for all the keys that it stands for.
        """
        names = self._ordered()
        at = bisect_left(names, max(prefix, since))
        while at < len(names) and names[at].startswith(prefix):
            name = names[at]
            at += 1
            if name not in self:
                continue
            end = name.find(delimiter, len(prefix)) if delimiter else -1
            if end < 0:
                yield name, False
            else:
                common = name[: end + len(delimiter)]
                at = bisect_left(names, common + _LAST)
                yield common, True

    def _ordered(self) -> list[str]:
        """Keys that were deleted stay in the list until they are the greater part of it."""
        if self._fresh or len(self._names) > 2 * len(self) + 1000:
            self._fresh.clear()
            self._names = sorted(dict.keys(self))
        return self._names
