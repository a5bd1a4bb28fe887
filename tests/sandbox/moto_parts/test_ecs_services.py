"""ECS services over the API: what boto3 sees of them."""

from __future__ import annotations

from typing import Any

import pytest
from botocore.exceptions import ClientError


@pytest.fixture
def ecs(account: Any) -> Any:
    account.serve("1.0.0")
    return account.client("ecs")


def described(account: Any, ecs: Any) -> Any:
    names = account.world.names
    answer = ecs.describe_services(cluster=names.cluster, services=[names.service])
    return answer["services"][0]


def update(account: Any, ecs: Any, **fields: Any) -> Any:
    names = account.world.names
    return ecs.update_service(cluster=names.cluster, service=names.service, **fields)["service"]


def refused(code: str) -> Any:
    return pytest.raises(ClientError, match=rf"\({code}\)")


def test_a_service_shows_what_aws_shows(account: Any, ecs: Any) -> None:
    service = described(account, ecs)
    assert service["taskDefinition"].endswith(":task-definition/image-caption-gen-local:1")
    assert (service["desiredCount"], service["runningCount"], service["pendingCount"]) == (2, 2, 0)
    (rollout,) = service["deployments"]
    assert rollout["status"] == "PRIMARY"
    assert rollout["rolloutState"] == "COMPLETED"
    assert rollout["rolloutStateReason"] == f"ECS deployment {rollout['id']} completed."
    assert service["currentServiceDeployment"].startswith("arn:aws:ecs:us-east-1:")
    assert service["currentServiceRevisions"][0]["runningTaskCount"] == 2
    assert "tags" not in service


def test_another_task_definition_starts_a_second_deployment(account: Any, ecs: Any) -> None:
    arn = account.definition("1.1.0")["taskDefinitionArn"]
    service = update(account, ecs, taskDefinition=arn)
    assert service["taskDefinition"] == arn
    assert [each["status"] for each in service["deployments"]] == ["PRIMARY", "ACTIVE"]
    assert service["deployments"][0]["rolloutState"] == "IN_PROGRESS"


def test_a_family_alone_means_its_latest_active_revision(account: Any, ecs: Any) -> None:
    arn = account.definition("1.1.0")["taskDefinitionArn"]
    service = update(account, ecs, taskDefinition=account.world.names.family)
    assert service["taskDefinition"] == arn


def test_a_count_alone_starts_no_deployment(account: Any, ecs: Any) -> None:
    before = described(account, ecs)["deployments"][0]["id"]
    service = update(account, ecs, desiredCount=3)
    assert [each["id"] for each in service["deployments"]] == [before]
    assert (service["desiredCount"], service["runningCount"]) == (3, 2)


def test_the_same_task_definition_again_starts_a_deployment_only_when_forced(
    account: Any, ecs: Any
) -> None:
    live = described(account, ecs)["taskDefinition"]
    assert len(update(account, ecs, taskDefinition=live)["deployments"]) == 1
    assert len(update(account, ecs, forceNewDeployment=True)["deployments"]) == 2


def test_an_inactive_revision_is_refused(account: Any, ecs: Any) -> None:
    arn = account.definition("1.1.0")["taskDefinitionArn"]
    ecs.deregister_task_definition(taskDefinition=arn)
    with pytest.raises(ClientError, match="TaskDefinition is inactive"):
        update(account, ecs, taskDefinition=arn)
    assert len(described(account, ecs)["deployments"]) == 1


def test_a_negative_count_is_refused(account: Any, ecs: Any) -> None:
    with refused("InvalidParameterException"):
        update(account, ecs, desiredCount=-1)


def test_more_than_ten_services_at_once_are_refused(account: Any, ecs: Any) -> None:
    with refused("InvalidParameterException"):
        ecs.describe_services(cluster=account.world.names.cluster, services=["x"] * 11)


def test_a_missing_service_is_a_failure_and_a_missing_cluster_an_error(
    account: Any, ecs: Any
) -> None:
    answer = ecs.describe_services(cluster=account.world.names.cluster, services=["nobody"])
    assert answer["failures"][0]["reason"] == "MISSING"
    with refused("ClusterNotFoundException"):
        ecs.describe_services(cluster="nowhere", services=["nobody"])
    with refused("ServiceNotFoundException"):
        ecs.update_service(cluster=account.world.names.cluster, service="nobody", desiredCount=1)


def test_the_waiter_believes_a_service_only_when_it_is_steady(account: Any, ecs: Any) -> None:
    arn = account.definition("1.1.0")["taskDefinitionArn"]
    update(account, ecs, taskDefinition=arn)
    names = account.world.names
    waiter = ecs.get_waiter("services_stable")
    wanted = {"cluster": names.cluster, "services": [names.service]}
    with pytest.raises(Exception, match="Max attempts exceeded"):
        waiter.wait(**wanted, WaiterConfig={"Delay": 0, "MaxAttempts": 1})
    account.settle()
    waiter.wait(**wanted, WaiterConfig={"Delay": 0, "MaxAttempts": 1})


def test_a_service_is_created_listed_and_deleted(account: Any, ecs: Any) -> None:
    names = account.world.names
    arn = account.definition("1.0.0")["taskDefinitionArn"]
    made = ecs.create_service(
        cluster=names.cluster, serviceName="second", taskDefinition=arn, desiredCount=1
    )["service"]
    assert made["deploymentConfiguration"]["minimumHealthyPercent"] == 100
    with refused("InvalidParameterException"):
        ecs.create_service(cluster=names.cluster, serviceName="second", taskDefinition=arn)
    account.settle()
    assert made["serviceArn"] in ecs.list_services(cluster=names.cluster)["serviceArns"]
    with refused("InvalidParameterException"):
        ecs.delete_service(cluster=names.cluster, service="second")
    gone = ecs.delete_service(cluster=names.cluster, service="second", force=True)["service"]
    assert gone["status"] == "DRAINING"
    account.advance(6)
    with refused("ServiceNotActiveException"):
        ecs.update_service(cluster=names.cluster, service="second", desiredCount=1)


def test_a_service_of_codedeploy_refuses_another_task_definition(account: Any, ecs: Any) -> None:
    update(account, ecs, deploymentController={"type": "CODE_DEPLOY"})
    arn = account.definition("1.1.0")["taskDefinitionArn"]
    with pytest.raises(ClientError, match="CODE_DEPLOY deployment controller"):
        update(account, ecs, taskDefinition=arn)
    names = account.world.names
    with refused("UnsupportedFeatureException"):
        ecs.list_service_deployments(cluster=names.cluster, service=names.service)
    assert update(account, ecs, desiredCount=3)["desiredCount"] == 3


def test_application_auto_scaling_finds_the_service(account: Any, ecs: Any) -> None:
    names = account.world.names
    scaling = account.client("application-autoscaling")
    wanted = {"ServiceNamespace": "ecs", "ScalableDimension": "ecs:service:DesiredCount"}
    known = f"service/{names.cluster}/{names.service}"
    scaling.register_scalable_target(**wanted, ResourceId=known, MinCapacity=1, MaxCapacity=4)
    with pytest.raises(ClientError):
        scaling.register_scalable_target(
            **wanted, ResourceId=f"service/{names.cluster}/nobody", MinCapacity=1, MaxCapacity=4
        )
