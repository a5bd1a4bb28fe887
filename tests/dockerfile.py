"""A Dockerfile taken apart: its instructions, each with its words, by stage, and what they say."""

from __future__ import annotations

import functools
import json
import re
import shlex
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import opsctl
from opsctl.sandbox.container import HealthCheck

PATH = Path(opsctl.__file__).parent / "caption_service" / "Dockerfile"
SECONDS = {"s": 1, "m": 60, "h": 3600}


@dataclass(frozen=True)
class Instruction:
    """One instruction, its lines joined; `stage` counts from 0, -1 stands before the first."""

    name: str
    words: str
    stage: int


@dataclass(frozen=True)
class Dockerfile:
    """What the instructions say together. A container starts as the last stage says."""

    instructions: tuple[Instruction, ...]

    @property
    def last(self) -> int:
        """The number of the last stage."""
        return max(it.stage for it in self.instructions)

    def words(self, name: str, stage: int | None = None) -> list[str]:
        """The words of each instruction of a name, of one stage or of all."""
        return [
            it.words for it in self.instructions if it.name == name and stage in (None, it.stage)
        ]

    def stages(self) -> dict[str, int]:
        """Names of stages, from `FROM IMAGE AS NAME`, with their numbers."""
        found = (re.search(r"(?i)\bas\s+(\S+)$", words) for words in self.words("FROM"))
        return {it[1]: number for number, it in enumerate(found) if it}

    def environment(self, arguments: Mapping[str, str]) -> dict[str, str]:
        """ENV, where `arguments` stand for those of ARG."""
        return self._pairs("ENV", arguments)

    def labels(self, arguments: Mapping[str, str]) -> dict[str, str]:
        """LABEL, where `arguments` stand for those of ARG."""
        return self._pairs("LABEL", arguments)

    @property
    def command(self) -> tuple[str, ...]:
        """CMD."""
        return tuple(json.loads(self.words("CMD", self.last)[-1]))

    @property
    def folder(self) -> str:
        """WORKDIR."""
        return self.words("WORKDIR", self.last)[-1]

    @property
    def user(self) -> str:
        """USER."""
        return self.words("USER", self.last)[-1]

    @property
    def port(self) -> int:
        """EXPOSE."""
        return int(self.words("EXPOSE", self.last)[-1])

    @property
    def health_check(self) -> HealthCheck:
        """HEALTHCHECK."""
        flags, _, command = self.words("HEALTHCHECK", self.last)[-1].partition("CMD ")
        said = dict(re.findall(r"--([a-z-]+)=(\S+)", flags))
        interval, timeout, start = (
            int(said[name][:-1]) * SECONDS[said[name][-1]]
            for name in ("interval", "timeout", "start-period")
        )
        return HealthCheck(
            tuple(json.loads(command)), interval, timeout, start, int(said["retries"])
        )

    def _pairs(self, name: str, arguments: Mapping[str, str]) -> dict[str, str]:
        defaults = (it.partition("=") for it in self.words("ARG", self.last))
        known = {**{key: it for key, _, it in defaults}, **arguments}

        def filled(text: str) -> str:
            return re.sub(r"\$\{(\w+)\}", lambda it: known.get(it[1], ""), text)

        words = (word for line in self.words(name, self.last) for word in shlex.split(line))
        return {key: filled(value) for key, _, value in (it.partition("=") for it in words)}


def read(text: str) -> Dockerfile:
    """Its instructions, without comments, in order."""
    lines = "\n".join(it for it in text.splitlines() if not it.lstrip().startswith("#"))
    found, stage = [], -1
    for line in re.sub(r"\s*\\\n\s*", " ", lines).splitlines():
        if not line.strip():
            continue
        name, _, words = line.strip().partition(" ")
        stage += name == "FROM"
        found.append(Instruction(name, words.strip(), stage))
    return Dockerfile(tuple(found))


@functools.cache
def of_the_service() -> Dockerfile:
    """The caption service's own, as it lies beside its sources."""
    return read(PATH.read_text(encoding="utf-8"))
