"""Seed: the network, the load balancer with its target group, and the web application firewall."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from opsctl.sandbox.seed import Accounts

BLOCKED = ("198.51.100.7/32", "198.51.100.64/28", "203.0.113.0/24")
BLOCKED_V6 = ("2001:db8:bad::/48",)
"""From the ranges that RFC 5737 keeps for documentation: they block nobody."""


@dataclass(frozen=True)
class Network:
    """What tasks and metrics refer to: ids and ARNs."""

    subnets: tuple[str, ...]
    security_group: str
    load_balancer: str
    target_group: str
    listener: str


def network(aws: Accounts) -> Network:
    """Make VPC, subnets, security group, load balancer, target group, listener and firewall."""
    vpc = aws.ec2.create_vpc(CidrBlock="10.20.0.0/16")["Vpc"]["VpcId"]
    subnets = tuple(
        aws.ec2.create_subnet(
            VpcId=vpc, CidrBlock=f"10.20.{index}.0/24", AvailabilityZone=f"{aws.world.region}{zone}"
        )["Subnet"]["SubnetId"]
        for index, zone in enumerate("ab")
    )
    group = aws.ec2.create_security_group(
        GroupName="image-caption-gen-local", Description="tasks and load balancer", VpcId=vpc
    )["GroupId"]
    balancer = aws.elbv2.create_load_balancer(
        Name="image-caption-gen-alb-local", Subnets=list(subnets), SecurityGroups=[group]
    )["LoadBalancers"][0]["LoadBalancerArn"]
    targets = _target_group(aws, vpc)
    listener = aws.elbv2.create_listener(
        LoadBalancerArn=balancer,
        Protocol="HTTP",
        Port=80,
        DefaultActions=[{"Type": "forward", "TargetGroupArn": targets}],
    )["Listeners"][0]["ListenerArn"]
    _firewall(aws, balancer)
    return Network(subnets, group, balancer, targets, listener)


def _target_group(aws: Accounts, vpc: str) -> str:
    made = aws.elbv2.create_target_group(
        Name="image-caption-gen-tg-local",
        Protocol="HTTP",
        Port=8501,
        VpcId=vpc,
        TargetType="ip",
        HealthCheckPath="/_stcore/health",
        HealthCheckIntervalSeconds=5,
        HealthCheckTimeoutSeconds=2,
        HealthyThresholdCount=2,
        UnhealthyThresholdCount=3,
        Matcher={"HttpCode": "200"},
    )
    arn = str(made["TargetGroups"][0]["TargetGroupArn"])
    aws.elbv2.modify_target_group_attributes(
        TargetGroupArn=arn,
        Attributes=[{"Key": "deregistration_delay.timeout_seconds", "Value": "1"}],
    )
    return arn


def _firewall(aws: Accounts, balancer: str) -> None:
    """IP sets of both kinds and a web ACL that blocks what they hold, for the load balancer and
    for CloudFront."""
    names = aws.world.names
    for scope in ("REGIONAL", "CLOUDFRONT"):
        sets = [
            aws.wafv2.create_ip_set(
                Name=name,
                Scope=scope,
                IPAddressVersion=version,
                Addresses=list(addresses),
                Description="addresses that may not reach the service",
            )["Summary"]["ARN"]
            for name, version, addresses in (
                (names.blocked_ips, "IPV4", BLOCKED),
                (names.blocked_ips_v6, "IPV6", BLOCKED_V6),
            )
        ]
        acl = aws.wafv2.create_web_acl(
            Name="image-caption-gen-acl-local",
            Scope=scope,
            DefaultAction={"Allow": {}},
            VisibilityConfig=_visible("acl"),
            Rules=[_rule(priority, ip_set) for priority, ip_set in enumerate(sets)],
        )["Summary"]["ARN"]
        if scope == "REGIONAL":
            aws.wafv2.associate_web_acl(WebACLArn=acl, ResourceArn=balancer)


def _rule(priority: int, ip_set: str) -> dict[str, object]:
    return {
        "Name": ("block-listed-addresses", "block-listed-ipv6-addresses")[priority],
        "Priority": priority,
        "Action": {"Block": {}},
        "Statement": {"IPSetReferenceStatement": {"ARN": ip_set}},
        "VisibilityConfig": _visible(f"blocked-{priority}"),
    }


def _visible(name: str) -> dict[str, object]:
    return {
        "SampledRequestsEnabled": True,
        "CloudWatchMetricsEnabled": True,
        "MetricName": f"image-caption-gen-{name}",
    }
