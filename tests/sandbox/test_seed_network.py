"""The seeded network."""

from __future__ import annotations

import ipaddress

import pytest

from opsctl.sandbox.emulator import Emulator
from opsctl.sandbox.seed import Accounts
from opsctl.sandbox.seed_network import BLOCKED


def test_the_target_group_checks_the_health_of_port_8501(emulator: Emulator) -> None:
    aws = Accounts(emulator.world, emulator.endpoint_url)
    (group,) = aws.elbv2.describe_target_groups()["TargetGroups"]

    assert (group["Port"], group["HealthCheckPath"]) == (8501, "/_stcore/health")
    assert len(group["LoadBalancerArns"]) == 1


@pytest.mark.parametrize("scope", ["REGIONAL", "CLOUDFRONT"])
def test_the_listed_addresses_are_blocked_by_an_acl(emulator: Emulator, scope: str) -> None:
    waf = Accounts(emulator.world, emulator.endpoint_url).wafv2
    (summary,) = waf.list_ip_sets(Scope=scope)["IPSets"]
    (acl,) = waf.list_web_acls(Scope=scope)["WebACLs"]
    ip_set = waf.get_ip_set(Name=summary["Name"], Scope=scope, Id=summary["Id"])["IPSet"]
    (rule,) = waf.get_web_acl(Name=acl["Name"], Scope=scope, Id=acl["Id"])["WebACL"]["Rules"]

    assert sorted(ip_set["Addresses"]) == sorted(BLOCKED)
    assert rule["Action"] == {"Block": {}}
    assert rule["Statement"]["IPSetReferenceStatement"]["ARN"] == ip_set["ARN"]


def test_the_blocked_addresses_are_nobodys() -> None:
    assert not any(ipaddress.ip_network(each).is_global for each in BLOCKED)
