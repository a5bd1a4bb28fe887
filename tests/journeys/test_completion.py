"""Tab in a real shell: what `--install-completion` wrote completes what the sandbox holds."""

from __future__ import annotations

import os
import pty
import re
import select
import shutil
import signal
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from running import RunningSandbox

pytestmark = pytest.mark.journey

PROMPT = "READY> "
FILES = {
    "bash": (".bashrc", f"PS1='{PROMPT}'\n"),
    "zsh": (".zshrc", f"PROMPT='{PROMPT}'\n"),
    "fish": (
        ".config/fish/config.fish",
        f"set -g fish_greeting\nfunction fish_prompt; echo -n '{PROMPT}'; end\n",
    ),
}
WRITTEN = {
    "bash": ".bash_completions/opsctl.sh",
    "zsh": ".zfunc/_opsctl",
    "fish": ".config/fish/completions/opsctl.fish",
}
ESCAPES = re.compile(r"\x1b(\[[0-9;?]*[a-zA-Z]|\([A-Z]|\][^\x07]*\x07|[=>])")


class Shell:
    """An interactive shell at a pseudo-terminal, and what it has shown since the last keys."""

    def __init__(self, descriptor: int) -> None:
        self._descriptor = descriptor
        self.shown = ""

    def type(self, keys: str) -> None:
        self.shown = ""
        os.write(self._descriptor, keys.encode())

    def shows(self, words: str, seconds: float) -> bool:
        """Whether the words, a regular expression, come in that time."""
        deadline = time.monotonic() + seconds
        while not re.search(words, self.shown) and time.monotonic() < deadline:
            if select.select([self._descriptor], [], [], 0.1)[0]:
                more = os.read(self._descriptor, 65536).decode(errors="replace")
                self.shown = ESCAPES.sub("", self.shown + more)
        return re.search(words, self.shown) is not None

    def completes(self, line: str, words: str) -> bool:
        """Whether Tab behind the line shows the words; AWS may need a second and third one."""
        self.type(f"\x15{line}")
        self.shows(re.escape(line.rstrip()), 5)
        for _ in range(8):
            self.type("\t")
            if self.shows(words, 3):
                return True
        return False


@contextmanager
def opened(name: str, environ: dict[str, str], folder: Path) -> Iterator[Shell]:
    process, descriptor = pty.fork()
    if process == 0:
        os.chdir(folder)
        os.execvpe(name, [name, "-i"], environ)
    try:
        shell = Shell(descriptor)
        assert shell.shows(PROMPT, 20), shell.shown
        yield shell
    finally:
        os.kill(process, signal.SIGKILL)
        os.waitpid(process, 0)
        os.close(descriptor)


@pytest.fixture
def home(tmp_path: Path, steady: RunningSandbox) -> dict[str, str]:
    """A new home, and `opsctl` on the path; the environment is the sandbox's."""
    program = tmp_path / "bin/opsctl"
    program.parent.mkdir()
    program.write_text(f'#!/bin/sh\nexec {sys.executable} -P -m opsctl "$@"\n')
    program.chmod(0o700)
    for name, content in FILES.values():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(content)
    # Where there is no such folder, a new fish reads every manual page, for a minute.
    (tmp_path / ".local/share/fish/generated_completions").mkdir(parents=True)
    return {
        **steady.environ,
        "HOME": str(tmp_path),
        "XDG_DATA_HOME": str(tmp_path / ".local/share"),
        "ZDOTDIR": str(tmp_path),
        "XDG_CONFIG_HOME": str(tmp_path / ".config"),
        "XDG_CACHE_HOME": str(tmp_path / ".cache"),
        "PATH": f"{program.parent}:{os.environ['PATH']}",
        "TERM": "xterm",
    }


@pytest.mark.parametrize("name", FILES)
def test_a_shell_completes_what_there_is(name: str, home: dict[str, str], tmp_path: Path) -> None:
    if not shutil.which(name):
        pytest.skip(f"there is no {name} here")
    empty = tmp_path / "empty"
    empty.mkdir()
    with opened(name, home, empty) as shell:
        shell.type("opsctl --show-completion > ../shown; opsctl --install-completion\r")
        assert shell.shows("completion installed in", 30), shell.shown
    installed = (tmp_path / WRITTEN[name]).read_text().strip()
    assert installed == (tmp_path / "shown").read_text().strip()
    with opened(name, home, empty) as shell:
        assert shell.completes("opsctl deploy -e local 1.4.0-c", "rash"), shell.shown
        assert shell.completes("opsctl rollback -e local --to ", r"\d"), shell.shown
        shell.type("\x15opsctl user show -e local \t")
        assert not shell.shows("alice", 1)
