"""What a captioner answers, and what makes it refuse."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

FORMATS = {
    "JPEG": ("jpg", "image/jpeg"),
    "PNG": ("png", "image/png"),
    "WEBP": ("webp", "image/webp"),
}
"""Pillow's format name → file extension and content type of the pictures that are accepted."""


class NotAPicture(Exception):
    """The bytes are no JPEG, PNG or WebP that can be read to the end."""


class Failed(Exception):
    """A provider gave no caption.

    `kind` is one word of AccessDenied, Throttling, Timeout, Unavailable, NotFound, Refused and
    BadAnswer; `detail` names the error, never what was sent or answered.
    """

    def __init__(self, kind: str, detail: str) -> None:
        super().__init__(f"{kind} ({detail})")
        self.kind = kind
        self.detail = detail

    @property
    def passes(self) -> bool:
        """Whether asking again at once may help. After a time limit the visitor waited enough."""
        return self.kind in ("Throttling", "Unavailable")


@dataclass(frozen=True, kw_only=True)
class Caption:
    """What a captioner says about a picture.

    `concise` has at most ten words, `creative` one or two sentences; `confidence` is 0 to 1.
    """

    concise: str
    creative: str
    labels: tuple[str, ...]
    confidence: float
    model: str
    provider: str


class Captioner(Protocol):
    """Describes pictures."""

    def describe(self, content: bytes) -> Caption:
        """The caption of one picture, given its bytes. Raises NotAPicture."""
        ...


class Provider(Protocol):
    """A model somewhere else, which answers a picture with text."""

    name: str
    model: str

    def ask(self, jpeg: bytes) -> str:
        """What the model writes to `answers.PROMPT` and a JPEG. Raises Failed."""
        ...
