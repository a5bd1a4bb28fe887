"""RUNBOOK.md as values: sections with their parts, command lines and blocks."""

from __future__ import annotations

import difflib
import hashlib
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from importlib import resources
from pathlib import Path

from opsctl.errors import BadConfig, NotFound, UsageProblem
from opsctl.runbook import command_lines

PARTS = ("When", "Command", "What it does", "Check", "Undo", "By hand", "Last reviewed")
"""What every section has, in this order."""
LONGEST_TITLE = 120
"""Characters. A walk is kept in a file that is named by its section."""
STEPS = "Steps"
"""What a section of several steps has besides, right after Command."""
DANGERS = ("none", "mild", "moderate", "severe")

_LABEL = re.compile(rf"\*\*({'|'.join((*PARTS, STEPS))})\*\*")
_DANGER = re.compile(
    r"^Danger: (?P<kind>{0})\b(?:, up to (?P<most>{0})\b)?".format("|".join(DANGERS)), re.MULTILINE
)
_BASH = re.compile(r"^```bash\n(.*?)^```", re.MULTILINE | re.DOTALL)


@dataclass(frozen=True)
class Part:
    """One labelled part of a section: its Markdown, without the label."""

    label: str
    text: str


@dataclass(frozen=True)
class Section:
    """One section. `number` counts from 1; `text` is its whole Markdown, heading included."""

    number: int
    title: str
    text: str
    parts: tuple[Part, ...]

    @property
    def slug(self) -> str:
        """The heading as a link names it, as on GitHub: `deploy-a-release`."""
        return slug(self.title)

    @property
    def digest(self) -> str:
        """SHA-256 of the text, in hex: which text it was that somebody followed."""
        return hashlib.sha256(self.text.encode()).hexdigest()

    @property
    def danger(self) -> str:
        """The greatest danger that a plan of the section can have; `none` for a report."""
        told = _DANGER.finditer(self.part("What it does"))
        found = [it["most"] or it["kind"] for it in told]
        return max(found, key=DANGERS.index, default=DANGERS[0])

    @property
    def last_reviewed(self) -> str:
        """The date as it is written; empty where there is none."""
        return self.part("Last reviewed")

    @property
    def command_lines(self) -> tuple[str, ...]:
        """Every opsctl command line of the section, in its order."""
        return command_lines.found(self.text)

    @property
    def bash(self) -> tuple[str, ...]:
        """Its bash blocks."""
        return tuple(_BASH.findall(self.text))

    def part(self, label: str) -> str:
        """The text of a part; empty where the section has none of this label."""
        return next((it.text for it in self.parts if it.label == label), "")


@dataclass(frozen=True)
class Runbook:
    """A whole runbook. `source` is how the operator knows the file; `head` stands before the
    first section."""

    source: str
    head: str
    sections: tuple[Section, ...]

    @cached_property
    def by_slug(self) -> dict[str, Section]:
        """The sections by their slug."""
        return {it.slug: it for it in self.sections}

    def find(self, words: str) -> Section:
        """By number, slug, title, or how one of the two begins.

        Raises NotFound with what comes near, UsageProblem when several sections begin so.
        """
        said = words.strip()
        if said.isdecimal() and 1 <= int(said) <= len(self.sections):
            return self.sections[int(said) - 1]
        wanted = slug(said)
        if wanted in self.by_slug:
            return self.by_slug[wanted]
        near = [it for it in self.sections if wanted and it.slug.startswith(wanted)]
        if len(near) == 1:
            return near[0]
        if near:
            raise UsageProblem(
                f"{len(near)} sections begin with “{said}”.",
                hint="\n".join(f"{it.slug}   {it.title}" for it in near),
            )
        raise NotFound(
            f"The runbook has no section “{said}”.", hint=self._nearest(wanted, said.casefold())
        )

    def _nearest(self, wanted: str, said: str) -> str:
        close = difflib.get_close_matches(wanted, self.by_slug, 3, 0.5)
        holding = [it.slug for it in self.sections if said and said in it.title.casefold()]
        names = list(dict.fromkeys([*close, *holding]))[:5]
        meant = f"Did you mean: {', '.join(names)}?\n" if names else ""
        return f"{meant}opsctl runbook list shows them all."


