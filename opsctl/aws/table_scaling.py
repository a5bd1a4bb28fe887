"""Autoscaling of a table and its indexes: it lies outside the table, so no restore brings it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from opsctl.aws.gateway import Gateway
from opsctl.plan import Json

NAMESPACE = "dynamodb"
TRACKING = "TargetTrackingScalingPolicyConfiguration"


class TableScaling(Gateway):
    """Scalable targets and policies, by the table's name."""

    @property
    def _client(self) -> Any:
        return self.aws.client("application-autoscaling")

    def read(self, table: str) -> tuple[dict[str, Any], ...]:
        """One entry for each scalable target of the table and its indexes, none when on demand.

        Keys: `index` (empty for the table itself), `dimension`, `minimum`, `maximum`, `policies`
        (each with `name`, `kind`, `configuration`).
        """
        pages = self._client.get_paginator("describe_scalable_targets").paginate(
            ServiceNamespace=NAMESPACE
        )
        found = [it for page in pages for it in page["ScalableTargets"]]
        ours = [it for it in found if _table(it["ResourceId"]) == table]
        return tuple(self._entry(it) for it in sorted(ours, key=_place))

    def put(self, table: str, entry: dict[str, Json]) -> None:
        """Registers a scalable target that `read` told of, and its policies, for a table.

        Both calls replace what is there, so doing it again is harmless.
        """
        place = _of(table, entry)
        self._client.register_scalable_target(
            **place, MinCapacity=entry["minimum"], MaxCapacity=entry["maximum"]
        )
        for policy in _policies(entry):
            self._client.put_scaling_policy(
                **place,
                PolicyName=_renamed(str(policy["name"]), table),
                PolicyType=policy["kind"],
                **{TRACKING: policy["configuration"]},
            )

    def remove(self, table: str, entry: dict[str, Json]) -> None:
        """Deregisters the scalable target; AWS deletes its policies and their alarms with it.

        Gone already is done already.
        """
        place = (entry["index"], entry["dimension"])
        if any((it["index"], it["dimension"]) == place for it in self.read(table)):
            self._client.deregister_scalable_target(**_of(table, entry))

    def _entry(self, it: dict[str, Any]) -> dict[str, Any]:
        pages = self._client.get_paginator("describe_scaling_policies").paginate(
            ServiceNamespace=NAMESPACE,
            ResourceId=it["ResourceId"],
            ScalableDimension=it["ScalableDimension"],
        )
        policies = [
            {
                "name": each["PolicyName"],
                "kind": each["PolicyType"],
                "configuration": each[TRACKING],
            }
            for page in pages
            for each in page["ScalingPolicies"]
            if TRACKING in each
        ]
        return {
            "index": it["ResourceId"].partition("/index/")[2],
            "dimension": it["ScalableDimension"],
            "minimum": it["MinCapacity"],
            "maximum": it["MaxCapacity"],
            "policies": policies,
        }


def same(one: Iterable[Any], other: Iterable[Any]) -> bool:
    """Whether two tables are scaled alike; policies are compared without their names."""

    def bare(entry: dict[str, Any]) -> dict[str, Any]:
        policies = [{**it, "name": ""} for it in entry["policies"]]
        return {**entry, "policies": policies}

    return [bare(it) for it in one] == [bare(it) for it in other]


def _table(resource: str) -> str:
    """The table of `table/NAME` and `table/NAME/index/INDEX`."""
    return resource.removeprefix("table/").partition("/")[0]


def _place(it: dict[str, Any]) -> tuple[str, str]:
    return str(it["ResourceId"]), str(it["ScalableDimension"])


def _of(table: str, entry: dict[str, Json]) -> dict[str, str]:
    index = f"/index/{entry['index']}" if entry["index"] else ""
    return {
        "ServiceNamespace": NAMESPACE,
        "ResourceId": f"table/{table}{index}",
        "ScalableDimension": str(entry["dimension"]),
    }


def _policies(entry: dict[str, Json]) -> list[dict[str, Any]]:
    found = entry["policies"]
    return [it for it in found if isinstance(it, dict)] if isinstance(found, list) else []


def _renamed(policy: str, table: str) -> str:
    """A policy's own name, told apart from the one of the table that it was copied from."""
    name = policy.partition("@")[0]
    return f"{name}@{table}"[:256]
