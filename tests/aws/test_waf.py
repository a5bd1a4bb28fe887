"""Sets of IP addresses that the web firewall knows."""

import pytest

from opsctl import errors
from opsctl.aws import Aws
from opsctl.aws.waf import CLOUDFRONT, PAGE, REGIONAL


def make(aws: Aws, name: str, scope: str, region: str | None) -> None:
    with aws.changing():
        aws.client("wafv2", region).create_ip_set(
            Name=name, Scope=scope, IPAddressVersion="IPV4", Addresses=[]
        )


def test_an_ip_set_of_cloudfront_lies_in_us_east_1(aws: Aws) -> None:
    make(aws, "blocked-ips", CLOUDFRONT, "us-east-1")
    found = aws.waf.ip_set("blocked-ips")
    assert (found.name, found.scope) == ("blocked-ips", CLOUDFRONT)
    assert found.id in found.arn


def test_an_ip_set_of_a_load_balancer_lies_in_the_targets_region(aws: Aws) -> None:
    make(aws, "blocked-ips", REGIONAL, None)
    assert aws.waf.ip_set("blocked-ips", REGIONAL).scope == REGIONAL
    with pytest.raises(errors.NotFound):
        aws.waf.ip_set("blocked-ips", CLOUDFRONT)


def test_an_ip_set_on_the_second_page_is_found(aws: Aws) -> None:
    for number in range(PAGE + 2):
        make(aws, f"set-{number:03}", CLOUDFRONT, "us-east-1")
    assert aws.waf.ip_set(f"set-{PAGE + 1:03}").name == f"set-{PAGE + 1:03}"


def test_a_missing_ip_set_names_those_there_are(aws: Aws) -> None:
    make(aws, "blocked", CLOUDFRONT, "us-east-1")
    with pytest.raises(errors.NotFound, match="blocked-ips") as raised:
        aws.waf.ip_set("blocked-ips")
    assert raised.value.hint == "There are: blocked"
