"""Conditions say what a resource cannot."""

from __future__ import annotations

import dataclasses

import pytest
from samples import ACCOUNT

from opsctl.aws.permissions.conditions import condition
from opsctl.targets import Target


def test_each_kind_has_its_key(target: Target) -> None:
    assert condition("passed to ecs-tasks", target) == {
        "StringEquals": {"iam:PassedToService": "ecs-tasks.amazonaws.com"}
    }
    assert condition("via secretsmanager", target) == {
        "StringEquals": {"kms:ViaService": "secretsmanager.eu-west-1.amazonaws.com"}
    }
    assert condition("scaling of ecs", target) == {
        "StringEquals": {"application-autoscaling:service-namespace": "ecs"}
    }
    cluster = f"arn:aws:ecs:eu-west-1:{ACCOUNT}:cluster/image-caption-gen-cluster-prod"
    assert condition("of the cluster", target) == {"ArnEquals": {"ecs:cluster": cluster}}


def test_a_key_that_is_named_by_its_alias_is_the_one_with_that_alias(target: Target) -> None:
    by_alias = dataclasses.replace(target, certificate_key="alias/erasure")
    assert condition("of its alias", by_alias) == {
        "ForAnyValue:StringEquals": {"kms:ResourceAliases": "alias/erasure"}
    }
    by_id = dataclasses.replace(target, certificate_key="1234-abcd")
    assert condition("of its alias", by_id) == {}


def test_none_is_none_and_an_unknown_one_is_a_bug(target: Target) -> None:
    assert condition("", target) == {}
    with pytest.raises(KeyError):
        condition("on Sundays", target)
