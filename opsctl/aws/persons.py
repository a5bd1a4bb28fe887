"""Persons: whom a name means, for an erasure, with everything that they are known by."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from opsctl import errors
from opsctl.aws import failures
from opsctl.aws.gateway import Gateway
from opsctl.aws.subject import Subject
from opsctl.state.subjects import Subjects

if TYPE_CHECKING:
    from opsctl.aws.cognito_users import Person
    from opsctl.state.cases import Case


@dataclass(frozen=True)
class Resolved:
    """The one person that a name means, and the case there is of them, closed or open."""

    subject: Subject
    person: Person | None = field(repr=False)
    former: Case | None
    is_complete: bool
    """Every name is known: of somebody who is gone, only the one that was typed may be."""
    is_kept: bool = False
    """The account is gone, and what it was called lies in the file of an open case."""


class Persons(Gateway):
    """Cognito and the cases of opsctl, asked together."""

    def resolve(self, pool: str, name: str) -> Resolved:
        """Whom a name means: by Cognito, by an open case's file, else as a username itself.

        Raises Forbidden for several people, NotFound for a pool that is not there.
        """
        person = None
        if pool:
            try:
                person = self.aws.cognito_users.person(pool, name)
            except errors.NotFound as error:
                # A pool that is not there must not look like a person without an account.
                if failures.aws_code(error):
                    raise
        if person is None:
            former = self.aws.erasure.cases.find([name, name.lower()])
            kept = Subjects().read(former.id) if former else None
            if kept:
                return Resolved(Subject.from_json(kept), None, former, True, is_kept=True)
            mine = former is None or former.subject == self.aws.erasure.cases.fingerprint(name)
            return Resolved(Subject(name), None, former, mine)
        it = person.user
        subject = Subject(it.username, it.sub, person.email, person.aliases)
        former = self.aws.erasure.cases.find(subject.identifiers)
        kept = Subjects().read(former.id) if former else None
        if kept and kept.get("user_id") == it.username:
            subject = subject.with_names_of(Subject.from_json(kept))
        return Resolved(subject, person, former, True)
