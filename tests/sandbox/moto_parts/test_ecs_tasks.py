"""ECS tasks over the API: listed, described, run and stopped."""

from __future__ import annotations

from typing import Any

import pytest
from botocore.exceptions import ClientError


@pytest.fixture
def ecs(account: Any) -> Any:
    account.serve("1.0.0")
    return account.client("ecs")


def listed(account: Any, ecs: Any, **wanted: Any) -> list[str]:
    return list(ecs.list_tasks(cluster=account.world.names.cluster, **wanted)["taskArns"])


def described(account: Any, ecs: Any, *arns: str) -> list[Any]:
    answer = ecs.describe_tasks(cluster=account.world.names.cluster, tasks=list(arns))
    return list(answer["tasks"])


def test_tasks_are_listed_by_service_family_starter_and_status(account: Any, ecs: Any) -> None:
    names = account.world.names
    loose = ecs.run_task(cluster=names.cluster, taskDefinition=names.family, startedBy="me")
    own = loose["tasks"][0]["taskArn"]
    assert len(listed(account, ecs)) == 3
    assert own not in listed(account, ecs, serviceName=names.service)
    assert listed(account, ecs, startedBy="me") == [own]
    assert len(listed(account, ecs, family=names.family)) == 3
    assert listed(account, ecs, family="another") == []
    assert listed(account, ecs, desiredStatus="STOPPED") == []
    with pytest.raises(ClientError, match="ServiceNotFoundException"):
        listed(account, ecs, serviceName="nobody")


def test_a_running_task_shows_its_address_image_and_health(account: Any, ecs: Any) -> None:
    (task, _) = described(account, ecs, *listed(account, ecs))
    assert task["lastStatus"] == task["desiredStatus"] == "RUNNING"
    assert task["startedBy"].startswith("ecs-svc/")
    assert task["group"] == f"service:{account.world.names.service}"
    (container,) = task["containers"]
    assert container["imageDigest"] == account.world.registry.known_images["1.0.0"].digest
    assert container["networkInterfaces"][0]["privateIpv4Address"].startswith("10.20.")
    assert "exitCode" not in container
    assert "stopCode" not in task


def test_looking_at_a_task_does_not_move_it(account: Any, ecs: Any) -> None:
    arns = listed(account, ecs)
    seen = [described(account, ecs, *arns)[0]["lastStatus"] for _ in range(8)]
    assert set(seen) == {"RUNNING"}


def test_a_stopped_task_says_who_stopped_it_and_is_replaced(account: Any, ecs: Any) -> None:
    names = account.world.names
    arn = listed(account, ecs)[0]
    ecs.stop_task(cluster=names.cluster, task=arn, reason="a game day")
    assert arn in listed(account, ecs, desiredStatus="STOPPED")
    account.settle()
    (task,) = described(account, ecs, arn)
    assert (task["stopCode"], task["stoppedReason"]) == ("UserInitiated", "a game day")
    assert task["lastStatus"] == "STOPPED"
    assert task["containers"][0]["exitCode"] == 0
    assert len(listed(account, ecs)) == 2


def test_what_makes_no_sense_is_refused(account: Any, ecs: Any) -> None:
    cluster = account.world.names.cluster
    with pytest.raises(ClientError, match="Tasks cannot be empty"):
        ecs.describe_tasks(cluster=cluster, tasks=[])
    with pytest.raises(ClientError, match="InvalidParameterException"):
        ecs.describe_tasks(cluster=cluster, tasks=["x"] * 101)
    with pytest.raises(ClientError, match="InvalidParameterException"):
        ecs.stop_task(cluster=cluster, task="nobody")
    with pytest.raises(ClientError, match="InvalidParameterException"):
        ecs.run_task(cluster=cluster, taskDefinition=account.world.names.family, count=11)
    assert (
        ecs.describe_tasks(cluster=cluster, tasks=["nobody"])["failures"][0]["reason"] == "MISSING"
    )


def test_a_task_that_is_run_takes_overrides(account: Any, ecs: Any) -> None:
    names = account.world.names
    override = {"name": "app", "environment": [{"name": "COLOUR", "value": "blue"}]}
    ecs.run_task(
        cluster=names.cluster,
        taskDefinition=names.family,
        overrides={"containerOverrides": [override]},
    )
    account.advance(2)
    assert account.runner.launched[-1].launch.environment["COLOUR"] == "blue"


def test_tasks_come_in_pages(account: Any, ecs: Any) -> None:
    pages = ecs.get_paginator("list_tasks").paginate(
        cluster=account.world.names.cluster, PaginationConfig={"PageSize": 1}
    )
    assert [len(page["taskArns"]) for page in pages] == [1, 1]
