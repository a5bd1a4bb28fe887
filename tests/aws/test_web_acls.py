"""Which rules look into an IP set."""

from __future__ import annotations

from typing import Any

import pytest

from opsctl.aws.web_acls import uses

ARN = "arn:aws:wafv2:us-east-1:123456789012:global/ipset/blocked-ips/1"
OURS: dict[str, Any] = {"IPSetReferenceStatement": {"ARN": ARN}}
OTHER: dict[str, Any] = {"IPSetReferenceStatement": {"ARN": ARN + "2"}}


def acl(statement: dict[str, Any], action: str = "Block") -> dict[str, Any]:
    rule = {"Name": "rule", "Action": {action: {}}, "Statement": statement}
    return {"Name": "acl", "Rules": [rule]}


def test_a_rule_that_blocks_what_the_set_holds() -> None:
    (use,) = uses(acl(OURS), ARN)
    assert (use.acl, use.rule, use.action, use.blocks) == ("acl", "rule", "Block", True)


@pytest.mark.parametrize("action", ["Count", "Allow", "Captcha", "Challenge"])
def test_a_rule_that_does_something_else_does_not_block(action: str) -> None:
    (use,) = uses(acl(OURS, action), ARN)
    assert not use.blocks


def test_another_set_is_no_use() -> None:
    assert list(uses(acl(OTHER), ARN)) == []
    assert list(uses({"Name": "empty"}, ARN)) == []


def test_either_of_several_conditions_is_enough() -> None:
    (use,) = uses(acl({"OrStatement": {"Statements": [OTHER, OURS]}}), ARN)
    assert use.blocks


@pytest.mark.parametrize(
    ("statement", "condition"),
    [
        ({"AndStatement": {"Statements": [OURS, OTHER]}}, "together with"),
        ({"NotStatement": {"Statement": OURS}}, "not in it"),
        ({"RateBasedStatement": {"Limit": 100, "ScopeDownStatement": OURS}}, "rate"),
        ({"OrStatement": {"Statements": [{"NotStatement": {"Statement": OURS}}]}}, "not in it"),
    ],
)
def test_being_in_the_set_alone_is_not_enough(statement: dict[str, Any], condition: str) -> None:
    (use,) = uses(acl(statement), ARN)
    assert condition in use.condition
    assert not use.blocks


def test_a_header_that_tells_the_address_is_named() -> None:
    ours = {"ARN": ARN, "IPSetForwardedIPConfig": {"HeaderName": "X-Forwarded-For"}}
    (use,) = uses(acl({"IPSetReferenceStatement": ours}), ARN)
    assert use.header == "X-Forwarded-For"
