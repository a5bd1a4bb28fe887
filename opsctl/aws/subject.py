"""A subject: every name of the one person that an erasure is about."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote

from opsctl.errors import UsageProblem

LONGEST = 128
_LOOK_ALIKE = frozenset({"LATIN", "CYRILLIC", "GREEK", "ARMENIAN", "CHEROKEE", "COPTIC"})
"""Scripts that share the shapes of letters: within one name, one of them is a disguise."""


@dataclass(frozen=True)
class Subject:
    """One person. None of it shows itself: it is offered in memory, never put into a plan."""

    user_id: str = field(repr=False)
    """The username, of which the data map makes prefixes and keys."""
    sub: str = field(default="", repr=False)
    email: str = field(default="", repr=False)
    aliases: tuple[str, ...] = field(default=(), repr=False)

    @property
    def names(self) -> dict[str, str]:
        """What the templates of the data map are filled with; what is not known is missing."""
        known = {"user_id": self.user_id, "sub": self.sub, "email": self.email}
        return {name: value for name, value in known.items() if value}

    @property
    def identifiers(self) -> tuple[str, ...]:
        """Every name, each once."""
        found = (self.user_id, self.sub, self.email, self.email.lower(), *self.aliases)
        return tuple(dict.fromkeys(each for each in found if each))

    def to_json(self) -> dict[str, Any]:
        """For the one file that is kept until the case is closed."""
        return {**self.names, "aliases": list(self.aliases)}

    @classmethod
    def from_json(cls, document: Mapping[str, Any]) -> Subject:
        """What `to_json` wrote."""
        return cls(
            str(document["user_id"]),
            str(document.get("sub", "")),
            str(document.get("email", "")),
            tuple(str(each) for each in document.get("aliases", ())),
        )

    def with_names_of(self, other: Subject) -> Subject:
        """The same person, with what another look knew of them: an address may have changed."""
        more = {*self.aliases, *other.identifiers} - {self.user_id, self.sub, self.email}
        return Subject(
            self.user_id,
            self.sub or other.sub,
            self.email or other.email,
            tuple(sorted(more)),
        )

    def hidden(self, text: str, pseudonym: str) -> str:
        """A text of AWS with the person's names taken out: it quotes keys and prefixes."""
        for name in sorted(self.identifiers, key=len, reverse=True):
            for form in dict.fromkeys((name, quote(name, safe=""), quote(name))):
                pattern = rf"(?:(?<![0-9A-Za-z])|(?<=%2F)){re.escape(form)}(?![0-9A-Za-z])"
                text = re.sub(pattern, pseudonym, text)
        return text


def check_typed(name: str) -> None:
    """Raises UsageProblem for a name that was typed and can be nobody's, or somebody else's.

    No message holds the name: it may be an e-mail address, and messages are kept.
    """
    check_key(name)
    if any(each.isspace() for each in name):
        raise UsageProblem("A user's name has no space in it.", hint=_BY_SUB)
    if unicodedata.normalize("NFKC", name) != name:
        raise UsageProblem(
            "The name is written with characters that look like others, such as full-width "
            "letters or ligatures.",
            hint=_BY_SUB,
        )
    scripts = {unicodedata.name(each, "").split(" ")[0] for each in name if each.isalpha()}
    if len(mixed := sorted(scripts & _LOOK_ALIKE)) > 1:
        raise UsageProblem(
            f"The name mixes letters that look alike: {' and '.join(mixed).lower()}.", hint=_BY_SUB
        )


def check_key(name: str) -> None:
    """Raises UsageProblem for a name that cannot stand in a prefix or a key, typed or not."""
    if not name.strip():
        raise UsageProblem("An empty name is nobody's.", hint="Name one user.")
    if len(name) > LONGEST:
        raise UsageProblem(f"A user's name has at most {LONGEST} characters.", hint=_BY_SUB)
    if name in (".", ".."):
        raise UsageProblem("Dots alone are nobody's name.", hint="Name one user.")
    if "/" in name:
        raise UsageProblem(
            "The name has a slash in it, so its prefix would lie within that of somebody else.",
            hint="Objects of such a user cannot be told apart: erase them by hand.",
        )
    if any(unicodedata.category(each)[0] == "C" for each in name):
        raise UsageProblem("The name has control characters in it.", hint=_BY_SUB)


_BY_SUB = "Give the username as Cognito has it, or name the user by the sub."
