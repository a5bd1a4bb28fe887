"""Sets of IP addresses that the web firewall knows."""

import time

import pytest

from opsctl import errors
from opsctl.aws import Aws, waf
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


def fill(aws: Aws, scope: str, *addresses: str, version: str = "IPV4") -> str:
    """A set with a description; answers its id."""
    region = "us-east-1" if scope == CLOUDFRONT else None
    with aws.changing():
        made = aws.client("wafv2", region).create_ip_set(
            Name="blocked-ips",
            Scope=scope,
            IPAddressVersion=version,
            Addresses=list(addresses),
            Description="kept out",
        )
    return str(made["Summary"]["Id"])


class Rival:
    """Another writer, who adds an address each time somebody is about to update, `times` times."""

    def __init__(self, aws: Aws, set_id: str, times: int) -> None:
        self.client = aws.client("wafv2", "us-east-1")
        self.words = {"Name": "blocked-ips", "Scope": CLOUDFRONT, "Id": set_id}
        self.left, self.added = times, 0
        self.client.meta.events.register("before-call.wafv2.UpdateIPSet", self.race)

    def race(self, **_: object) -> None:
        if self.left == 0:
            return
        self.left -= 1
        left, self.left = self.left, 0
        now = self.client.get_ip_set(**self.words)
        self.added += 1
        addresses = [*now["IPSet"]["Addresses"], f"192.0.2.{self.added}/32"]
        self.client.update_ip_set(
            **self.words, Addresses=addresses, LockToken=now["LockToken"], Description="kept out"
        )
        self.left = left


@pytest.fixture
def quick(aws: Aws, monkeypatch: pytest.MonkeyPatch) -> Aws:
    """The same door without waiting."""
    monkeypatch.setattr(waf, "BETWEEN_CHANGES", 0.0)
    monkeypatch.setattr(waf, "LONGEST_WAIT", 0.0)
    return aws


@pytest.mark.parametrize("scope", [CLOUDFRONT, REGIONAL])
def test_a_block_keeps_what_was_there_and_the_description(quick: Aws, scope: str) -> None:
    fill(quick, scope, "198.51.100.7/32", "198.51.100.64/28")
    with quick.changing():
        quick.waf.block("blocked-ips", scope, ["203.0.113.7/32"])
    found = quick.waf.addresses("blocked-ips", scope)
    assert found.ranges == ("198.51.100.7/32", "198.51.100.64/28", "203.0.113.7/32")
    assert (found.version, found.description) == ("IPV4", "kept out")
    with quick.changing():
        quick.waf.unblock("blocked-ips", scope, ["203.0.113.7/32"])
    assert quick.waf.addresses("blocked-ips", scope).ranges == found.ranges[:2]
    assert quick.waf.addresses("blocked-ips", scope).description == "kept out"


def test_what_is_there_already_is_not_written_again(quick: Aws) -> None:
    set_id = fill(quick, CLOUDFRONT, "2001:0db8:0000:0000:0000:0000:0000:0111/128", version="IPV6")
    client = quick.client("wafv2", "us-east-1")
    words = {"Name": "blocked-ips", "Scope": CLOUDFRONT, "Id": set_id}
    token = client.get_ip_set(**words)["LockToken"]
    with quick.changing():
        quick.waf.block("blocked-ips", CLOUDFRONT, ["2001:db8::111/128"])
        quick.waf.unblock("blocked-ips", CLOUDFRONT, ["2001:db8::112/128"])
    assert client.get_ip_set(**words)["LockToken"] == token


def test_another_writer_in_between_loses_nothing_and_neither_do_we(quick: Aws) -> None:
    set_id = fill(quick, CLOUDFRONT, "198.51.100.7/32")
    with quick.changing():
        rival = Rival(quick, set_id, times=3)
        quick.waf.block("blocked-ips", CLOUDFRONT, ["203.0.113.7/32"])
    assert rival.added == 3
    assert quick.waf.addresses("blocked-ips").ranges == (
        "198.51.100.7/32",
        "192.0.2.1/32",
        "192.0.2.2/32",
        "192.0.2.3/32",
        "203.0.113.7/32",
    )


def test_a_writer_without_end_is_told_and_nothing_of_ours_is_in(quick: Aws) -> None:
    set_id = fill(quick, CLOUDFRONT, "198.51.100.7/32")
    with quick.changing():
        rival = Rival(quick, set_id, times=100)
        with pytest.raises(errors.FactsChanged, match="8 times"):
            quick.waf.block("blocked-ips", CLOUDFRONT, ["203.0.113.7/32"])
    assert rival.added == waf.ATTEMPTS
    assert "203.0.113.7/32" not in quick.waf.addresses("blocked-ips").ranges


def test_changes_are_a_second_apart(aws: Aws) -> None:
    fill(aws, CLOUDFRONT)
    began = time.monotonic()
    with aws.changing():
        aws.waf.block("blocked-ips", CLOUDFRONT, ["203.0.113.7/32"])
        aws.waf.unblock("blocked-ips", CLOUDFRONT, ["203.0.113.7/32"])
    assert time.monotonic() - began >= waf.BETWEEN_CHANGES


def test_a_set_is_only_changed_while_a_plan_is_applied(quick: Aws) -> None:
    fill(quick, CLOUDFRONT)
    with pytest.raises(errors.OpsctlError, match="UpdateIPSet"):
        quick.waf.block("blocked-ips", CLOUDFRONT, ["203.0.113.7/32"])
    assert quick.waf.addresses("blocked-ips").ranges == ()


def test_whether_the_set_holds_is_told(quick: Aws) -> None:
    fill(quick, CLOUDFRONT, "198.51.100.7/32")
    asked = ["198.51.100.7/32", "203.0.113.7/32"]
    assert not quick.waf.holds("blocked-ips", CLOUDFRONT, asked, True).done
    assert not quick.waf.holds("blocked-ips", CLOUDFRONT, asked, False).done
    assert quick.waf.holds("blocked-ips", CLOUDFRONT, asked[:1], True).done
    assert quick.waf.holds("blocked-ips", CLOUDFRONT, asked[1:], False).done


@pytest.mark.parametrize("scope", [CLOUDFRONT, REGIONAL])
def test_the_rule_that_uses_the_set_is_found(local: Aws, scope: str) -> None:
    (use,) = local.waf.uses("blocked-ips", scope)
    assert (use.rule, use.blocks) == ("block-listed-addresses", True)
    (use,) = local.waf.uses("blocked-ips-v6", scope)
    assert use.rule == "block-listed-ipv6-addresses"
