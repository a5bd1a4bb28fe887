"""Task definitions and tags over the API."""

from __future__ import annotations

from typing import Any

import pytest
from botocore.exceptions import ClientError


def test_every_field_of_a_task_definition_is_kept(account: Any) -> None:
    ecs = account.client("ecs")
    request = {
        **account.request("1.0.0", stopTimeout=7, ulimits=[]),
        "ephemeralStorage": {"sizeInGiB": 30},
        "runtimePlatform": {"cpuArchitecture": "X86_64", "operatingSystemFamily": "LINUX"},
        "enableFaultInjection": True,
    }
    made = ecs.register_task_definition(**request)["taskDefinition"]
    for name in ("ephemeralStorage", "runtimePlatform", "enableFaultInjection", "cpu"):
        assert made[name] == request[name]
    assert made["containerDefinitions"][0]["stopTimeout"] == 7
    assert made["containerDefinitions"][0]["secrets"]
    assert (made["revision"], made["status"]) == (1, "ACTIVE")
    assert (
        ecs.describe_task_definition(taskDefinition=f"{made['family']}:1")["taskDefinition"] == made
    )


def test_revisions_are_sorted_limited_and_paged(account: Any) -> None:
    ecs = account.client("ecs")
    arns = [account.definition("1.0.0")["taskDefinitionArn"] for _ in range(5)]
    family = account.world.names.family
    newest = ecs.list_task_definitions(familyPrefix=family, sort="DESC", maxResults=2)
    assert newest["taskDefinitionArns"] == arns[:2:-1]
    pages = ecs.get_paginator("list_task_definitions").paginate(
        familyPrefix=family, PaginationConfig={"PageSize": 2}
    )
    assert [arn for page in pages for arn in page["taskDefinitionArns"]] == arns


def test_a_deregistered_revision_is_inactive_and_can_be_deleted(account: Any) -> None:
    ecs = account.client("ecs")
    arn = account.definition("1.0.0")["taskDefinitionArn"]
    refused = ecs.delete_task_definitions(taskDefinitions=[arn])
    assert refused["failures"][0]["arn"] == arn
    gone = ecs.deregister_task_definition(taskDefinition=arn)["taskDefinition"]
    assert gone["status"] == "INACTIVE"
    assert ecs.list_task_definitions(status="INACTIVE")["taskDefinitionArns"] == [arn]
    deleted = ecs.delete_task_definitions(taskDefinitions=[arn])["taskDefinitions"]
    assert deleted[0]["status"] == "DELETE_IN_PROGRESS"
    with pytest.raises(ClientError, match="Unable to describe task definition"):
        ecs.describe_task_definition(taskDefinition=account.world.names.family)


def test_families_are_listed(account: Any) -> None:
    account.definition("1.0.0")
    ecs = account.client("ecs")
    assert ecs.list_task_definition_families()["families"] == [account.world.names.family]


def test_tags_of_task_definitions_services_and_clusters_can_be_changed(account: Any) -> None:
    service = account.serve()
    ecs = account.client("ecs")
    cluster = account.world.backend("ecs").clusters[account.world.names.cluster]
    cluster.tags = []
    for arn in (service.primary.revision.definition["taskDefinitionArn"], service.arn, cluster.arn):
        ecs.tag_resource(resourceArn=arn, tags=[{"key": "team", "value": "a"}])
        ecs.tag_resource(resourceArn=arn, tags=[{"key": "team", "value": "b"}])
        tags = ecs.list_tags_for_resource(resourceArn=arn)["tags"]
        assert tags == [{"key": "team", "value": "b"}]
        ecs.untag_resource(resourceArn=arn, tagKeys=["team"])
        assert ecs.list_tags_for_resource(resourceArn=arn)["tags"] == []
