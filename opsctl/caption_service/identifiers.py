"""Identifiers: who a request says it is from, and image ids that sort by time."""

from __future__ import annotations

import re
import secrets
import time

_USER_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._@+-]{0,127}")
_IMAGE_ID = re.compile(r"[0-9a-f]{12}-[0-9a-f]{16}")
_REQUEST_ID = re.compile(r"[A-Za-z0-9._:=;-]{1,128}")


def is_user_id(text: str) -> bool:
    """Whether the text can be a user: it becomes part of object keys, so no slash, no control."""
    return _USER_ID.fullmatch(text) is not None


def is_image_id(text: str) -> bool:
    """Whether the text has the form that `new_image_id` makes."""
    return _IMAGE_ID.fullmatch(text) is not None


def new_image_id() -> str:
    """Milliseconds since 1970 in hex, then 64 random bits: later ids sort after earlier ones."""
    return f"{time.time_ns() // 1_000_000:012x}-{secrets.token_hex(8)}"


def request_id(offered: str) -> str:
    """The caller's request id when it is harmless to log, else a new one."""
    return offered if _REQUEST_ID.fullmatch(offered) else secrets.token_hex(8)
