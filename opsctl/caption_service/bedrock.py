"""Bedrock's Converse with an image block: any model that takes pictures."""

from __future__ import annotations

from typing import Any

from opsctl.caption_service import failures
from opsctl.caption_service.answers import PROMPT
from opsctl.caption_service.captioners import Failed
from opsctl.caption_service.chat import MOST_TOKENS
from opsctl.caption_service.connections import Connections


class Bedrock:
    """A model or inference profile of Bedrock."""

    name = "bedrock"

    def __init__(self, connections: Connections, model: str) -> None:
        self.model = model
        self._connections = connections

    def ask(self, jpeg: bytes) -> str:
        """What the model writes. Raises Failed."""
        from botocore.exceptions import BotoCoreError, ClientError

        picture = {"image": {"format": "jpeg", "source": {"bytes": jpeg}}}
        try:
            answer: dict[str, Any] = self._connections.model_client("bedrock-runtime").converse(
                modelId=self.model,
                messages=[{"role": "user", "content": [picture, {"text": PROMPT}]}],
                inferenceConfig={"maxTokens": MOST_TOKENS},
            )
        except (ClientError, BotoCoreError) as error:
            raise failures.of_aws(error) from error
        try:
            blocks = answer["output"]["message"]["content"]
            # A model that reasons sends its thoughts as blocks of another kind.
            return "".join(str(block["text"]) for block in blocks if "text" in block)
        except (LookupError, TypeError) as error:
            raise Failed("BadAnswer", "not a message") from error
