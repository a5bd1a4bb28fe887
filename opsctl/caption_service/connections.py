"""Connections to S3, DynamoDB, Cognito and models, made once, when first needed."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Any

from opsctl.caption_service.settings import Settings

if TYPE_CHECKING:
    from mypy_boto3_cognito_idp import CognitoIdentityProviderClient
    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_s3 import S3Client

MODELS = ("bedrock-runtime", "sagemaker-runtime")


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

    def cognito_answers(self) -> None:
        """Ask Cognito what needs neither permission nor a user. Raises what botocore raises."""
        from botocore.exceptions import ClientError

        try:
            self.cognito.get_user(AccessToken="none")
        except ClientError as error:
            # It refuses no token more surely than this one: that it does so is the answer.
            if error.response["ResponseMetadata"]["HTTPStatusCode"] >= 500:
                raise

    def model_client(self, service: str) -> Any:
        """`bedrock-runtime` or `sagemaker-runtime`: one attempt within the time of a caption."""
        return self._client(service)

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

        session: Any = boto3
        return session.client(
            service,
            region_name=self.settings.region,
            endpoint_url=self.settings.endpoint_url or None,
            config=self._config(service),
        )

    def _config(self, service: str) -> Any:
        from botocore import UNSIGNED
        from botocore.config import Config

        if service in MODELS:
            seconds = self.settings.caption_seconds
            return Config(
                connect_timeout=3, read_timeout=seconds, retries={"total_max_attempts": 1}
            )
        return Config(
            connect_timeout=3,
            read_timeout=20,
            retries={"mode": "standard", "max_attempts": 3},
            signature_version={"cognito-idp": UNSIGNED, "s3": "s3v4"}.get(service),
            s3={"addressing_style": "path"} if self.settings.endpoint_url else {},
        )
