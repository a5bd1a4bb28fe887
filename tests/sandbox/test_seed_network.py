"""The seeded network."""

from __future__ import annotations

import ipaddress

import pytest

from opsctl.sandbox.emulator import Emulator
from opsctl.sandbox.seed import Accounts
from opsctl.sandbox.seed_network import BLOCKED, BLOCKED_V6


def test_the_target_group_checks_the_health_of_port_8501(emulator: Emulator) -> None:
    aws = Accounts(emulator.world, emulator.endpoint_url)
    (group,) = aws.elbv2.describe_target_groups()["TargetGroups"]

    assert (group["Port"], group["HealthCheckPath"]) == (8501, "/_stcore/health")
    assert len(group["LoadBalancerArns"]) == 1


@pytest.mark.parametrize("scope", ["REGIONAL", "CLOUDFRONT"])
@pytest.mark.parametrize(
    ("name", "addresses"), [("blocked-ips", BLOCKED), ("blocked-ips-v6", BLOCKED_V6)]
)
def test_the_listed_addresses_are_blocked_by_an_acl(
    emulator: Emulator, scope: str, name: str, addresses: tuple[str, ...]
) -> None:
    waf = Accounts(emulator.world, emulator.endpoint_url).wafv2
    (summary,) = (it for it in waf.list_ip_sets(Scope=scope)["IPSets"] if it["Name"] == name)
    (acl,) = waf.list_web_acls(Scope=scope)["WebACLs"]
    ip_set = waf.get_ip_set(Name=name, Scope=scope, Id=summary["Id"])["IPSet"]
    rules = waf.get_web_acl(Name=acl["Name"], Scope=scope, Id=acl["Id"])["WebACL"]["Rules"]

    assert sorted(ip_set["Addresses"]) == sorted(addresses)
    used = {rule["Statement"]["IPSetReferenceStatement"]["ARN"]: rule["Action"] for rule in rules}
    assert used[ip_set["ARN"]] == {"Block": {}}


def test_the_blocked_addresses_are_nobodys() -> None:
    assert not any(ipaddress.ip_network(each).is_global for each in (*BLOCKED, *BLOCKED_V6))
