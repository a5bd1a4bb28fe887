"""A certificate of erasure: what it says, and whether it still holds."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from opsctl.aws import Aws, certificates, records
from opsctl.aws.erasure import NO_CASE
from opsctl.aws.kms import Signature
from opsctl.errors import Forbidden, NotFound, OpsctlError, UsageProblem
from opsctl.journal import Journal
from opsctl.procedures import holdings


@dataclass(frozen=True)
class Finding:
    """One examination. `holds` None: it could not be made."""

    what: str
    holds: bool | None
    detail: str = ""


@dataclass(frozen=True)
class Certificate:
    """The document as it was certified, and what examining it showed."""

    document: Mapping[str, Any]
    findings: tuple[Finding, ...]

    @property
    def holds(self) -> bool:
        """Nothing shows that it was changed, or is no longer so."""
        return not any(it.holds is False for it in self.findings)


def gather(aws: Aws, journal: Journal, case: str, name: str = "") -> Certificate:
    """Reads and examines a certificate; with the user's name, the stores are looked through again.

    Raises NotFound for a case without one, Forbidden for a name that is not its subject's.
    """
    try:
        record = aws.erasure.cases.certificate(case)
    except ValueError:
        raise UsageProblem(
            f"“{case}” is not the id of a case.", hint="As in case-20261124-ab12cd."
        ) from None
    if record is None:
        raise NotFound(f"There is no certificate of {case}.", hint=_open_hint(aws, case))
    document: Any = record.get("certificate")
    content = certificates.canonical(document)
    if not _is_whole(document):
        cut = Finding("document", False, "it is not as opsctl writes one, so it is not shown")
        return Certificate({"case": case}, (cut, _sealed(aws, record, content)))
    findings = [
        _sealed(aws, record, content),
        _signed(aws, record, content),
        _journaled(aws, journal, document),
    ]
    if name:
        findings += _looked_again(aws, document, name)
    return Certificate(document, tuple(findings))


def _open_hint(aws: Aws, case: str) -> str:
    if any(it.id == case for it in aws.erasure.cases.all()):
        return "It is not finished: run opsctl user purge for the same user again."
    known = ", ".join(it.id for it in aws.erasure.cases.all()[-3:])
    return f"The newest cases: {known}" if known else "There is no case at all."


def _is_whole(document: Any) -> bool:
    """Whether it can be shown: somebody may have written anything in its place."""
    try:
        rows = {name: [dict(it) for it in document[name]] for name in _ROWS}
    except (KeyError, TypeError, ValueError):
        return False
    counts = [it.get(unit) for it in rows["stores"] for unit in ("found", "deleted", "left")]
    return all(names <= it.keys() for name, names in _ROWS.items() for it in rows[name]) and all(
        isinstance(it, dict) and all(isinstance(each, int) for each in it.values()) for it in counts
    )


_ROWS = {
    "stores": {"store", "state", "detail"},
    "not_examined": {"store", "why"},
    "residuals": {"store", "what", "until", "basis"},
}
"""The tables of a certificate, and what each of their rows has."""


def _sealed(aws: Aws, record: Mapping[str, Any], content: bytes) -> Finding:
    seal = str(record.get("seal", "")).encode("utf-8", "surrogatepass")
    same = hmac.compare_digest(seal, aws.erasure.cases.seal(content).encode())
    return Finding("seal of opsctl's records", same, "" if same else "the document was changed")


def _signed(aws: Aws, record: Mapping[str, Any], content: bytes) -> Finding:
    what = "signature of KMS"
    made = record.get("signature")
    if not made and (key := record["certificate"].get("key")):
        return Finding(what, False, f"taken away: the document says that {key} signed it")
    if not made:
        return Finding(
            what, None, "none: certificate_key was not configured, the seal stands alone"
        )
    try:
        signature = Signature(str(made["key"]), str(made["algorithm"]), str(made["value"]))
        holds = aws.kms.holds(signature, content)
        expected = aws.target.certificate_key
        ours = not expected or aws.kms.is_by(signature, expected)
    except (KeyError, TypeError, ValueError):
        return Finding(what, False, "it cannot be read")
    except OpsctlError as error:
        return Finding(what, None, f"not examined: {error.message}")
    if holds and not ours:
        return Finding(what, None, f"by {signature.key}, which is not certificate_key")
    return Finding(what, holds, signature.key if holds else "it is not of this document")


def _journaled(aws: Aws, journal: Journal, document: Mapping[str, Any]) -> Finding:
    """The line that the certificate fixes must still be in the journal, and the chain whole."""
    what, head = "journal", str(document.get("journal_head", ""))
    if not head:
        return Finding(what, None, "the certificate names no line of it")
    if broken := journal.verify():
        return Finding(what, False, broken[0])
    lines = records.store(aws.target, lambda: aws).newest_first(journal.log)
    there = any(hashlib.sha256(line).hexdigest() == head for line in lines)
    return Finding(what, there, "" if there else "the line that the certificate fixes is gone")


def _looked_again(aws: Aws, document: Mapping[str, Any], name: str) -> list[Finding]:
    resolved = holdings.resolve(aws, name)
    known = next((it for it in aws.erasure.cases.all() if it.id == document.get("case")), None)
    prints = {aws.erasure.cases.fingerprint(it) for it in resolved.subject.identifiers}
    if known is None or not prints & {known.subject, *known.identifiers}:
        raise Forbidden("The certificate is about somebody else than that name.")
    found = holdings.gather(aws, resolved, NO_CASE)
    stores = [
        Finding(it.name, not it.total, f"{it.total:,} there" if it.total else "nothing there")
        for it in found.stores
    ]
    stores += [Finding(it.store, None, f"not examined: {it.why}") for it in found.not_examined]
    account = "an account is there" if found.account.is_there else "no account"
    return [*stores, Finding("cognito", not found.account.is_there, account)]
