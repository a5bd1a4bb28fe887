"""Files that survive a crash: writing all of it, waiting for the disk, reading from the end."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from pathlib import Path

_BLOCK = 8192


def write(descriptor: int, content: bytes) -> None:
    """Writes all of it, however many calls that takes."""
    while content:
        content = content[os.write(descriptor, content) :]


def sync(descriptor: int) -> None:
    """Waits until it is on the disk: on macOS, fsync leaves it in the drive's own cache."""
    full = getattr(fcntl, "F_FULLFSYNC", None)
    if full is None:
        os.fsync(descriptor)
    else:
        fcntl.fcntl(descriptor, full)


def sync_folder(folder: Path) -> None:
    """Waits until the names in a folder are on the disk."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def lines_backwards(descriptor: int, end: int) -> Iterator[bytes]:
    """The lines of a file up to byte `end`, the last one first, without their line breaks."""
    if end and os.pread(descriptor, 1, end - 1) == b"\n":
        end -= 1
    rest = b""
    while end > 0:
        start = max(0, end - _BLOCK)
        rest, *lines = (os.pread(descriptor, end - start, start) + rest).split(b"\n")
        end = start
        yield from reversed(lines)
    if rest:
        yield rest
