"""What to know before a user's data is erased: how long, what stays, and reasons not to."""

from __future__ import annotations

import math
from collections.abc import Iterator

from opsctl import durations
from opsctl.plan import Refusal
from opsctl.procedures.holding_words import lasting, size
from opsctl.procedures.holdings import Holding, Holdings

VERSIONS_A_SECOND, ITEMS_A_SECOND, OVERHEAD = 2500, 1000, 10
"""What one prefix and one partition of AWS take at most; seconds."""


def notes(held: Holdings) -> Iterator[str]:
    """How much it is, what the rules of the buckets mean for it, and what it does not reach."""
    yield (
        f"It takes about {durations.text(seconds(held))}, and deletes "
        f"{held.total:,} versions, markers, uploads and items ({size(held.stores)})."
    )
    for it in held.stores:
        yield from _of_rules(it)
    if held.account.providers:
        yield (
            f"The account is linked to {', '.join(held.account.providers)}: the link goes with "
            "it, the account there does not."
        )
    yield from not_examined(held)
    yield from (f"Stays: {lasting(it)}." for it in held.residuals)


def not_examined(held: Holdings) -> Iterator[str]:
    """The stores that nothing was looked for in."""
    yield from (f"Not examined: {it.store}: {it.why}." for it in held.not_examined)


def refusals(held: Holdings, most: int) -> Iterator[Refusal]:
    """More than somebody expected, and what no permission of opsctl's can delete."""
    if held.total > most:
        yield Refusal(
            f"There are {held.total:,} versions, markers, uploads and items, more than {most:,}.",
            hint="Look whether this is the right user: opsctl user show",
            override=f"--max-items {held.total}",
        )
    for it in held.stores:
        if it.total and it.rules is not None and it.rules.mfa_delete:
            yield Refusal(
                f"{it.name} has MFA delete: no version can be deleted without the root user's "
                "device.",
                hint="Let the root user switch it off for the bucket: aws s3api "
                "put-bucket-versioning --versioning-configuration "
                "Status=Enabled,MFADelete=Disabled --mfa 'DEVICE CODE'",
            )


def seconds(held: Holdings) -> float:
    """About how long it takes, by the pace at which AWS lets one prefix and one key be emptied."""
    versions = max((it.total for it in held.stores if it.is_bucket), default=0)
    items = sum(it.total for it in held.stores if not it.is_bucket)
    return math.ceil(versions / VERSIONS_A_SECOND + items / ITEMS_A_SECOND + OVERHEAD)


def _of_rules(it: Holding) -> Iterator[str]:
    rules = it.rules
    if rules is None:
        return
    if rules.object_lock:
        yield (
            f"{it.name} has Object Lock ({rules.object_lock}): versions under it are held, and "
            "the case stays open until they can be deleted."
        )
    if rules.versioning == "Suspended":
        yield f"{it.name}: versioning is suspended; the versions from before go too."
    if rules.unknown:
        yield f"{it.name}: not known, for lack of a permission: {', '.join(rules.unknown)}."
