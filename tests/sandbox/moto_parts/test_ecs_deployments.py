"""Service deployments and revisions over the API, every field as botocore's model has it."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from botocore.exceptions import ClientError


@pytest.fixture
def ecs(account: Any) -> Any:
    account.serve("1.0.0")
    return account.client("ecs")


def history(account: Any, ecs: Any, **wanted: Any) -> list[Any]:
    names = account.world.names
    answer = ecs.list_service_deployments(cluster=names.cluster, service=names.service, **wanted)
    return list(answer["serviceDeployments"])


def described(ecs: Any, arn: str) -> Any:
    return ecs.describe_service_deployments(serviceDeploymentArns=[arn])["serviceDeployments"][0]


def test_a_rolled_back_deployment_says_why_and_to_what(account: Any, ecs: Any) -> None:
    account.deploy("1.4.0-crash")
    account.settle()
    brief = history(account, ecs)[0]
    assert brief["status"] == "ROLLBACK_SUCCESSFUL"
    full = described(ecs, brief["serviceDeploymentArn"])
    words = "Service deployment rolled back because the circuit breaker threshold was exceeded."
    assert full["statusReason"] == full["rollback"]["reason"] == words
    assert full["deploymentCircuitBreaker"]["status"] == "TRIGGERED"
    assert full["deploymentCircuitBreaker"]["threshold"] == 3
    assert full["targetServiceRevision"]["requestedTaskCount"] == 2
    assert full["createdAt"] <= full["startedAt"] <= full["finishedAt"]
    wanted = [full["targetServiceRevision"]["arn"], full["rollback"]["serviceRevisionArn"]]
    answer = ecs.describe_service_revisions(serviceRevisionArns=wanted)["serviceRevisions"]
    bad, good = answer
    assert bad["taskDefinition"].endswith(":2")
    assert good["taskDefinition"].endswith(":1")
    digest = account.world.registry.known_images["1.0.0"].digest
    assert good["containerImages"][0]["imageDigest"] == digest
    assert full["sourceServiceRevisions"][0]["arn"] == good["serviceRevisionArn"]


def test_history_is_filtered_by_status_and_time_and_paged(account: Any, ecs: Any) -> None:
    account.deploy("1.1.0")
    account.settle()
    account.deploy("1.4.0-crash")
    account.settle()
    assert len(history(account, ecs)) == 3
    assert len(history(account, ecs, status=["SUCCESSFUL"])) == 2
    later = account.world.clock() + timedelta(days=1)
    assert history(account, ecs, createdAt={"after": later}) == []
    assert len(history(account, ecs, createdAt={"before": later})) == 3
    assert len(history(account, ecs, maxResults=2)) == 2


def test_a_deployment_under_way_counts_its_tasks(account: Any, ecs: Any) -> None:
    deployment = account.deploy("1.1.0")
    account.advance(0.6)
    full = described(ecs, deployment.arn)
    assert full["status"] == "IN_PROGRESS"
    assert full["lifecycleStage"] == "SCALE_UP"
    target = full["targetServiceRevision"]
    assert target["runningTaskCount"] + target["pendingTaskCount"] == 2


def test_stopping_a_deployment_rolls_it_back(account: Any, ecs: Any) -> None:
    deployment = account.deploy("1.1.0")
    account.advance(0.6)
    ecs.stop_service_deployment(serviceDeploymentArn=deployment.arn, stopType="ROLLBACK")
    assert described(ecs, deployment.arn)["status"] == "ROLLBACK_REQUESTED"
    ecs.stop_service_deployment(serviceDeploymentArn=deployment.arn, stopType="ROLLBACK")
    account.settle()
    assert described(ecs, deployment.arn)["status"] == "ROLLBACK_SUCCESSFUL"
    with pytest.raises(ClientError, match="ConflictException"):
        ecs.stop_service_deployment(serviceDeploymentArn=deployment.arn, stopType="ROLLBACK")


def test_a_deployment_cannot_be_aborted(account: Any, ecs: Any) -> None:
    deployment = account.deploy("1.1.0")
    with pytest.raises(ClientError, match="InvalidParameterException"):
        ecs.stop_service_deployment(serviceDeploymentArn=deployment.arn, stopType="ABORT")


@pytest.mark.parametrize(
    ("action", "status"), [("CONTINUE", "SUCCESSFUL"), ("ROLLBACK", "ROLLBACK_SUCCESSFUL")]
)
def test_a_paused_deployment_takes_an_answer(
    account: Any, ecs: Any, action: str, status: str
) -> None:
    account.service.pause_at = "POST_SCALE_UP"
    deployment = account.deploy("1.1.0")
    account.advance(1)
    (hook,) = described(ecs, deployment.arn)["lifecycleHookDetails"]
    assert (hook["status"], hook["targetType"]) == ("AWAITING_ACTION", "PAUSE")
    with pytest.raises(ClientError, match="InvalidParameterException"):
        ecs.continue_service_deployment(serviceDeploymentArn=deployment.arn, hookId="another")
    ecs.continue_service_deployment(
        serviceDeploymentArn=deployment.arn, hookId=hook["hookId"], action=action
    )
    account.settle()
    assert described(ecs, deployment.arn)["status"] == status


def test_what_is_not_known_is_missing_or_not_found(account: Any, ecs: Any) -> None:
    arn = account.world.arn("ecs", "service-deployment/a/b/c")
    answer = ecs.describe_service_deployments(serviceDeploymentArns=[arn])
    assert answer["failures"] == [{"arn": arn, "reason": "MISSING"}]
    answer = ecs.describe_service_revisions(serviceRevisionArns=[arn])
    assert answer["failures"] == [{"arn": arn, "reason": "MISSING"}]
    with pytest.raises(ClientError, match="ServiceDeploymentNotFoundException"):
        ecs.stop_service_deployment(serviceDeploymentArn=arn, stopType="ROLLBACK")
    with pytest.raises(ClientError, match="ServiceDeploymentNotFoundException"):
        ecs.continue_service_deployment(serviceDeploymentArn=arn, hookId="x", action="CONTINUE")
    with pytest.raises(ClientError, match="InvalidParameterException"):
        ecs.describe_service_deployments(serviceDeploymentArns=[arn] * 21)
    with pytest.raises(ClientError, match="ServiceNotFoundException"):
        ecs.list_service_deployments(cluster=account.world.names.cluster, service="nobody")
