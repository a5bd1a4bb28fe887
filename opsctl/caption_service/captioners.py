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
