"""The packages of this installation, lent to an image: those that it asks for, and no others."""

from __future__ import annotations

import importlib.metadata
import sysconfig
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from importlib.metadata import Distribution, PackageNotFoundError
from pathlib import Path

from packaging.requirements import InvalidRequirement, Requirement
from packaging.utils import canonicalize_name

from opsctl.errors import BadConfig

HINT = (
    "Install what the sandbox needs: pip install 'opsctl[sandbox]'. Or let pip fetch it, as "
    "`docker build` does: opsctl sandbox up --from-index"
)


@dataclass(frozen=True)
class Lent:
    """Distributions of this installation, and which of them are of another version than asked."""

    found: tuple[Distribution, ...]
    others: tuple[str, ...] = ()
    """Like `boto3 1.45.0 (asked for: ==1.44.5)`."""

    def names(self) -> list[str]:
        """Each with version and place, sorted: what an image made of them depends on."""
        return sorted(f"{it.name}=={it.version} {it.locate_file('')}" for it in self.found)


def lent(text: str) -> Lent:
    """What a requirements file asks for, and what that needs, as this installation has it.

    A version other than the pinned one will do where opsctl itself allows it. Raises BadConfig for
    what is not there or does not fit.
    """
    asked = _read(text)
    others = tuple(filter(None, map(_other_version, asked)))
    waiting = [(it, "requirements.txt") for it in asked]
    found: dict[str, Distribution] = {}
    seen: set[tuple[str, frozenset[str]]] = set()
    while waiting:
        it, asks = waiting.pop()
        key = (canonicalize_name(it.name), frozenset(it.extras))
        if key not in seen:
            seen.add(key)
            found[key[0]] = there = _distribution(it.name, asks)
            waiting += [(need, there.name) for need in _needs(there, it.extras)]
    return Lent(tuple(found.values()), others)


def link(lent: Lent, venv: Path) -> None:
    """Puts them into a virtual environment, as links to where they lie."""
    places = {"base": str(venv), "platbase": str(venv)}
    folder = Path(sysconfig.get_path("purelib", "venv", places))
    for it in lent.found:
        for name in _linked(it):
            source, place = Path(str(it.locate_file(name))), folder / name
            if source.exists():
                place.parent.mkdir(parents=True, exist_ok=True)
                place.symlink_to(source.resolve())


def _read(text: str) -> list[Requirement]:
    lines = (line.partition(" #")[0].strip() for line in text.splitlines())
    try:
        return [Requirement(line) for line in lines if line and not line.startswith("#")]
    except InvalidRequirement as error:
        raise BadConfig(f"requirements.txt: {error}") from error


def _other_version(it: Requirement) -> str:
    """What is here instead of the pinned version; empty where it is that one."""
    there = _distribution(it.name, "requirements.txt").version
    if it.specifier.contains(there, prereleases=True):
        return ""
    allowed = _own_ranges().get(canonicalize_name(it.name))
    if allowed is None or not allowed.specifier.contains(there, prereleases=True):
        raise BadConfig(f"The image needs {it}, but {there} is installed here.", hint=HINT)
    return f"{it.name} {there} (asked for: {it.specifier})"


def _own_ranges() -> dict[str, Requirement]:
    """What opsctl allows, by name."""
    try:
        own = importlib.metadata.requires("opsctl") or ()
    except PackageNotFoundError:
        return {}
    return {canonicalize_name(it.name): it for it in map(Requirement, own) if it.specifier}


def _needs(it: Distribution, extras: Iterable[str]) -> Iterator[Requirement]:
    for need in map(Requirement, it.requires or ()):
        marks = [{"extra": extra} for extra in ("", *extras)]
        if need.marker is None or any(need.marker.evaluate(mark) for mark in marks):
            yield need


def _distribution(name: str, asks: str) -> Distribution:
    try:
        return importlib.metadata.distribution(name)
    except PackageNotFoundError:
        raise BadConfig(
            f"The image needs {name}, which is not installed here; {asks} asks for it.", hint=HINT
        ) from None


def _linked(it: Distribution) -> list[str]:
    """What of a distribution is linked: packages as a whole. What else is a folder may be shared
    with distributions that nobody asked for, so its files are linked one by one."""
    if not it.files:
        raise BadConfig(f"{it.name} does not say which files are its own.", hint=HINT)
    whole = {file.parts[0] for file in it.files if file.parts[1:] == ("__init__.py",)}
    own = (file for file in it.files if file.parts[0] != ".." and "__pycache__" not in file.parts)
    return sorted({file.parts[0] if file.parts[0] in whole else str(file) for file in own})
