"""Addresses of pages: made from names, whatever is in them."""

from __future__ import annotations

from dataclasses import replace

import pytest

from opsctl.errors import NotFound
from opsctl.reports import consoles
from opsctl.targets import Target

HOST = "https://eu-west-1.console.aws.amazon.com"


@pytest.mark.parametrize(
    ("what", "url"),
    [
        (
            "dashboard",
            f"{HOST}/cloudwatch/home?region=eu-west-1#dashboards/dashboard/image-caption-gen-prod",
        ),
        (
            "logs",
            f"{HOST}/cloudwatch/home?region=eu-west-1"
            "#logsV2:log-groups/log-group/$252Fecs$252Fimage-caption-gen-prod",
        ),
        (
            "service",
            f"{HOST}/ecs/v2/clusters/image-caption-gen-cluster-prod"
            "/services/image-caption-gen-service-prod/health?region=eu-west-1",
        ),
    ],
)
def test_a_page_of_the_console_is_made_from_region_and_names(
    target: Target, what: str, url: str
) -> None:
    assert consoles.page(target, what) == consoles.Page(url, target.account)


@pytest.mark.parametrize(
    ("region", "host"),
    [
        ("cn-north-1", "cn-north-1.console.amazonaws.cn"),
        ("us-gov-west-1", "us-gov-west-1.console.amazonaws-us-gov.com"),
        ("us-east-1", "us-east-1.console.aws.amazon.com"),
    ],
)
def test_each_partition_has_its_own_console(target: Target, region: str, host: str) -> None:
    url = consoles.page(replace(target, region=region), "dashboard").url
    assert url.startswith(f"https://{host}/cloudwatch/home?region={region}#")


def test_a_name_cannot_end_the_address_it_stands_in(target: Target) -> None:
    odd = replace(target, dashboard="a b/c#d&e", service="x?y", log_group="/a b")
    assert consoles.page(odd, "dashboard").url.endswith("/dashboard/a%20b%2Fc%23d%26e")
    assert "/services/x%3Fy/health?" in consoles.page(odd, "service").url
    assert consoles.page(odd, "logs").url.endswith("/$252Fa$2520b")


def test_the_app_is_where_users_reach_it(target: Target) -> None:
    at = replace(target, app_url="https://captions.example.com")
    assert consoles.page(at, "app") == consoles.Page("https://captions.example.com")
    with pytest.raises(NotFound) as raised:
        consoles.page(target, "app")
    assert "app_url" in raised.value.hint


@pytest.mark.parametrize("what", ["dashboard", "logs", "service"])
def test_what_is_no_aws_has_no_console(target: Target, what: str) -> None:
    for other in (replace(target, env="local"), replace(target, endpoint_url="http://127.0.0.1:1")):
        with pytest.raises(NotFound, match="which has no console") as raised:
            consoles.page(other, what)
        assert "opsctl open app" in raised.value.hint


def test_the_app_of_a_sandbox_that_is_down_is_not_there(target: Target) -> None:
    with pytest.raises(NotFound, match="not running"):
        consoles.page(replace(target, env="local"), "app")
