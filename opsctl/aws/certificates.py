"""Certificates: what is certified of an erasure, as one document that can be sealed and signed."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from opsctl import __version__
from opsctl.aws.erasure_work import HELD, NOT_EXAMINED, VERIFIED, Work

SCHEMA = "opsctl-erasure/1"
GONE_ON = "of several runs; what a run that was cut off had deleted is not counted"
OUTCOMES = {
    VERIFIED: "erased",
    NOT_EXAMINED: "empty in every store that was examined; others were not",
    HELD: "empty but for what Object Lock holds",
}


def document(work: Work, run: Mapping[str, Any], at: str, method: str) -> dict[str, Any]:
    """The certificate of a case: what, method, verification, who, when; nobody's name."""
    return {
        "schema": SCHEMA,
        "case": work.case,
        "subject": work.pseudonym,
        "outcome": OUTCOMES[work.worst],
        "decided": run.get("at", ""),
        "certified": at,
        "by": run.get("caller", ""),
        "operator": run.get("operator", ""),
        "account": run.get("account", ""),
        "region": run.get("region", ""),
        "env": run.get("env", ""),
        "opsctl": __version__,
        "run": run.get("run", ""),
        "plan": run.get("digest", ""),
        "journal_head": run.get("head", ""),
        "verification": method,
        "stores": work.stores(),
        "counts": GONE_ON if work.goes_on else "of one run",
        "not_examined": list(work.unexamined),
        "residuals": list(work.residuals),
    }


def earlier(one: str, other: str) -> str:
    """The earlier of two moments (ISO 8601), as it is written; "" is none."""
    return min(filter(None, (one, other)), key=datetime.fromisoformat, default="")


def canonical(document: Mapping[str, Any]) -> bytes:
    """The one way to write it, over which seal and signature go."""
    return json.dumps(document, sort_keys=True, separators=(",", ":")).encode()


def run_of(lines: Iterable[bytes]) -> dict[str, Any]:
    """The newest run of a journal (its lines, the newest first), and the digest of the last line.

    The digest fixes the whole chain up to it: it is what a later line would be linked to.
    """
    head = ""
    for line in lines:
        head = head or hashlib.sha256(line).hexdigest()
        try:
            event = json.loads(line)
        except ValueError:
            continue
        if isinstance(event, dict) and event.get("event") == "began":
            return {**event, "head": head}
    return {"head": head}
