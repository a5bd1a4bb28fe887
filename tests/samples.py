"""Small whole facts to start a test from; each takes what the test is about."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from opsctl.aws.deployments import Deployment
from opsctl.aws.ecs import LoadBalancerLink, Rollout, Service
from opsctl.aws.task_definitions import (
    ContainerDefinition,
    LogSettings,
    SecretReference,
    TaskDefinition,
)
from opsctl.procedures.live import Live
from opsctl.targets import Target, default_names

BEGAN = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
ACCOUNT = "123456789012"
REGISTRY = f"{ACCOUNT}.dkr.ecr.eu-west-1.amazonaws.com/image-caption-gen"
PREFIX = f"arn:aws:ecs:eu-west-1:{ACCOUNT}"


def target(**over: Any) -> Target:
    """The target prod as a file with an account and a region would give it."""
    names: dict[str, Any] = default_names("prod", ACCOUNT)
    return Target(**{"env": "prod", "account": ACCOUNT, "region": "eu-west-1", **names, **over})


def digest(letter: str) -> str:
    """A digest that can be told apart from others."""
    return "sha256:" + letter * 64


def arn(revision: int) -> str:
    """The ARN of a revision of the application's task definition."""
    return f"{PREFIX}:task-definition/image-caption-gen-prod:{revision}"


def service(revision: int = 3, **changes: Any) -> Service:
    """A healthy service of two tasks."""
    rollout = Rollout(
        id="ecs-svc/1",
        status="PRIMARY",
        task_definition=arn(revision),
        desired=2,
        running=2,
        pending=0,
        failed=0,
        state="COMPLETED",
        reason="",
        created=BEGAN,
    )
    made = Service(
        arn=f"{PREFIX}:service/image-caption-gen-cluster-prod/image-caption-gen-service-prod",
        name="image-caption-gen-service-prod",
        cluster="image-caption-gen-cluster-prod",
        task_definition=arn(revision),
        controller="ECS",
        desired=2,
        running=2,
        pending=0,
        rollouts=(rollout,),
        links=(LoadBalancerLink("arn:tg", "app", 8501),),
        circuit_breaker=True,
        rolls_back=True,
    )
    return replace(made, **changes)


def definition(revision: int = 3, image: str | None = None, **changes: Any) -> TaskDefinition:
    """A revision whose one container is pinned to the digest `c…`."""
    container = ContainerDefinition(
        name="app",
        image=image or f"{REGISTRY}@{digest('c')}",
        essential=True,
        ports=(8501,),
        secrets=(
            SecretReference(
                "HF_API_KEY",
                f"arn:aws:secretsmanager:eu-west-1:{ACCOUNT}:secret:s-AbCdEf:hf_api_key::",
            ),
        ),
        logs=LogSettings("/ecs/image-caption-gen-prod", "eu-west-1", "app"),
    )
    made = TaskDefinition(
        arn=arn(revision),
        family="image-caption-gen-prod",
        revision=revision,
        active=True,
        containers=(container,),
        execution_role=f"arn:aws:iam::{ACCOUNT}:role/execution",
        task_role=f"arn:aws:iam::{ACCOUNT}:role/task",
        cpu="256",
        memory="512",
        architecture="X86_64",
    )
    return replace(made, **changes)


def deployment(revision: int = 3, status: str = "SUCCESSFUL", **changes: Any) -> Deployment:
    """A service deployment that ended well."""
    made = Deployment(
        arn=f"{PREFIX}:service-deployment/c/s/d{revision}",
        status=status,
        reason="",
        task_definition=arn(revision),
        digests=(("app", digest("c")),),
        serves=arn(revision),
        created=BEGAN + timedelta(hours=revision),
        finished=BEGAN + timedelta(hours=revision, minutes=3),
        has_source=revision > 1,
    )
    return replace(made, **changes)


def live(**changes: Any) -> Live:
    """The live service with its definition and newest deployment."""
    return replace(Live(service(), definition(), deployment(), "app"), **changes)
