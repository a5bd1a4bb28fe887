"""The steps of a Dockerfile, carried out in folders instead of layers.

The Python is this machine's, USER is whoever runs the sandbox, and a path of the image is one below
the folder of its stage. COPY and RUN do what they say, and a step that is not known is refused.
"""

from __future__ import annotations

import os
import shlex
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import opsctl
from opsctl.errors import BadConfig
from opsctl.sandbox import distributions
from opsctl.sandbox.dockerfile import Dockerfile, Instruction

CONTEXT = Path(opsctl.__file__).parents[1]
IGNORED = ("__pycache__", "terraform", "Dockerfile")
"""What .dockerignore keeps out of the folders that are copied."""
SILENT = frozenset(("ARG", "FROM", "LABEL", "ENV", "USER", "EXPOSE", "HEALTHCHECK", "CMD"))
"""Instructions that make no file."""
KNOWN = "The sandbox carries out COPY, WORKDIR, and RUN of `python -m venv` and `-m pip` alone."


def inside(root: Path, path: str) -> Path:
    """A path of the image, where it lies here."""
    return root / path.lstrip("/")


def files(dockerfile: Dockerfile) -> Iterator[Path]:
    """Every file that COPY takes from the context, in a fixed order."""
    for words in dockerfile.words("COPY"):
        if not words.startswith("--from="):
            source = CONTEXT / words.split()[0]
            yield from sorted(_below(source)) if source.is_dir() else [source]


def _below(folder: Path) -> Iterator[Path]:
    for it in folder.iterdir():
        if it.name not in IGNORED:
            yield from _below(it) if it.is_dir() else [it]


class Build:
    """One build: the roots of its stages lie below `draft`."""

    def __init__(self, dockerfile: Dockerfile, draft: Path, *, from_index: bool) -> None:
        self._dockerfile = dockerfile
        self._draft = draft
        self._from_index = from_index

    def run(self, result: Path) -> None:
        """Carries out every step; the root of the last stage becomes `result`.

        Raises BadConfig, with the step and its last words, where one fails or is not known.
        """
        roots = [self._draft / f"stage-{it}" for it in range(self._dockerfile.last + 1)]
        for root in roots:
            root.mkdir()
        for it in self._dockerfile.instructions:
            if it.name not in SILENT:
                self._step(it, roots)
        roots.pop().rename(result)
        for root in roots:
            shutil.rmtree(root)

    def _step(self, it: Instruction, roots: list[Path]) -> None:
        root = roots[it.stage]
        if it.name == "WORKDIR":
            inside(root, it.words).mkdir(parents=True)
        elif it.name == "COPY":
            self._copy(it, roots)
        elif it.name == "RUN":
            for command in it.words.split("&&"):
                self._command(shlex.split(command), root)
        else:
            raise BadConfig(f"The image cannot be built: {it.name} {it.words}", hint=KNOWN)

    def _copy(self, it: Instruction, roots: list[Path]) -> None:
        *flags, source, target = it.words.split()
        root = roots[it.stage]
        place = (
            inside(root, target) if target[0] == "/" else inside(root, self._folder(it)) / target
        )
        place.parent.mkdir(parents=True, exist_ok=True)
        if flags:
            stage = self._dockerfile.stages()[flags[0].removeprefix("--from=")]
            found, left = inside(roots[stage], source), None
        else:
            found, left = CONTEXT / source, shutil.ignore_patterns(*IGNORED)
        if found.is_dir():
            shutil.copytree(found, place, symlinks=True, ignore=left)
        elif found.is_file():
            shutil.copyfile(found, place)
        else:
            raise BadConfig(f"The image cannot be built: COPY {it.words}: there is no {found}.")

    def _folder(self, it: Instruction) -> str:
        """WORKDIR as far as the stage says until here."""
        return (self._dockerfile.words("WORKDIR", it.stage) or ["/"])[-1]

    def _command(self, words: list[str], root: Path) -> None:
        """One command of RUN: a virtual environment, or pip in it."""
        python = sys.executable if words[0] == "python" else str(inside(root, words[0]))
        does = words[1:4]
        if does[:2] == ["-m", "venv"]:
            without = [] if self._from_index else ["--without-pip"]
            _run([python, "-m", "venv", *without, str(inside(root, words[3]))], words)
        elif does[:2] != ["-m", "pip"] or does[2:] not in (["install"], ["uninstall"]):
            raise BadConfig(f"The image cannot be built: RUN {shlex.join(words)}", hint=KNOWN)
        elif self._from_index:
            own = [str(inside(root, it)) if it[0] == "/" else it for it in words[1:]]
            _run([python, *own], words)
        elif does[2] == "install":
            asked = inside(root, words[words.index("--requirement") + 1])
            lent = distributions.lent(asked.read_text(encoding="utf-8"))
            distributions.link(lent, inside(root, words[0]).parents[1])


def _run(argv: list[str], told: list[str]) -> None:
    """One program of a step, which sees nothing of this installation's Python."""
    environ = {name: it for name, it in os.environ.items() if not name.startswith("PYTHON")}
    done = subprocess.run(
        argv,
        env=environ,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        errors="replace",
        check=False,
    )
    if done.returncode:
        said = "\n".join(done.stdout.splitlines()[-8:])
        raise BadConfig(f"The image cannot be built: RUN {shlex.join(told)} failed:\n{said}")
