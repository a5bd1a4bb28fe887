"""Elastic Load Balancing: target health that is the health of the tasks."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from moto.elbv2.models import ELBv2Backend, FakeHealthStatus

from opsctl.sandbox.moto_parts.originals import original

if TYPE_CHECKING:
    from opsctl.sandbox.target import Target
    from opsctl.sandbox.world import World


def install(world: World) -> None:
    """Answer DescribeTargetHealth from the fleet; targets that it does not know stay moto's."""
    moto_answers = original(ELBv2Backend, "describe_target_health")

    def describe_target_health(
        backend: Any, target_group_arn: str, targets: list[dict[str, Any]]
    ) -> list[Any]:
        known = {it.address: it for it in world.fleet.targets if it.group == target_group_arn}
        group = backend.target_groups.get(target_group_arn)
        draining = [it for it in known.values() if it.state == "draining"]
        asked = targets or [
            *(dict(it) for it in (group.targets.values() if group else ())),
            *({"Id": it.address, "Port": it.port} for it in draining),
        ]
        seen: dict[str, Any] = {}
        for one in asked:
            target = known.get(one["Id"])
            if target:
                seen[one["Id"]] = _shown(target)
            else:
                (seen[one["Id"]],) = moto_answers(backend, target_group_arn, [one])
        return list(seen.values()) or moto_answers(backend, target_group_arn, [])

    ELBv2Backend.describe_target_health = describe_target_health


def _shown(it: Target) -> FakeHealthStatus:
    return FakeHealthStatus(
        it.address,
        str(it.port),
        str(it.port),
        it.state,
        it.reason or None,
        it.description or None,
    )
