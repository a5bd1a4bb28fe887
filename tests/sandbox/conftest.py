"""A small account for tests of the sandbox's parts: one cluster, one target group, no listener."""

from __future__ import annotations

import functools
import json
from collections.abc import Iterator
from typing import Any

import pytest
from joserfc.jwk import RSAKey

from opsctl.sandbox import deploying
from opsctl.sandbox.emulator import Emulator
from opsctl.sandbox.moto_parts.ecs_services import DEFAULT_CONFIGURATION
from opsctl.sandbox.rollout import ServiceDeployment
from opsctl.sandbox.service import Service
from opsctl.sandbox.task import Task

_import_key = RSAKey.import_key
_same_key = functools.cache(lambda text: _import_key(json.loads(text)))


def _import_once(value: Any, *more: Any, **named: Any) -> Any:
    """moto reads one private key for each user pool, and takes 20 ms to recover its factors."""
    private = isinstance(value, dict) and "d" in value and not more and not named
    return _same_key(json.dumps(value)) if private else _import_key(value, *more, **named)


RSAKey.import_key = _import_once  # type: ignore[assignment]


class SmallAccount(Emulator):
    """Everything that a service of two tasks needs, made without HTTP."""

    def fill(self) -> None:
        world, names = self.world, self.world.names
        world.backend("ecs").create_cluster(names.cluster)
        world.backend("logs").create_log_group(names.log_group, {})
        world.backend("secretsmanager").create_secret(
            names.secret, json.dumps({"hf_api_key": "hf_1"}), None, "", [], None, None, [], False
        )
        vpc = world.backend("ec2").create_vpc("10.0.0.0/16")
        self.group = (
            world.backend("elbv2")
            .create_target_group(
                "targets",
                protocol="HTTP",
                port="8501",
                vpc_id=vpc.id,
                target_type="ip",
                healthcheck_path="/_stcore/health",
            )
            .arn
        )

    @property
    def secret(self) -> str:
        found = self.world.backend("secretsmanager").secrets.get(self.world.names.secret)
        return str(found.arn)

    def request(self, tag: str, **container: Any) -> dict[str, Any]:
        """A RegisterTaskDefinition request that runs the image of a tag."""
        names = self.world.names
        return {
            "family": names.family,
            "requiresCompatibilities": ["FARGATE"],
            "networkMode": "awsvpc",
            "cpu": "256",
            "memory": "512",
            "containerDefinitions": [
                {
                    "name": "app",
                    "image": self.world.registry.uri(tag),
                    "portMappings": [{"containerPort": 8501}],
                    "secrets": [{"name": "HF_API_KEY", "valueFrom": f"{self.secret}:hf_api_key::"}],
                    "logConfiguration": {
                        "logDriver": "awslogs",
                        "options": {
                            "awslogs-group": names.log_group,
                            "awslogs-stream-prefix": "ecs",
                        },
                    },
                    **container,
                }
            ],
        }

    def definition(self, tag: str, **container: Any) -> dict[str, Any]:
        """A registered task definition."""
        return self.world.fleet.definitions.register(self.request(tag, **container))

    def serve(
        self, tag: str = "1.0.0", *, desired: int = 2, breaker: bool = True, rollback: bool = True
    ) -> Service:
        """A service that runs a release steadily."""
        names = self.world.names
        balancer = {
            "targetGroupArn": self.group,
            "containerName": "app",
            "containerPort": 8501,
        }
        made = Service(
            world=self.world,
            name=names.service,
            cluster=names.cluster,
            desired=desired,
            settings={"loadBalancers": [balancer], "launchType": "FARGATE"},
            configuration={
                **DEFAULT_CONFIGURATION,
                "deploymentCircuitBreaker": {"enable": breaker, "rollback": rollback},
            },
            created=self.world.clock(),
        )
        self.world.fleet.services[made.arn] = made
        deploying.begin(made, self.definition(tag))
        self.settle()
        return made

    def deploy(self, tag: str, **container: Any) -> ServiceDeployment:
        """Begin to deploy a release, and look at it no further."""
        return deploying.begin(self.service, self.definition(tag, **container))

    def stopped(self) -> list[Task]:
        return list(self.world.fleet.stopped.values())

    def messages(self) -> list[str]:
        """What the service's scheduler said, newest first."""
        return [event["message"] for event in self.service.events]

    def client(self, service: str) -> Any:
        """A boto3 client; the account listens from the first one on."""
        import boto3
        from botocore.config import Config

        if not self.endpoint_url:
            self._api.start()
        return boto3.client(
            service,
            endpoint_url=self.endpoint_url,
            region_name="us-east-1",
            aws_access_key_id="test",
            aws_secret_access_key="test",
            config=Config(retries={"total_max_attempts": 1}),
        )


@pytest.fixture
def account() -> Iterator[SmallAccount]:
    made = SmallAccount()
    made.prepare()
    made.fill()
    yield made
    if made.endpoint_url:
        made.stop()
