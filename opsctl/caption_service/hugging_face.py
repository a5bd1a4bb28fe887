"""Hugging Face: its router, or a dedicated endpoint, by the chat format."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from typing import TYPE_CHECKING

from opsctl.caption_service import chat, failures
from opsctl.caption_service.captioners import Failed

if TYPE_CHECKING:
    import httpx

CONNECT_SECONDS = 3.0


class HuggingFace:
    """A model behind an address that takes chat completions."""

    name = "huggingface"

    def __init__(
        self,
        url: str,
        model: str,
        api_key: str,
        seconds: float,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.model = model
        self._url = url
        self._key = api_key
        self._seconds = seconds
        self._clock = clock
        self._lock = threading.Lock()
        self._made: httpx.Client | None = None

    def ask(self, jpeg: bytes) -> str:
        """What the model writes. Raises Failed."""
        import httpx

        try:
            return chat.text_of(self._body(jpeg))
        except httpx.TimeoutException as error:
            raise Failed("Timeout", type(error).__name__) from error
        except httpx.HTTPError as error:
            raise Failed("Unavailable", type(error).__name__) from error

    def _body(self, jpeg: bytes) -> bytes:
        until = self._clock() + self._seconds
        body = bytearray()
        headers = {"Authorization": f"Bearer {self._key}"}
        question = chat.request(jpeg, self.model)
        with self._client().stream("POST", self._url, json=question, headers=headers) as answer:
            if answer.status_code != 200:
                raise failures.of_status(answer.status_code)
            # httpx's limit is for each read: an answer that trickles would never end.
            for chunk in answer.iter_bytes():
                body += chunk
                if len(body) > chat.LARGEST_ANSWER:
                    raise Failed("BadAnswer", "too long")
                if self._clock() > until:
                    raise Failed("Timeout", "the answer trickles")
        return bytes(body)

    def _client(self) -> httpx.Client:
        import httpx

        with self._lock:
            if self._made is None:
                limit = httpx.Timeout(self._seconds, connect=CONNECT_SECONDS)
                # A redirect would carry the key elsewhere; httpx follows none by itself.
                self._made = httpx.Client(timeout=limit, follow_redirects=False)
            return self._made
