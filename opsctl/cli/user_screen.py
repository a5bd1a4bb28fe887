"""What the commands about a user's data show."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from opsctl.outcome import Outcome
from opsctl.procedures.holding_words import counted, lasting
from opsctl.reports.certificate import Certificate
from opsctl.reports.user_data import UserData
from opsctl.terminal.blocks import (
    Block,
    Check,
    Fields,
    Heading,
    Words,
    bad,
    bold,
    dim,
    good,
    warn,
)

_STATE = {
    "verified": good("verified"),
    "held": warn("held"),
    "failed": bad("failed"),
    "unknown": bad("unknown"),
}


def holdings(found: UserData) -> Iterator[Block]:
    """What there is, and what an erasure would not reach."""
    yield bold("What there is")
    account = found.account
    state = "enabled" if account.enabled else "disabled"
    there = f"1 account ({state}, {account.status})" if account.is_there else "nothing"
    yield Fields([("cognito", there), *((it.name, counted(it.counts)) for it in found.stores)])
    if account.providers:
        yield f"linked to {', '.join(account.providers)}"
    if found.not_examined:
        yield Heading("Not examined")
        yield from (warn(f"  {it.store}: {it.why}") for it in found.not_examined)
    if found.residuals:
        yield Heading("What an erasure would not reach")
        yield from (_residual(lasting(it), it.until) for it in found.residuals)


def ended(outcome: Outcome, env: str) -> Iterator[Block]:
    """After a purge that ended well: each store, or how to do what was only shown."""
    plan = outcome.plan
    if plan is None:
        return
    if outcome.status == "planned":
        flags = f"--env {env} --confirm {plan.pseudonym}"
        yield f"To erase: opsctl user purge {flags}   (the name again on standard input)"
    elif outcome.status == "done":
        stores = outcome.result.get("stores")
        yield from _stores(stores if isinstance(stores, list) else [])
        words = str(outcome.result.get("outcome", ""))
        paint = good if words == "erased" else warn
        yield Words((paint(words.capitalize()), f": {plan.pseudonym}"))


def certificate(found: Certificate) -> Iterator[Block]:
    """The document, and what examining it showed."""
    it = found.document
    yield bold(f"Certificate of {it.get('case', '?')}")
    yield Fields(
        [
            (name.replace("_", " "), str(it.get(name) or "-"))
            for name in (
                *("subject", "outcome", "requested", "decided", "certified", "by", "operator"),
                *("env", "account", "region", "opsctl", "run", "plan", "journal_head"),
                *("verification", "counts"),
            )
        ]
    )
    yield from _stores(it.get("stores", []))
    if rows := it.get("not_examined"):
        yield Heading("Not examined")
        yield from (warn(f"  {row['store']}: {row['why']}") for row in rows)
    if rows := it.get("residuals"):
        yield Heading("What lasts longer")
        yield from (_certified(row) for row in rows)
    yield Heading("Examined now")
    yield from (Check(each.what, each.holds, each.detail) for each in found.findings)


def _stores(rows: list[Any]) -> Iterator[Block]:
    yield Heading("Stores")
    for row in rows:
        state = str(row["state"])
        # Side by side, the counts of a full store are wider than any terminal.
        yield Words(("  ", _STATE.get(state, state), f"  {row['store']}"))
        yield f"      found    {_few(row['found'])}"
        yield f"      deleted  {_few(row['deleted'])}"
        yield f"      left     {_few(row['left'])}"
        if row["detail"]:
            yield warn(f"      {row['detail']}")


def _few(counts: Mapping[str, int]) -> str:
    if counts.get("accounts"):
        return "1 account"
    return counted({unit: number for unit, number in counts.items() if unit != "bytes"})


def _residual(words: str, until: str) -> Block:
    return Words(("  ", dim(words) if until else bad(words)))


def _certified(row: Mapping[str, Any]) -> Block:
    from opsctl.aws.residuals import Residual

    kept = Residual(*(str(row[name]) for name in ("store", "what", "until", "basis")))
    return _residual(lasting(kept), kept.until)
