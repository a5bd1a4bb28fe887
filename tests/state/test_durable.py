import os
import threading
from pathlib import Path

import pytest

from opsctl.state import durable


def backwards(path: Path) -> list[bytes]:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        return list(durable.lines_backwards(descriptor, os.fstat(descriptor).st_size))
    finally:
        os.close(descriptor)


@pytest.mark.parametrize("length", [1, 100, 8190, 8191, 8192, 8193, 20000])
@pytest.mark.parametrize("count", [1, 2, 7])
def test_lines_come_from_the_end_whatever_their_length(
    tmp_path: Path, length: int, count: int
) -> None:
    lines = [bytes([ord("a") + number]) * length for number in range(count)]
    file = tmp_path / "lines"
    file.write_bytes(b"".join(line + b"\n" for line in lines))
    assert backwards(file) == lines[::-1]


def test_a_line_without_its_end_is_a_line(tmp_path: Path) -> None:
    file = tmp_path / "lines"
    file.write_bytes(b"one\ntwo\nthr")
    assert backwards(file) == [b"thr", b"two", b"one"]


def test_an_empty_file_has_no_lines(tmp_path: Path) -> None:
    file = tmp_path / "lines"
    file.write_bytes(b"")
    assert backwards(file) == []


def test_everything_is_written_also_when_the_system_takes_it_in_pieces(tmp_path: Path) -> None:
    content = os.urandom(300_000)
    ours, theirs = os.pipe()

    def write() -> None:
        durable.write(theirs, content)
        os.close(theirs)

    writer = threading.Thread(target=write)
    writer.start()
    with os.fdopen(ours, "rb") as file:
        assert file.read() == content
    writer.join()


def test_files_and_folders_are_synced_without_complaint(tmp_path: Path) -> None:
    file = tmp_path / "file"
    descriptor = os.open(file, os.O_WRONLY | os.O_CREAT, 0o600)
    durable.write(descriptor, b"x")
    durable.sync(descriptor)
    os.close(descriptor)
    durable.sync_folder(tmp_path)
    assert file.read_bytes() == b"x"
