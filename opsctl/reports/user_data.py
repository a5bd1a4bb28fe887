"""User data: what there is of one user, and what an erasure would not reach."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from opsctl.aws import Aws
from opsctl.aws.erasure import NO_CASE
from opsctl.aws.residuals import Residual
from opsctl.errors import NotFound
from opsctl.procedures import holdings
from opsctl.procedures.holdings import Account, Holdings, NotExamined


@dataclass(frozen=True)
class Store:
    """What one store holds, by unit."""

    name: str
    counts: dict[str, int]


@dataclass(frozen=True)
class UserData:
    """The inventory; it tells nobody's name."""

    account: Account
    stores: tuple[Store, ...]
    not_examined: tuple[NotExamined, ...]
    residuals: tuple[Residual, ...]


def gather(aws: Aws, name: str, tell: Callable[[str], None]) -> UserData:
    """Looks through every store; `tell` gets the names that the person is known by.

    Raises NotFound where there is nothing of anybody so called.
    """
    resolved = holdings.resolve(aws, name)
    found: Holdings = holdings.gather(aws, resolved, NO_CASE)
    if found.is_nothing:
        raise NotFound(
            "Nobody is called so: there is no account, and no store holds anything under the name.",
            hint="Give the username, the e-mail address or the sub.",
        )
    tell(", ".join(found.whom))
    stores = tuple(Store(it.name, dict(it.counts)) for it in found.stores)
    return UserData(found.account, stores, found.not_examined, found.residuals)
