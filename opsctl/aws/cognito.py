"""User pools and their clients."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from opsctl.aws.gateway import Gateway

PAGE = 60
"""The most that ListUserPools, ListUserPoolClients and ListUsers answer at once."""


@dataclass(frozen=True)
class UserPool:
    """One pool of users."""

    id: str
    name: str


@dataclass(frozen=True)
class UserPoolClient:
    """One app client of a pool; never its secret."""

    id: str
    name: str
    has_secret: bool


@dataclass(frozen=True)
class DisabledUser:
    """A user who is kept out, by `sub`; `changed` is when anything of them last changed."""

    sub: str
    changed: datetime


class Cognito(Gateway):
    """Amazon Cognito user pools."""

    @property
    def _cognito(self) -> Any:
        return self.aws.client("cognito-idp")

    def pool(self, pool_id: str) -> UserPool:
        """A pool by its id. Raises NotFound."""
        found = self._cognito.describe_user_pool(UserPoolId=pool_id)["UserPool"]
        return UserPool(found["Id"], found["Name"])

    def client(self, pool_id: str, client_id: str) -> UserPoolClient:
        """An app client of a pool. Raises NotFound."""
        found = self._cognito.describe_user_pool_client(UserPoolId=pool_id, ClientId=client_id)
        client = found["UserPoolClient"]
        return UserPoolClient(client["ClientId"], client["ClientName"], "ClientSecret" in client)

    def pools(self) -> Iterator[UserPool]:
        """Every pool of the region."""
        pages = self._cognito.get_paginator("list_user_pools").paginate(
            PaginationConfig={"PageSize": PAGE}
        )
        for page in pages:
            for pool in page["UserPools"]:
                yield UserPool(pool["Id"], pool["Name"])

    def clients(self, pool_id: str) -> Iterator[tuple[str, str]]:
        """(id, name) of every app client of a pool."""
        pages = self._cognito.get_paginator("list_user_pool_clients").paginate(
            UserPoolId=pool_id, PaginationConfig={"PageSize": PAGE}
        )
        for page in pages:
            for client in page["UserPoolClients"]:
                yield client["ClientId"], client["ClientName"]

    def disabled_users(self, pool_id: str) -> tuple[DisabledUser, ...]:
        """Users who are kept out, those that changed last first; at most PAGE of them."""
        answer = self._cognito.list_users(
            UserPoolId=pool_id, Filter='status = "Disabled"', Limit=PAGE
        )
        # Looked at again, for a filter that was not understood answers everybody.
        found = [
            DisabledUser(_sub(it["Attributes"]), it["UserLastModifiedDate"])
            for it in answer["Users"]
            if not it["Enabled"]
        ]
        return tuple(sorted(found, key=lambda it: it.changed, reverse=True))


def _sub(attributes: list[dict[str, str]]) -> str:
    return next((it["Value"] for it in attributes if it["Name"] == "sub"), "")
