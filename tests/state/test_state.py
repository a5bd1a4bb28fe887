import os
import stat
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from opsctl.errors import Forbidden
from opsctl.state import LocalStore, state_directory


@pytest.fixture
def store(tmp_path: Path) -> LocalStore:
    return LocalStore(tmp_path / "state/opsctl")


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def test_a_record_is_read_as_it_was_created(store: LocalStore) -> None:
    assert store.read("locks/prod.json") is None
    assert store.create("locks/prod.json", b"one") is True
    found = store.read("locks/prod.json")
    assert found is not None
    assert found[0] == b"one"


def test_a_record_that_exists_is_not_created_again(store: LocalStore) -> None:
    store.create("a", b"one")
    assert store.create("a", b"two") is False
    assert store.read("a")[0] == b"one"  # type: ignore[index]


def test_only_the_version_that_was_read_is_replaced(store: LocalStore) -> None:
    store.create("a", b"one")
    _, version = store.read("a") or (b"", "")
    assert store.replace("a", b"two", version) is True
    assert store.replace("a", b"three", version) is False
    assert store.replace("missing", b"three", version) is False
    assert store.read("a")[0] == b"two"  # type: ignore[index]


def test_only_the_version_that_was_read_is_deleted(store: LocalStore) -> None:
    store.create("a", b"one")
    _, version = store.read("a") or (b"", "")
    assert store.delete("a", "other") is False
    assert store.delete("a", version) is True
    assert store.delete("a", version) is False
    assert store.read("a") is None


def test_names_are_sorted_and_hold_no_drafts(store: LocalStore) -> None:
    for name in ("locks/b", "locks/a", "other"):
        store.create(name, b"x")
    store.append("journal/prod", lambda last: b"{}")
    assert store.names("locks/") == ["locks/a", "locks/b"]
    assert store.names("") == ["journal/prod.jsonl", "locks/a", "locks/b", "other"]


def test_a_name_cannot_leave_the_folder(store: LocalStore) -> None:
    for name in ("/etc/passwd", "../x", "locks/../../x"):
        with pytest.raises(ValueError, match="not the name"):
            store.create(name, b"")


def test_a_line_is_made_from_the_last_one(store: LocalStore) -> None:
    for _ in range(3):
        store.append("log", lambda last: last + b"x")
    assert list(store.newest_first("log")) == [b"xxx", b"xx", b"x"]


def test_a_log_that_was_never_written_is_empty_and_reading_makes_nothing(store: LocalStore) -> None:
    assert list(store.newest_first("log")) == []
    assert not store.directory.exists()


def test_a_torn_line_is_closed_and_never_changed(store: LocalStore) -> None:
    store.append("log", lambda last: b"first")
    with (store.directory / "log.jsonl").open("ab") as file:
        file.write(b"tor")
    store.append("log", lambda last: b"after " + last)
    assert list(store.newest_first("log")) == [b"after tor", b"tor", b"first"]


def test_a_line_that_cannot_be_written_whole_leaves_nothing(
    store: LocalStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    store.append("log", lambda last: b"first")
    before = (store.directory / "log.jsonl").read_bytes()

    def full(descriptor: int, content: bytes) -> int:
        if len(content) > 10:
            return real(descriptor, content[:10])
        raise OSError(28, "No space left on device")

    real = os.write
    monkeypatch.setattr(os, "write", full)
    with pytest.raises(Forbidden, match="No space left"):
        store.append("log", lambda last: b"second line")
    monkeypatch.undo()
    assert (store.directory / "log.jsonl").read_bytes() == before


def test_folders_are_for_their_owner_and_so_are_files(store: LocalStore) -> None:
    store.append("journal/prod", lambda last: b"{}")
    store.create("locks/prod.json", b"x")
    assert mode(store.directory) == 0o700
    for path in store.directory.rglob("*"):
        assert mode(path) == (0o700 if path.is_dir() else 0o600), path


def test_whatever_was_open_to_others_is_closed(store: LocalStore) -> None:
    file = store.directory / "journal/prod.jsonl"
    file.parent.mkdir(parents=True)
    file.write_bytes(b"")
    file.chmod(0o644)
    store.directory.chmod(0o755)
    store.append("journal/prod", lambda last: b"{}")
    assert (mode(store.directory), mode(file)) == (0o700, 0o600)


READ_ONLY = """
import os, sys
from pathlib import Path
from opsctl.state import LocalStore
from opsctl.errors import Forbidden
if os.getuid() == 0:
    os.setgid(65534); os.setuid(65534)  # root may write anywhere
store = LocalStore(Path("opsctl"))  # the folders above are root's own
for attempt in (lambda: store.append("log", lambda last: b"x"), lambda: store.create("a", b"x")):
    try:
        attempt()
    except Forbidden as error:
        print(error.message, "|", error.hint)
"""


def test_a_folder_that_cannot_be_written_is_a_reason_not_to(tmp_path: Path) -> None:
    folder = tmp_path / "closed"
    folder.mkdir()
    folder.chmod(0o555)
    done = subprocess.run(
        [sys.executable, "-c", READ_ONLY], cwd=folder, capture_output=True, text=True
    )
    assert done.stderr == ""
    told = done.stdout.splitlines()
    assert len(told) == 2
    assert all("cannot write" in line and "Permission denied" in line for line in told)
    assert all("XDG_STATE_HOME" in line for line in told)
    assert list(folder.iterdir()) == []


def test_something_else_in_the_place_of_the_folder_is_a_reason_not_to(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    store = LocalStore(tmp_path / "file/opsctl")
    with pytest.raises(Forbidden, match="cannot write"):
        store.create("a", b"x")


def test_the_folder_follows_xdg(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "s"))
    assert state_directory() == tmp_path / "s/opsctl"
    monkeypatch.setenv("XDG_STATE_HOME", "relative")
    assert state_directory() == tmp_path / ".local/state/opsctl"
    monkeypatch.delenv("XDG_STATE_HOME")
    assert LocalStore().directory == tmp_path / ".local/state/opsctl"


def test_of_many_threads_that_create_exactly_one_wins(store: LocalStore) -> None:
    won: list[bool] = []
    barrier = threading.Barrier(8)

    def create(number: int) -> None:
        barrier.wait()
        won.append(store.create("a", str(number).encode()))

    threads = [threading.Thread(target=create, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert won.count(True) == 1


WRITER = """
import sys
from pathlib import Path
from opsctl.state import LocalStore
store = LocalStore(Path(sys.argv[1]))
for _ in range(40):
    store.append("log", lambda last: str(int(last or b"0") + 1).encode())
"""


def test_processes_that_append_at_once_lose_no_line(store: LocalStore) -> None:
    command = [sys.executable, "-c", WRITER, str(store.directory)]
    writers = [subprocess.Popen(command) for _ in range(4)]
    assert [writer.wait(60) for writer in writers] == [0] * 4
    numbers = [int(line) for line in store.newest_first("log")]
    assert numbers == list(range(160, 0, -1))
