"""Seed: the secret, the log group, three released revisions and the service that runs the last."""

from __future__ import annotations

import json
import secrets
from typing import TYPE_CHECKING, Any

from opsctl.sandbox import container, seed_history
from opsctl.sandbox.seed_access import Roles
from opsctl.sandbox.seed_network import Network
from opsctl.sandbox.seed_people import People

if TYPE_CHECKING:
    from opsctl.sandbox.seed import Accounts

RELEASES = ("1.0.0", "1.1.0", "1.2.0")
"""Oldest first; the last one is live. Their images are in the sandbox's registry."""

DESIRED = 2

KEYS = {
    "HF_API_KEY": "hf_api_key",
    "SAGEMAKER_ENDPOINT": "sagemaker_endpoint",
    "COGNITO_CLIENT_SECRET": "cognito_client_secret",
    "SESSION_KEY": "session_key",
}
"""Variable of the container → key of the application's secret."""


def secret(aws: Accounts, people: People) -> str:
    """Make the application's secret; answers its ARN."""
    client = aws.cognito_idp.describe_user_pool_client(
        UserPoolId=people.user_pool, ClientId=people.client
    )["UserPoolClient"]
    value = {
        "hf_api_key": "hf_sandbox_0001",
        "sagemaker_endpoint": "",
        "cognito_client_secret": client["ClientSecret"],
        "session_key": secrets.token_hex(),
    }
    made = aws.secretsmanager.create_secret(
        Name=aws.world.names.secret, SecretString=json.dumps(value)
    )
    return str(made["ARN"])


def service(aws: Accounts, *, roles: Roles, network: Network, people: People, secret: str) -> None:
    """Make log group, cluster, the revisions of RELEASES and a service of two tasks."""
    names = aws.world.names
    aws.logs.create_log_group(logGroupName=names.log_group)
    aws.logs.put_retention_policy(logGroupName=names.log_group, retentionInDays=30)
    aws.ecs.create_cluster(clusterName=names.cluster)
    revisions = [
        aws.ecs.register_task_definition(
            **_task_definition(aws, image(aws, version), roles, people, secret)
        )["taskDefinition"]["taskDefinitionArn"]
        for version in RELEASES
    ]
    aws.ecs.create_service(**_service(aws, revisions[-1], network))
    seed_history.add(aws.world, revisions[:-1])


def image(aws: Accounts, version: str) -> str:
    """The address of a released image, pinned by its digest."""
    repository = aws.world.names.repository
    found = aws.ecr.describe_images(repositoryName=repository, imageIds=[{"imageTag": version}])
    digest = found["imageDetails"][0]["imageDigest"]
    host = f"{aws.world.account}.dkr.ecr.{aws.world.region}.amazonaws.com"
    return f"{host}/{repository}@{digest}"


def _task_definition(
    aws: Accounts, image: str, roles: Roles, people: People, secret: str
) -> dict[str, Any]:
    return {
        "family": aws.world.names.family,
        "taskRoleArn": roles.task,
        "executionRoleArn": roles.execution,
        "networkMode": "awsvpc",
        "requiresCompatibilities": ["FARGATE"],
        "cpu": "256",
        "memory": "512",
        "runtimePlatform": {"cpuArchitecture": "X86_64", "operatingSystemFamily": "LINUX"},
        "containerDefinitions": [_container(aws, image, people, secret)],
    }


def _container(aws: Accounts, image: str, people: People, secret: str) -> dict[str, Any]:
    names = aws.world.names
    environment = {
        "BUCKET": names.bucket,
        "TABLE": names.table,
        "AWS_REGION": aws.world.region,
        "COGNITO_USER_POOL_ID": people.user_pool,
        "COGNITO_CLIENT_ID": people.client,
    }
    return {
        "name": names.container,
        "image": image,
        "essential": True,
        # moto answers 500 to RunTask when a container has no memory of its own.
        "cpu": 256,
        "memory": 512,
        "portMappings": [{"containerPort": 8501, "protocol": "tcp"}],
        "environment": [{"name": name, "value": value} for name, value in environment.items()],
        "secrets": [{"name": name, "valueFrom": f"{secret}:{key}::"} for name, key in KEYS.items()],
        "logConfiguration": {
            "logDriver": "awslogs",
            "options": {
                "awslogs-group": names.log_group,
                "awslogs-region": aws.world.region,
                "awslogs-stream-prefix": "ecs",
            },
        },
        "healthCheck": _health_check(),
    }


def _health_check() -> dict[str, Any]:
    """The image's own, in the words of ECS, which looks only at the task definition."""
    check = container.HEALTH_CHECK
    return {
        "command": ["CMD", *check.command],
        "interval": check.interval,
        "timeout": check.timeout,
        "retries": check.retries,
        "startPeriod": check.start_period,
    }


def _service(aws: Accounts, revision: str, network: Network) -> dict[str, Any]:
    names = aws.world.names
    return {
        "cluster": names.cluster,
        "serviceName": names.service,
        "taskDefinition": revision,
        "desiredCount": DESIRED,
        "launchType": "FARGATE",
        "deploymentConfiguration": {
            "deploymentCircuitBreaker": {"enable": True, "rollback": True},
            "minimumHealthyPercent": 100,
            "maximumPercent": 200,
        },
        "loadBalancers": [
            {
                "targetGroupArn": network.target_group,
                "containerName": names.container,
                "containerPort": 8501,
            }
        ],
        "networkConfiguration": {
            "awsvpcConfiguration": {
                "subnets": list(network.subnets),
                "securityGroups": [network.security_group],
                "assignPublicIp": "DISABLED",
            }
        },
        "healthCheckGracePeriodSeconds": 30,
        "propagateTags": "SERVICE",
    }
