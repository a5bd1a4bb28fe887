"""Cases of erasure: who was erased, told only by keyed hashes, and what was certified of it."""

from __future__ import annotations

import hashlib
import hmac
import json
import secrets
from collections.abc import Callable, Iterable, Mapping
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from functools import cached_property
from typing import Any

from opsctl.errors import FactsChanged, Forbidden
from opsctl.state import Store

ATTEMPTS = 20
KEY = "cases/key"


@dataclass(frozen=True)
class Case:
    """One erasure. Every name of the subject is a fingerprint; times are UTC ISO 8601.

    `closed` is when all of it was verified; "" as long as something is left to do. As long as
    only sign-in is blocked, it is not `erasing`, and can be withdrawn.
    """

    id: str
    subject: str
    identifiers: tuple[str, ...]
    opened: str
    closed: str = ""
    erasing: bool = False

    def counts_after(self, moment: datetime) -> bool:
        """Whether what was saved at `moment` may still hold what this case erased since."""
        if not self.closed:
            return self.erasing
        return datetime.fromisoformat(self.closed) >= moment


class Cases:
    """The cases of one environment: `erasures/ENV.json`, and a certificate in `cases/CASE.json`.

    Without the key beside them, which never leaves the store, nobody can tell from a fingerprint
    whose it is, not even by trying names.
    """

    def __init__(self, store: Store, env: str) -> None:
        self._store = store
        self._name = f"erasures/{env}.json"

    def fingerprint(self, identifier: str) -> str:
        """What stands for an identifier: 32 hex digits of HMAC-SHA-256."""
        return self._hmac(f"identifier:{identifier}".encode())[:32]

    def seal(self, content: bytes) -> str:
        """What shows that a record of opsctl was not changed by somebody without the key."""
        return self._hmac(b"seal:" + content)

    def all(self) -> tuple[Case, ...]:
        """Every case, the oldest first. Raises Forbidden for a record that cannot be read."""
        return self._read()[0]

    def find(self, identifiers: Iterable[str]) -> Case | None:
        """The newest case of whoever has one of these identifiers; an open one comes first."""
        known = self.all()
        if not known:
            return None
        wanted = {self.fingerprint(each) for each in identifiers}
        found = [it for it in known if wanted & {it.subject, *it.identifiers}]
        return next((it for it in found if not it.closed), found[-1] if found else None)

    def open(
        self, case: str, subject: str, identifiers: Iterable[str], *, erasing: bool = True
    ) -> None:
        """Notes that somebody is being erased; from here on no restore brings them back.

        With `erasing` false it is only about to be. Harmless when it is noted already.
        """
        names = tuple(sorted({self.fingerprint(each) for each in identifiers}))
        new = Case(case, self.fingerprint(subject), names, self._now(), erasing=erasing)

        def change(known: tuple[Case, ...]) -> tuple[Case, ...]:
            before = next((it for it in known if it.id == case), None)
            rest = tuple(it for it in known if it.id != case)
            if before is None:
                return (*rest, new)
            merged = tuple(sorted({*before.identifiers, *names}))
            goes_on = before.erasing or erasing
            return (*rest, replace(before, identifiers=merged, closed="", erasing=goes_on))

        self._change(change)

    def withdraw(self, case: str) -> bool:
        """Forgets a case in which nothing was erased yet; False for any other."""
        if not any(it.id == case and not it.erasing and not it.closed for it in self.all()):
            return False
        self._change(lambda known: tuple(it for it in known if it.id != case))
        return True

    def close(self, case: str) -> None:
        """Notes that all of it was erased and verified, now."""
        now = self._now()
        self._change(
            lambda known: tuple(replace(it, closed=now) if it.id == case else it for it in known)
        )

    def certificate(self, case: str) -> dict[str, Any] | None:
        """What was certified; None for a case that has no certificate.

        Raises ValueError for a name that is no case's.
        """
        found = self._store.read(_record(case))
        if found is None:
            return None
        try:
            return dict(json.loads(found[0]))
        except (ValueError, TypeError) as error:
            raise _unreadable(_record(case), self._store.where, error) from error

    def certify(self, case: str, document: Mapping[str, Any]) -> None:
        """Keeps a certificate, in place of an earlier one of the same case."""
        content = json.dumps(document, sort_keys=True).encode()
        for _ in range(ATTEMPTS):
            found = self._store.read(_record(case))
            if found is None:
                if self._store.create(_record(case), content):
                    return
            elif self._store.replace(_record(case), content, found[1]):
                return
        raise _busy(_record(case), self._store.where)

    def _hmac(self, content: bytes) -> str:
        return hmac.new(self._key, content, hashlib.sha256).hexdigest()

    @cached_property
    def _key(self) -> bytes:
        for _ in range(ATTEMPTS):
            found = self._store.read(KEY)
            if found is not None:
                return found[0]
            made = secrets.token_bytes(32)
            if self._store.create(KEY, made):
                return made
        raise _busy(KEY, self._store.where)

    def _now(self) -> str:
        return self._store.now().isoformat()

    def _change(self, make: Callable[[tuple[Case, ...]], tuple[Case, ...]]) -> None:
        for _ in range(ATTEMPTS):
            known, version = self._read()
            document = {"cases": [asdict(it) for it in make(known)]}
            content = json.dumps(document, sort_keys=True).encode()
            if version:
                if self._store.replace(self._name, content, version):
                    return
            elif self._store.create(self._name, content):
                return
        raise _busy(self._name, self._store.where)

    def _read(self) -> tuple[tuple[Case, ...], str]:
        found = self._store.read(self._name)
        if found is None:
            return (), ""
        try:
            return tuple(_case(each) for each in json.loads(found[0])["cases"]), found[1]
        except (ValueError, KeyError, TypeError) as error:
            raise _unreadable(self._name, self._store.where, error) from error


def _case(document: dict[str, Any]) -> Case:
    return Case(**{**document, "identifiers": tuple(document["identifiers"])})


def _record(case: str) -> str:
    if not case.removeprefix("case-").replace("-", "").isalnum() or not case.startswith("case-"):
        raise ValueError(f"not the id of a case: {case!r}")
    return f"cases/{case}.json"


def _busy(name: str, where: str) -> FactsChanged:
    return FactsChanged(f"{name} in {where} is written by others all the time")


def _unreadable(name: str, where: str, error: Exception) -> Forbidden:
    return Forbidden(
        f"{name} in {where} cannot be read: {error}",
        hint="It says who was erased, so no restore may go on without it. Get it back from a copy "
        "or an earlier version.",
    )
