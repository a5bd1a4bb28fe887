"""A user pool with one user, and how he signs in; a table, and how its past is asked for."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
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


@dataclass
class Captions:
    """A table with recovery on, through boto3, and the account's clock."""

    client: Any
    advance: Any
    name: str = "captions"

    def put(self, sort: str, text: str = "x") -> None:
        """Write an item of the one partition."""
        self.client.put_item(
            TableName=self.name, Item={"PK": {"S": "u"}, "SK": {"S": sort}, "text": {"S": text}}
        )

    def key(self, sort: str) -> dict[str, Any]:
        """The key of an item."""
        return {"PK": {"S": "u"}, "SK": {"S": sort}}

    def texts(self, table: str = "") -> dict[str, str]:
        """Sort key → text of every item of a table."""
        found = self.client.scan(TableName=table or self.name)["Items"]
        return {it["SK"]["S"]: it["text"]["S"] for it in found}

    def window(self) -> dict[str, Any]:
        """What AWS tells of recovery."""
        told = self.client.describe_continuous_backups(TableName=self.name)
        found: dict[str, Any] = told["ContinuousBackupsDescription"][
            "PointInTimeRecoveryDescription"
        ]
        return found

    def recovery(self, on: bool, **more: int) -> None:
        """Switch point-in-time recovery."""
        self.client.update_continuous_backups(
            TableName=self.name,
            PointInTimeRecoverySpecification={"PointInTimeRecoveryEnabled": on, **more},
        )

    def described(self, table: str = "") -> dict[str, Any]:
        """DescribeTable."""
        found: dict[str, Any] = self.client.describe_table(TableName=table or self.name)["Table"]
        return found


@pytest.fixture
def still(account: Any) -> Any:
    """The account, with a clock that stands still but for `advance`, however slow the machine."""
    began = account.world.clock()
    passed: list[float] = []
    advance = account.advance
    account.world.clock = lambda: began + timedelta(seconds=sum(passed))

    def advanced(seconds: float) -> None:
        passed.append(seconds)
        advance(seconds)

    account.advance = advanced
    return account


@pytest.fixture
def captions(still: Any) -> Captions:
    account, client = still, still.client("dynamodb")
    client.create_table(
        TableName="captions",
        BillingMode="PAY_PER_REQUEST",
        KeySchema=[
            {"AttributeName": "PK", "KeyType": "HASH"},
            {"AttributeName": "SK", "KeyType": "RANGE"},
        ],
        AttributeDefinitions=[
            {"AttributeName": name, "AttributeType": "S"} for name in ("PK", "SK")
        ],
        GlobalSecondaryIndexes=[
            {
                "IndexName": "back",
                "KeySchema": [
                    {"AttributeName": "SK", "KeyType": "HASH"},
                    {"AttributeName": "PK", "KeyType": "RANGE"},
                ],
                "Projection": {"ProjectionType": "ALL"},
            }
        ],
        StreamSpecification={"StreamEnabled": True, "StreamViewType": "KEYS_ONLY"},
        Tags=[{"Key": "app", "Value": "captions"}],
        DeletionProtectionEnabled=True,
    )
    client.update_time_to_live(
        TableName="captions", TimeToLiveSpecification={"Enabled": True, "AttributeName": "ttl"}
    )
    made = Captions(client, account.advance)
    made.recovery(True)
    return made
