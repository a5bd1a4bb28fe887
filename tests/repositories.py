"""Real Git repositories: a checkout, and the bare one that it is pushed to."""

from __future__ import annotations

import os
import subprocess
from dataclasses import dataclass
from pathlib import Path

_WHO = {
    "GIT_AUTHOR_NAME": "Ana",
    "GIT_AUTHOR_EMAIL": "ana@example.com",
    "GIT_COMMITTER_NAME": "Ana",
    "GIT_COMMITTER_EMAIL": "ana@example.com",
    "GIT_CONFIG_GLOBAL": os.devnull,
    "GIT_CONFIG_SYSTEM": os.devnull,
}


@dataclass(frozen=True)
class Repository:
    """A checkout with the remote origin."""

    folder: Path
    remote: Path

    def git(self, *words: str, folder: Path | None = None) -> str:
        """What Git answers; an error is one of the test's own."""
        ran = subprocess.run(
            ["git", "-C", str(folder or self.folder), *words],
            env={**os.environ, **_WHO},
            capture_output=True,
            text=True,
            check=True,
        )
        return ran.stdout.strip()

    def commit(self, text: str) -> str:
        """One more commit; answers its id."""
        (self.folder / "app.py").write_text(text)
        self.git("add", "app.py")
        self.git("commit", "-q", "-m", text)
        return self.git("rev-parse", "HEAD")

    def tags_there(self) -> dict[str, str]:
        """Tag on the remote → the commit that it means."""
        form = "--format=%(refname:short) %(*objectname)"
        rows = self.git("for-each-ref", form, "refs/tags", folder=self.remote).splitlines()
        return dict(row.split() for row in rows)


def make(folder: Path) -> Repository:
    """A checkout with one commit, pushed."""
    made = Repository(folder / "checkout", folder / "remote.git")
    made.folder.mkdir(parents=True)
    made.remote.mkdir()
    made.git("init", "-q", "--bare", folder=made.remote)
    made.git("init", "-q", "-b", "main")
    for key, value in (("user.name", "Ana"), ("user.email", "ana@example.com")):
        made.git("config", key, value)
    made.git("remote", "add", "origin", str(made.remote))
    made.commit("first")
    made.git("push", "-q", "origin", "main")
    return made
