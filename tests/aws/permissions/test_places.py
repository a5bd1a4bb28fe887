"""Places are the names of a target, and nothing wider than that."""

from __future__ import annotations

import dataclasses

import pytest
from samples import ACCOUNT

from opsctl.aws.permissions import places
from opsctl.aws.permissions.places import Given
from opsctl.errors import BadConfig
from opsctl.targets import Target
from opsctl.targets.data_map import BucketData, TableData

NONE = Given()


def test_a_place_is_named_by_the_target(target: Target) -> None:
    head = f"arn:aws:ecs:eu-west-1:{ACCOUNT}"
    name = "image-caption-gen-cluster-prod/image-caption-gen-service-prod"
    assert places.arns("service", target, NONE) == (f"{head}:service/{name}",)
    assert places.arns("deployments", target, NONE) == (f"{head}:service-deployment/{name}/*",)
    assert places.arns("bucket objects", target, NONE) == (
        f"arn:aws:s3:::image-caption-gen-prod-{ACCOUNT}/*",
    )
    assert places.arns("secret", target, NONE) == (
        f"arn:aws:secretsmanager:eu-west-1:{ACCOUNT}:secret:image-caption-gen-secrets-prod-??????",
    )


def test_every_place_can_be_asked_for(target: Target) -> None:
    faults = [
        f"{place}: {arn}"
        for place in places._PLACES
        for arn in places.arns(place, target, NONE)
        if not arn.startswith("arn:aws:") or arn.count(":") < 5
    ]
    assert not faults, "\n".join(faults)


@pytest.mark.parametrize(
    "place", ["backup bucket", "backup bucket objects", "manifests", "backup role", "smoke secret",
              "signing key", "own keys", "records", "records bucket"]
)  # fmt: skip
def test_what_is_not_configured_is_nowhere(target: Target, place: str) -> None:
    assert places.arns(place, target, NONE) == ()


def test_another_partition_has_another_head(target: Target) -> None:
    china = dataclasses.replace(target, region="cn-north-1")
    gov = dataclasses.replace(target, region="us-gov-west-1")
    assert places.arns("bucket", china, NONE)[0].startswith("arn:aws-cn:s3:::")
    assert places.arns("service", gov, NONE)[0].startswith("arn:aws-us-gov:ecs:us-gov-west-1:")


def test_sets_of_cloudfront_lie_in_us_east_1_and_regional_ones_at_home(target: Target) -> None:
    regional = dataclasses.replace(target, waf_scope="REGIONAL")
    assert places.arns("IP sets", target, NONE) == (
        f"arn:aws:wafv2:us-east-1:{ACCOUNT}:global/ipset/blocked-ips-v6/*",
        f"arn:aws:wafv2:us-east-1:{ACCOUNT}:global/ipset/blocked-ips/*",
    )
    assert f"arn:aws:wafv2:eu-west-1:{ACCOUNT}:regional/webacl/*/*" in places.arns(
        "web ACLs", regional, NONE
    )


def test_the_data_map_tells_which_buckets_and_tables(target: Target) -> None:
    data = (
        BucketData("theirs", "users/{sub}/"),
        TableData("notes", (("PK", "{user_id}"),), region="us-west-2"),
    )
    mapped = dataclasses.replace(target, data=data)
    assert places.arns("data objects", mapped, NONE) == ("arn:aws:s3:::theirs/users/*",)
    assert f"arn:aws:dynamodb:us-west-2:{ACCOUNT}:table/notes" in places.arns("table", mapped, NONE)


def test_roles_users_and_keys_are_those_that_are_given_or_any(target: Target) -> None:
    given = Given(
        roles=("task", "arn:aws:iam::1:role/x/y"), users=("ci",), keys=("1234", "alias/a")
    )
    assert places.arns("roles", target, NONE) == (f"arn:aws:iam::{ACCOUNT}:role/*",)
    assert places.arns("roles", target, given) == (
        f"arn:aws:iam::{ACCOUNT}:role/task",
        "arn:aws:iam::1:role/x/y",
    )
    assert places.arns("users", target, given) == (f"arn:aws:iam::{ACCOUNT}:user/ci",)
    assert places.arns("own keys", target, given) == (
        f"arn:aws:kms:eu-west-1:{ACCOUNT}:key/*",
        f"arn:aws:kms:eu-west-1:{ACCOUNT}:key/1234",
    )


def test_records_lie_below_their_prefix(target: Target) -> None:
    team = dataclasses.replace(target, state="s3://ops/a/b")
    assert places.arns("records", team, NONE) == ("arn:aws:s3:::ops/a/b/*",)
    assert places.arns("records bucket", team, NONE) == ("arn:aws:s3:::ops",)
    bare = dataclasses.replace(target, state="s3://ops")
    assert places.arns("records", bare, NONE) == ("arn:aws:s3:::ops/opsctl/*",)


@pytest.mark.parametrize(
    ("key", "name"),
    [("bucket", "*"), ("secret", "a?b"), ("alarm_prefix", "*"), ("table", "${aws:username}")],
)
def test_a_name_that_means_many_is_refused(target: Target, key: str, name: str) -> None:
    wide = dataclasses.replace(target, **{key: name})  # type: ignore[arg-type]
    with pytest.raises(BadConfig, match=f"^{key} of prod is"):
        places.refuse_wildcards(wide)


def test_so_is_one_of_the_data_map_but_not_its_own_placeholders(target: Target) -> None:
    right = dataclasses.replace(target, data=(BucketData("pictures", "images/{user_id}/"),))
    places.refuse_wildcards(right)
    wide = dataclasses.replace(target, data=(BucketData("pictures", "*/{user_id}/"),))
    with pytest.raises(BadConfig, match="of prod is"):
        places.refuse_wildcards(wide)
