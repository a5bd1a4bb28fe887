"""How the keys of opsctl.toml are described: each with its meaning and its expected form."""

from __future__ import annotations

from typing import Any

from msgspec import Meta

ACCOUNT_FORM = 'twelve digits in quotes, like "123456789012"'


def about(description: str, form: str, **limits: Any) -> Meta:
    """A key's meaning, its form in words, and limits that msgspec checks."""
    return Meta(description=description, extra={"form": form}, **limits)


def name(description: str) -> Meta:
    """A key that holds the name of something."""
    return about(description, "a name in quotes", min_length=1)


def url(description: str) -> Meta:
    """A key that holds an address of the web."""
    return about(
        description,
        'an address in quotes, like "https://captions.example.com"',
        pattern="^https?://",
    )


def role(description: str) -> Meta:
    """A key that holds the ARN of a role."""
    return about(
        description,
        'a role in quotes, like "arn:aws:iam::123456789012:role/operator"',
        pattern=r"^arn:[\w-]+:iam::\d{12}:role/.+$",
    )