def slug(title: str) -> str:
    """A heading as GitHub links to it."""
    kept = re.sub(r"[^\w\- ]", "", title.strip().lower())
    return kept.replace(" ", "-")


def load(path: str = "") -> Runbook:
    """The runbook in this file; without one, that which is part of opsctl.

    Raises BadConfig when it cannot be read, or is no runbook.
    """
    if not path:
        text = resources.files(__name__).joinpath("RUNBOOK.md").read_text(encoding="utf-8")
        return parse(text, "the runbook that is part of opsctl")
    try:
        return parse(Path(path).read_text(encoding="utf-8"), path)
    except (OSError, UnicodeDecodeError) as error:
        raise BadConfig(
            f"The runbook {path} cannot be read: {error}.", hint="It is `runbook` in opsctl.toml."
        ) from error


def parse(text: str, source: str) -> Runbook:
    """The runbook that a text is. Raises BadConfig when it has no section, one twice, or one whose
    title is too long to name a file of records."""
    head, *pieces = _cut(text, re.compile(r"## +(.+?)\s*$"))
    sections = tuple(
        Section(number, title, f"## {title}\n\n{body.strip()}\n", _parts(body))
        for number, (title, body) in enumerate(pieces, 1)
    )
    if not sections:
        raise BadConfig(f"{source} has no section: a line that begins with ## and a space.")
    seen: set[str] = set()
    for it in sections:
        if it.slug in seen or not it.slug:
            raise BadConfig(f"{source} has two sections that would be called “{it.slug}”.")
        if len(it.title) > LONGEST_TITLE:
            raise BadConfig(
                f"{source} has a section whose title has {len(it.title)} characters; at most "
                f"{LONGEST_TITLE} are possible: “{it.title[:40]}…”."
            )
        seen.add(it.slug)
    return Runbook(source, head[1].strip(), sections)


def deviations(section: Section) -> tuple[str, ...]:
    """What is not as the form wants it, each a sentence; empty for a section of the right form."""
    labels = [it.label for it in section.parts]
    own = tuple(it for it in labels if it != STEPS)
    said = []
    if own != PARTS:
        said.append(f"its parts are {', '.join(own)}; they must be {', '.join(PARTS)}")
    if STEPS in labels and labels[: labels.index(STEPS)] != ["When", "Command"]:
        said.append("Steps does not stand right after Command")
    said += [f"{it.label} is empty" for it in section.parts if not it.text]
    if not re.fullmatch(r"\d{4}-\d\d-\d\d", section.last_reviewed):
        said.append(f"Last reviewed is “{section.last_reviewed}” and not a date like 2026-11-26")
    return tuple(said)


def _parts(body: str) -> tuple[Part, ...]:
    _, *pieces = _cut(body, _LABEL)
    return tuple(Part(label, text.strip()) for label, text in pieces)


def _cut(text: str, heading: re.Pattern[str]) -> list[tuple[str, str]]:
    """(heading, what follows it), the first with an empty heading; code blocks hold none."""
    pieces: list[tuple[str, list[str]]] = [("", [])]
    for line, is_code in _lines(text.splitlines()):
        found = None if is_code else heading.match(line)
        if found:
            pieces.append((found[1], [line[found.end() :]]))
        else:
            pieces[-1][1].append(line)
    return [(title, "\n".join(lines)) for title, lines in pieces]


def _lines(lines: Iterable[str]) -> Iterator[tuple[str, bool]]:
    """(a line, whether it belongs to a fenced block)."""
    fence = ""
    for line in lines:
        begins = re.match(r"\s*(```+|~~~+)", line)
        if fence:
            yield line, True
            fence = "" if line.strip() == fence else fence
        elif begins:
            fence = begins[1]
            yield line, True
        else:
            yield line, False
