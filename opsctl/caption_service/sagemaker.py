"""A SageMaker endpoint whose container speaks the chat format (LMI, TGI, vLLM)."""

from __future__ import annotations

import json

from opsctl.caption_service import chat, failures
from opsctl.caption_service.captioners import Failed
from opsctl.caption_service.connections import Connections


class SageMaker:
    """One real-time endpoint; its name is the model."""

    name = "sagemaker"

    def __init__(self, connections: Connections, endpoint: str) -> None:
        self.model = endpoint
        self._connections = connections

    def ask(self, jpeg: bytes) -> str:
        """What the model writes. Raises Failed."""
        from botocore.exceptions import BotoCoreError, ClientError

        try:
            answer = self._connections.model_client("sagemaker-runtime").invoke_endpoint(
                EndpointName=self.model,
                ContentType="application/json",
                Accept="application/json",
                Body=json.dumps(chat.request(jpeg)).encode(),
            )
            body: bytes = answer["Body"].read(chat.LARGEST_ANSWER + 1)
        except (ClientError, BotoCoreError) as error:
            raise failures.of_aws(error) from error
        if len(body) > chat.LARGEST_ANSWER:
            raise Failed("BadAnswer", "too long")
        return chat.text_of(body)
