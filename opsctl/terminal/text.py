"""Text from elsewhere (AWS, logs, error messages), made harmless for a terminal."""

from __future__ import annotations

# Control bytes could move the cursor, rename the window or forge a line; the marks for
# right-to-left writing could make a name read as another one.
_CONTROL = {*range(0x00, 0x20), *range(0x7F, 0xA0)} - {0x09, 0x0A}
_DIRECTION = {0x061C, 0x200E, 0x200F, *range(0x202A, 0x202F), *range(0x2066, 0x206A)}
_SURROGATES = range(0xD800, 0xE000)
_REMOVED = dict.fromkeys([*_CONTROL, *_DIRECTION, *_SURROGATES])


def clean(text: object) -> str:
    """The text without control bytes, direction marks and half characters; line breaks stay."""
    return str(text).translate(_REMOVED)


def one_line(text: object) -> str:
    """The same on one line: a value that holds a line break cannot pretend to be two."""
    return " ".join(clean(text).split())


def unbroken(text: object) -> str:
    """The same with its blanks as they are: line breaks and tabs become blanks."""
    return clean(text).replace("\n", " ").replace("\t", " ")
