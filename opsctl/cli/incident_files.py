"""The folder of incident reports: written whole, and never over what somebody else wrote."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from pathlib import Path

from opsctl import targets
from opsctl.errors import Forbidden
from opsctl.targets import config_file


def folder(named: str, config: Path | None, environ: Mapping[str, str], working: Path) -> Path:
    """Where reports go: `named` below the folder of opsctl.toml, or below the working folder
    when there is none, or only the operator's own in the home folder."""
    file = targets.load(config, environ=environ, folder=working).file
    *_, at_home = config_file.places(environ, working)
    is_ours = file is not None and file.path.resolve() != at_home.resolve()
    start = file.path.resolve().parent if file and is_ours else working
    return start / Path(named).expanduser()


def write(
    place: Path, files: Mapping[str, bytes], known: Mapping[str, str], *, force: bool = False
) -> dict[str, str]:
    """Writes files below a folder and answers the SHA-256 of each by its name.

    `known` holds the digests of what opsctl wrote there before; what is no longer among the
    files goes, or old evidence would stand beside a report that does not know it. Raises
    Forbidden, with nothing written, when a file has another one: somebody edited it, or it was
    never opsctl's.
    """
    foreign = [] if force else [it for it in files if _is_foreign(place / it, known.get(it))]
    if foreign:
        raise Forbidden(
            f"{', '.join(str(place / it) for it in foreign)} was edited, or written by something "
            "else; it is left as it is.",
            hint="Move it away, or add --force to write over it.",
        )
    try:
        for name, content in files.items():
            path = place / name
            path.parent.mkdir(parents=True, exist_ok=True)
            draft = path.with_name(f".{path.name}.draft")
            draft.write_bytes(content)
            draft.replace(path)
        for name in known.keys() - files.keys():
            if (place / name).exists() and not _is_foreign(place / name, known[name]):
                (place / name).unlink()
    except OSError as error:
        raise Forbidden(
            f"The report cannot be written to {place}: {error.strerror or error}.",
            hint="Make the folder writable, or name another one: incidents in opsctl.toml.",
        ) from error
    return {name: hashlib.sha256(content).hexdigest() for name, content in files.items()}


def _is_foreign(path: Path, known: str | None) -> bool:
    try:
        return hashlib.sha256(path.read_bytes()).hexdigest() != known
    except FileNotFoundError:
        return False
    except OSError:
        return True
