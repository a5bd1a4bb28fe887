"""Connections to S3, DynamoDB and Cognito, made once, when first needed."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Any

from opsctl.caption_service.settings import Settings

if TYPE_CHECKING:
    from mypy_boto3_cognito_idp import CognitoIdentityProviderClient
    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_s3 import S3Client


class Connections:
    """boto3 clients. boto3 takes a quarter of a second of CPU to import: the port answers first."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self._lock = threading.Lock()
        self._clients: dict[str, Any] = {}

    @property
    def s3(self) -> S3Client:
        """The S3 client; object keys in the path, since the sandbox has no bucket host names."""
        client: S3Client = self._client("s3")
        return client

    @property
    def dynamodb(self) -> DynamoDBClient:
        """The DynamoDB client."""
        client: DynamoDBClient = self._client("dynamodb")
        return client

    @property
    def cognito(self) -> CognitoIdentityProviderClient:
        """The Cognito client, for operations that a user asks with his own password or token."""
        client: CognitoIdentityProviderClient = self._client("cognito-idp")
        return client

    def warm_up(self) -> None:
        """Make every client, so that the first visitor need not wait for it."""
        self._client("s3")
        self._client("dynamodb")
        self._client("cognito-idp")

    def _client(self, service: str) -> Any:
        with self._lock:
            if service not in self._clients:
                self._clients[service] = self._made(service)
            return self._clients[service]

    def _made(self, service: str) -> Any:
        import boto3
        from botocore import UNSIGNED
        from botocore.config import Config

        session: Any = boto3
        return session.client(
            service,
            region_name=self.settings.region,
            endpoint_url=self.settings.endpoint_url or None,
            config=Config(
                connect_timeout=3,
                read_timeout=20,
                retries={"mode": "standard", "max_attempts": 3},
                signature_version=UNSIGNED if service == "cognito-idp" else None,
                s3={"addressing_style": "path"} if self.settings.endpoint_url else {},
            ),
        )
