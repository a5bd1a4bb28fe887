"""The seed: what a young service on AWS has after a week, made in a second or two."""

from __future__ import annotations

from typing import Any, ClassVar

from opsctl.sandbox import (
    seed_access,
    seed_network,
    seed_people,
    seed_recovery,
    seed_release,
    seed_watch,
)
from opsctl.sandbox.world import World


class Accounts:
    """boto3 clients of the sandbox's own endpoint, each made once in a process.

    Everything here is recorded in CloudTrail as done by `terraform`, as it would be.
    """

    _clients: ClassVar[dict[tuple[str, str], Any]] = {}

    def __init__(self, world: World, endpoint: str) -> None:
        import boto3

        self.world = world
        self.endpoint = endpoint
        self.session: Any = boto3.Session(
            aws_access_key_id=seed_access.TERRAFORM_KEY,
            aws_secret_access_key=seed_access.SECRET,
            region_name=world.region,
        )

    def __getattr__(self, service: str) -> Any:
        """The client of a service, its dashes written as underscores."""
        key = (self.endpoint, service)
        if key not in self._clients:
            from botocore.config import Config

            self._clients[key] = self.session.client(
                service.replace("_", "-"),
                endpoint_url=self.endpoint,
                config=Config(
                    inject_host_prefix=False,
                    retries={"mode": "standard", "max_attempts": 1},
                    s3={"addressing_style": "path"},
                ),
            )
        return self._clients[key]


def seed(world: World, endpoint: str) -> dict[str, str]:
    """Fill an empty account through its API. Answers the names that AWS gave by itself.

    Keys: bucket, user_pool, user_pool_client, load_balancer, target_group, listener, secret,
    table, access_key_id, secret_access_key, users, password. Not idempotent: for a new world.
    """
    aws = Accounts(world, endpoint)
    roles = seed_access.roles(aws)
    network = seed_network.network(aws)
    people = seed_people.people(aws)
    secret = seed_release.secret(aws, people)
    seed_release.service(aws, roles=roles, network=network, people=people, secret=secret)
    seed_watch.watch(aws, network)
    seed_recovery.recovery(aws, people)
    return {
        "bucket": world.names.bucket,
        "table": world.names.table,
        "user_pool": people.user_pool,
        "user_pool_client": people.client,
        "load_balancer": network.load_balancer,
        "target_group": network.target_group,
        "listener": network.listener,
        "secret": secret,
        "access_key_id": seed_access.OPERATOR_KEY,
        "secret_access_key": seed_access.SECRET,
        "users": ", ".join(seed_people.USERS),
        "password": seed_people.PASSWORD,
    }
