"""Text in XML: as S3 writes it, and as S3 reads it."""

from __future__ import annotations

import re

_REFERENCE = re.compile(r"&(?:#x([0-9a-fA-F]{1,6})|#(\d{1,7})|(amp|lt|gt|quot|apos));")
_NAMED = {"amp": "&", "lt": "<", "gt": ">", "quot": '"', "apos": "'"}
_MARKUP = re.compile(r"[&<>\"'\t\n\r\x7f-\x9f\u2028]")
_IMPOSSIBLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


def unescaped(text: str) -> str:
    """The text that was meant. What is no reference of XML stays."""
    return _REFERENCE.sub(_meant, text) if "&" in text else text


def escaped(text: str) -> str:
    """The text with references for markup, and for the white space that parsers change."""
    return _MARKUP.sub(lambda found: f"&#{ord(found[0])};", text)


def can_hold(text: str) -> bool:
    """Whether XML 1.0 can hold the text at all: no control characters, no bytes beside UTF-8."""
    return _IMPOSSIBLE.search(text) is None


def _meant(found: re.Match[str]) -> str:
    hexadecimal, decimal, name = found.groups()
    if name:
        return _NAMED[name]
    number = int(hexadecimal, 16) if hexadecimal else int(decimal)
    return chr(number) if number <= 0x10FFFF else found[0]
