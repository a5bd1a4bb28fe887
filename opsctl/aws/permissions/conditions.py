"""Conditions that narrow an action where its resource cannot."""

from __future__ import annotations

from collections.abc import Mapping

from opsctl.aws.permissions.places import partition
from opsctl.targets import Target

Condition = Mapping[str, Mapping[str, str]]


def condition(name: str, target: Target) -> Condition:
    """`passed to SERVICE`, `via SERVICE`, `scaling of NAMESPACE`, `of the cluster`, `of its alias`;
    "" for none."""
    kind, _, value = name.rpartition(" ")
    if kind == "passed to":
        return {"StringEquals": {"iam:PassedToService": f"{value}.amazonaws.com"}}
    if kind == "via":
        service = f"{value}.{target.region}.amazonaws.com"
        return {"StringEquals": {"kms:ViaService": service}}
    if kind == "scaling of":
        return {"StringEquals": {"application-autoscaling:service-namespace": value}}
    if name == "of its alias":
        # The key itself is not known: a signature is examined by its ARN, and made by the alias.
        alias = target.certificate_key.partition("alias/")[2]
        key = "kms:ResourceAliases"
        return {"ForAnyValue:StringEquals": {key: f"alias/{alias}"}} if alias else {}
    if name == "of the cluster":
        head = f"arn:{partition(target.region)}:ecs:{target.region}:{target.account}"
        return {"ArnEquals": {"ecs:cluster": f"{head}:cluster/{target.cluster}"}}
    if not name:
        return {}
    raise KeyError(name)
