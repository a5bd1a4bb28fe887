"""Where opsctl keeps its own records: a folder of this machine, or something that acts like one."""

from __future__ import annotations

import fcntl
import hashlib
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Protocol

from opsctl.errors import Forbidden
from opsctl.state import durable


class Store(Protocol):
    """Records by name, changed only by compare-and-set, and logs that only grow.

    Names are paths such as `locks/prod.json`. Whatever cannot be read or written raises an
    OpsctlError that says where and why.
    """

    where: str
    """How the place is named to the operator."""

    def now(self) -> datetime:
        """The time by the clock that everybody who shares this store agrees on."""

    def read(self, name: str) -> tuple[bytes, str] | None:
        """A record and the tag of its version; None when there is none."""

    def create(self, name: str, content: bytes) -> bool:
        """Writes a new record. False when it exists: of two at once, exactly one wins."""

    def replace(self, name: str, content: bytes, version: str) -> bool:
        """Writes over that very version. False when it was changed or deleted meanwhile."""

    def delete(self, name: str, version: str) -> bool:
        """Deletes that very version. False when it was changed or deleted meanwhile."""

    def names(self, prefix: str) -> list[str]:
        """The names of the records that begin with it, sorted."""

    def append(self, log: str, make: Callable[[bytes], bytes]) -> None:
        """Adds the line that `make` answers for the last one (empty: there is none).

        Nobody gets a line in between. It is on the disk when this returns. The line holds no
        line break.
        """

    def newest_first(self, log: str) -> Iterator[bytes]:
        """The lines of a log, the last one first; the last one may be torn by a crash."""


def utc_now() -> datetime:
    """The time by this machine's clock."""
    return datetime.now(UTC)


def state_directory() -> Path:
    """`$XDG_STATE_HOME/opsctl`. A relative value does not count, as the XDG standard has it."""
    home = Path(os.environ.get("XDG_STATE_HOME", ""))
    return (home if home.is_absolute() else Path.home() / ".local/state") / "opsctl"


class LocalStore:
    """A folder that only its owner can read: 0700, each file in it 0600."""

    def __init__(self, directory: Path | None = None) -> None:
        self.directory = directory or state_directory()
        self.where = str(self.directory)

    def now(self) -> datetime:
        return utc_now()

    def read(self, name: str) -> tuple[bytes, str] | None:
        with _told(self.directory / name, "read"):
            try:
                content = self._path(name).read_bytes()
            except FileNotFoundError:
                return None
        return content, _tag(content)

    def create(self, name: str, content: bytes) -> bool:
        return self._exchange(name, None, content)

    def replace(self, name: str, content: bytes, version: str) -> bool:
        return self._exchange(name, version, content)

    def delete(self, name: str, version: str) -> bool:
        return self._exchange(name, version, None)

    def names(self, prefix: str) -> list[str]:
        with _told(self.directory, "read"):
            files = [path for path in self.directory.rglob("[!.]*") if path.is_file()]
            found = [path.relative_to(self.directory).as_posix() for path in files]
        return sorted(name for name in found if name.startswith(prefix))

    def append(self, log: str, make: Callable[[bytes], bytes]) -> None:
        path = self._path(f"{log}.jsonl")
        with _told(path, "write"), self._alone(path) as descriptor:
            size = os.fstat(descriptor).st_size
            last = next(durable.lines_backwards(descriptor, size), b"")
            torn = size > 0 and os.pread(descriptor, 1, size - 1) != b"\n"
            line = (b"\n" if torn else b"") + make(last) + b"\n"
            try:
                durable.write(descriptor, line)
                durable.sync(descriptor)
            except BaseException:
                os.ftruncate(descriptor, size)
                raise

    def newest_first(self, log: str) -> Iterator[bytes]:
        path = self._path(f"{log}.jsonl")
        with _told(path, "read"):
            try:
                descriptor = os.open(path, os.O_RDONLY)
            except FileNotFoundError:
                return
            try:
                fcntl.flock(descriptor, fcntl.LOCK_SH)
                size = os.fstat(descriptor).st_size
                # What is written is never changed again, so the lock need not last.
                fcntl.flock(descriptor, fcntl.LOCK_UN)
                yield from durable.lines_backwards(descriptor, size)
            finally:
                os.close(descriptor)

    def _exchange(self, name: str, version: str | None, content: bytes | None) -> bool:
        """Puts the content (None: nothing) in place of that version (None: nothing)."""
        path = self._path(name)
        guard = self.directory / ".guard"
        with _told(path, "write"), self._alone(guard):
            found = self.read(name)
            if (found and found[1]) != version:
                return False
            if content is None:
                path.unlink()
            else:
                self._put(path, content)
            durable.sync_folder(path.parent)
        return True

    def _put(self, path: Path, content: bytes) -> None:
        self._make(path.parent)
        draft = path.with_name(f".{path.name}.draft")
        descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        try:
            durable.write(descriptor, content)
            durable.sync(descriptor)
        finally:
            os.close(descriptor)
        draft.replace(path)

    @contextmanager
    def _alone(self, path: Path) -> Iterator[int]:
        """The file, made when missing, and nobody else's as long as this lasts."""
        self._make(path.parent)
        is_new = not path.exists()
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_APPEND, 0o600)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX)
            if os.fstat(descriptor).st_mode & 0o077:
                os.fchmod(descriptor, 0o600)
            if is_new:
                durable.sync_folder(path.parent)
            yield descriptor
        finally:
            os.close(descriptor)

    def _make(self, folder: Path) -> None:
        self.directory.parent.mkdir(parents=True, exist_ok=True)
        self.directory.mkdir(mode=0o700, exist_ok=True)
        if self.directory.stat().st_mode & 0o077:
            self.directory.chmod(0o700)
        folder.mkdir(mode=0o700, exist_ok=True)

    def _path(self, name: str) -> Path:
        if name.startswith("/") or ".." in name.split("/"):
            raise ValueError(f"not the name of a record: {name!r}")
        return self.directory / name


@contextmanager
def _told(path: Path, doing: str) -> Iterator[None]:
    """An operating system's error as Forbidden, with what to do about it."""
    try:
        yield
    except OSError as error:
        raise Forbidden(
            f"opsctl cannot {doing} its own records in {path}: {error.strerror or error}.",
            hint="Make that folder yours and writable, set XDG_STATE_HOME to one that is, or "
            'keep the records in a bucket: state = "s3://bucket/prefix" in opsctl.toml.',
        ) from error


def _tag(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()
