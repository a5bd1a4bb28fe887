"""A user pool with one user, and how he signs in."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pytest

from opsctl.sandbox.moto_parts.cognito_secret_hash import secret_hash

PASSWORD = "Just-a-test-1"


@dataclass
class Pool:
    """A pool with a confidential client, and `dora`, who may sign in."""

    cognito: Any
    id: str
    client: str
    secret: str

    @property
    def place(self) -> dict[str, str]:
        return {"UserPoolId": self.id, "ClientId": self.client}

    @property
    def dora(self) -> dict[str, str]:
        return {"UserPoolId": self.id, "Username": "dora"}

    def sign_in(self, secret: str | None = None, username: str = "dora") -> dict[str, Any]:
        """Her tokens. An empty secret sends no SECRET_HASH."""
        known = self.secret if secret is None else secret
        proof = {"SECRET_HASH": secret_hash(known, self.client, username)} if known else {}
        found: dict[str, Any] = self.cognito.initiate_auth(
            ClientId=self.client,
            AuthFlow="USER_PASSWORD_AUTH",
            AuthParameters={"USERNAME": username, "PASSWORD": PASSWORD, **proof},
        )
        return dict(found["AuthenticationResult"])

    def refresh(self, token: str, secret: str) -> dict[str, Any]:
        """New tokens for a refresh token."""
        proof = secret_hash(secret, self.client, "dora")
        found = self.cognito.initiate_auth(
            ClientId=self.client,
            AuthFlow="REFRESH_TOKEN",
            AuthParameters={"REFRESH_TOKEN": token, "SECRET_HASH": proof},
        )
        return dict(found["AuthenticationResult"])

    def add(self, **given: str) -> dict[str, Any]:
        """A further secret."""
        found = self.cognito.add_user_pool_client_secret(**self.place, **given)
        return dict(found["ClientSecretDescriptor"])


@pytest.fixture
def pool(account: Any) -> Pool:
    cognito = account.client("cognito-idp")
    pool = cognito.create_user_pool(PoolName="people", AliasAttributes=["email"])["UserPool"]["Id"]
    client = cognito.create_user_pool_client(
        UserPoolId=pool, ClientName="web", GenerateSecret=True, AccessTokenValidity=2
    )["UserPoolClient"]
    cognito.admin_create_user(
        UserPoolId=pool,
        Username="dora",
        UserAttributes=[{"Name": "email", "Value": "dora@example.com"}],
    )
    cognito.admin_set_user_password(
        UserPoolId=pool, Username="dora", Password=PASSWORD, Permanent=True
    )
    return Pool(cognito, pool, client["ClientId"], client["ClientSecret"])
