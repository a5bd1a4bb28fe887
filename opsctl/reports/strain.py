"""Strain: what a service that still serves already suffers from, for the status screen."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from opsctl.aws import Aws
from opsctl.aws.autoscaling import Bounds
from opsctl.aws.ecs import Service
from opsctl.aws.metrics import Query, Series
from opsctl.aws.stop_reasons import Cause
from opsctl.reports import metric_queries

LOOKED_BACK = timedelta(minutes=10)
"""Cognito's metrics come every five minutes."""
LOOKED_BACK_IN_SANDBOX = timedelta(seconds=30)
COUNTED = ("sign_ins", "sign_ins_done", "read_throttles", "write_throttles")
FEWEST_FAILED = 3


@dataclass(frozen=True)
class Strain:
    """What was counted over the last minutes."""

    sign_ins: int = 0
    failed_sign_ins: int = 0
    throttles: int = 0


NONE = Strain()


def gather(aws: Aws, until: datetime | None = None) -> Strain:
    """One call. Asks only for what is known without the service: table and user pool."""
    until, sandbox = until or datetime.now(UTC), aws.target.is_sandbox
    since = until - (LOOKED_BACK_IN_SANDBOX if sandbox else LOOKED_BACK)
    queries: list[Query] = [it for it in metric_queries.of_stores(aws) if it.name in COUNTED]
    period = 10 if sandbox else 60
    found = aws.metrics.read(queries, since, until, period, verify=False)

    def total(name: str) -> int:
        return round(found.get(name, Series(name, "")).total)

    attempts = total("sign_ins")
    return Strain(
        attempts,
        attempts - total("sign_ins_done"),
        total("read_throttles") + total("write_throttles"),
    )


def notices(
    strain: Strain, service: Service, bounds: Bounds | None, stopped: Sequence[Cause]
) -> Iterator[str]:
    """Each with the command that tells more."""
    if stopped:
        kinds = Counter(it.kind for it in stopped)
        told = ", ".join(f"{count} × {kind}" for kind, count in kinds.most_common())
        yield f"tasks failed since the deployment: {told} (opsctl diagnose errors)"
    if bounds and bounds.minimum < bounds.maximum <= service.desired:
        yield (
            f"autoscaling is at its maximum of {bounds.maximum} tasks: there is no room above "
            "(opsctl diagnose latency)"
        )
    if strain.failed_sign_ins >= FEWEST_FAILED and strain.failed_sign_ins * 2 >= strain.sign_ins:
        yield (
            f"{strain.failed_sign_ins} of {strain.sign_ins} sign-ins failed of late "
            "(opsctl diagnose auth)"
        )
    if strain.throttles:
        yield f"DynamoDB throttled {strain.throttles} requests (opsctl diagnose throttling)"
