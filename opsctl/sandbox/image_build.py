"""The image of the service as it is built here: once for each state of what it is made of."""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import shutil
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from opsctl.sandbox import distributions, dockerfile
from opsctl.sandbox.distributions import Lent
from opsctl.sandbox.image_steps import Build, files, inside

REQUIREMENTS = dockerfile.PATH.with_name("requirements.txt")
NOTE = "image.json"


@dataclass(frozen=True)
class BuiltImage:
    """Where it lies, whence its packages are, and which are of another version than asked for."""

    root: Path
    packages: str
    """`installation` or `index`."""
    others: tuple[str, ...] = ()

    @property
    def folder(self) -> Path:
        """WORKDIR."""
        return inside(self.root, dockerfile.of_the_service().folder)

    def own_path(self, path: str) -> str:
        """PATH as a container sees it: a folder that the image has is the image's."""
        parts = ((inside(self.root, part), part) for part in path.split(":"))
        return os.pathsep.join(str(own) if own.is_dir() else part for own, part in parts)


def build(images: Path, *, from_index: bool = False) -> BuiltImage:
    """The image, in a folder of its own below `images`: the one that lies there already, where
    nothing that it is made of has changed.

    `from_index` carries out pip's step as it is written, with the network; else the packages of
    this installation stand in for it. Raises BadConfig where a step fails or is not known.
    """
    lent = None if from_index else distributions.lent(REQUIREMENTS.read_text(encoding="utf-8"))
    images.mkdir(mode=0o700, parents=True, exist_ok=True)
    whole = images / _digest(lent)
    if not whole.is_dir():
        with _draft(images) as draft:
            Build(dockerfile.of_the_service(), draft, from_index=from_index).run(draft / "root")
            note = {"packages": "installation" if lent else "index"}
            others = {"others": lent.others if lent else ()}
            (draft / NOTE).write_text(json.dumps(note | others), encoding="utf-8")
            # Another process may have been quicker: what it made is the same.
            with contextlib.suppress(OSError):
                draft.rename(whole)
    return load(whole / "root")


def load(root: Path) -> BuiltImage:
    """An image that was built before, by its root."""
    said = json.loads((root.parent / NOTE).read_text(encoding="utf-8"))
    return BuiltImage(root, said["packages"], tuple(said["others"]))


def forget_others(image: BuiltImage) -> None:
    """Removes every other image beside it, and what a build that was cut off has left."""
    kept = image.root.parent
    for it in kept.parent.iterdir():
        if it != kept:
            shutil.rmtree(it, ignore_errors=True)


def _digest(lent: Lent | None) -> str:
    """Of everything that the image is made of, the Python too."""
    made = hashlib.sha256()
    parts = [sys.version, sys.executable, *(lent.names() if lent else ["index"])]
    made.update("\0".join(parts).encode())
    for file in (dockerfile.PATH, *files(dockerfile.of_the_service())):
        content = file.read_bytes()
        made.update(f"\0{file}\0{len(content)}\0".encode() + content)
    return made.hexdigest()[:20]


@contextlib.contextmanager
def _draft(images: Path) -> Iterator[Path]:
    """A folder to build in, gone afterwards unless it was renamed."""
    draft = Path(tempfile.mkdtemp(prefix=".draft-", dir=images))
    try:
        yield draft
    finally:
        shutil.rmtree(draft, ignore_errors=True)
