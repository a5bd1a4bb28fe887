"""The chat format that Hugging Face and SageMaker's language containers share."""

from __future__ import annotations

import base64
import json
from typing import Any

from opsctl.caption_service.answers import PROMPT
from opsctl.caption_service.captioners import Failed

MOST_TOKENS = 300
LARGEST_ANSWER = 1 << 20


def request(jpeg: bytes, model: str = "") -> dict[str, Any]:
    """The question about a JPEG, which goes along as a data URL."""
    picture = f"data:image/jpeg;base64,{base64.b64encode(jpeg).decode()}"
    content = [
        {"type": "text", "text": PROMPT},
        {"type": "image_url", "image_url": {"url": picture}},
    ]
    question = {"messages": [{"role": "user", "content": content}], "max_tokens": MOST_TOKENS}
    return {"model": model, **question} if model else question


def text_of(body: bytes) -> str:
    """What the model wrote. Raises Failed, kind BadAnswer."""
    try:
        found = json.loads(body)["choices"][0]["message"]["content"]
    except (ValueError, LookupError, TypeError, RecursionError) as error:
        raise Failed("BadAnswer", "not a chat completion") from error
    if not isinstance(found, str):
        raise Failed("BadAnswer", "not a chat completion")
    return found
