"""Holdings to start a test from: a user with an account, pictures and captions."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from opsctl.aws.bucket_rules import Rules
from opsctl.aws.residuals import Residual
from opsctl.procedures.holdings import Account, Holding, Holdings

NAME, PSEUDONYM, CASE = "ann#1", "user-0123456789ab", "case-20261124-000001"
RULES = Rules("eu-west-1", "Enabled", False, "", (), None)
BUCKET = Holding(
    0,
    "s3://pictures/images/{user_id}/",
    True,
    {"objects": 3, "versions": 7, "markers": 2, "uploads": 1, "bytes": 20_000},
    RULES,
)
TABLE = Holding(1, "dynamodb:captions", False, {"items": 3, "bytes": 4096})
RESIDUAL = Residual("dynamodb:captions", "point-in-time recovery", "2026-12-29T00:00:00+00:00", "w")
GONE = Account("eu-west-1_pool", False)


def holdings(**over: Any) -> Holdings:
    """A user of whom there is something everywhere."""
    made = Holdings(
        pseudonym=PSEUDONYM,
        username=NAME,
        whom=(f"username {NAME}", "also ann@example.com"),
        account=Account("eu-west-1_pool", True, True, "CONFIRMED"),
        stores=(BUCKET, TABLE),
        not_examined=(),
        residuals=(RESIDUAL,),
    )
    return replace(made, **over)


def nothing() -> Holdings:
    """A user of whom nothing is left."""
    stores = tuple(replace(it, counts=dict.fromkeys(it.counts, 0)) for it in (BUCKET, TABLE))
    return holdings(account=GONE, stores=stores)
