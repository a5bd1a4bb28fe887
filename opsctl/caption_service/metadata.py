"""Metadata taken out of a picture's file; its pixels stay as they were, bit for bit.

What stays beside pixels: the colour profile and, of EXIF, the orientation alone.
"""

from __future__ import annotations

import io
import re
import struct
import zlib
from collections.abc import Iterator
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from PIL import Image

ORIENTATION = 0x0112
_PNG_START = b"\x89PNG\r\n\x1a\n"
_PNG_KEPT = frozenset(b"IHDR PLTE IDAT IEND tRNS gAMA cHRM sRGB iCCP sBIT bKGD pHYs cICP".split())
_WEBP_KEPT = frozenset((b"VP8X", b"VP8 ", b"VP8L", b"ALPH", b"ICCP", b"ANIM", b"ANMF"))
_WEBP_EXIF, _WEBP_XMP = 0x08, 0x04
_SOI, _EOI, _SOS, _APP0, _APP2, _APP14, _COM = 0xD8, 0xD9, 0xDA, 0xE0, 0xE2, 0xEE, 0xFE
_PROFILE, _ADOBE = b"ICC_PROFILE\x00", b"Adobe"
_NEXT_MARKER = re.compile(rb"\xff[\x01-\xcf\xd8-\xfe]")
"""In coded data 0xFF is followed by 0 or by a restart marker; anything else is a new segment."""


class _Odd(Exception):
    """The file is not laid out as its format says, though Pillow could read it."""


def stripped(content: bytes, picture: Image.Image) -> bytes:
    """The file without metadata, and without what lies behind its end. `picture` is it, opened.

    A file of an odd layout is written anew from its pixels.
    """
    take_out = {"JPEG": _jpeg, "PNG": _png, "WEBP": _webp}[str(picture.format)]
    turned = _orientation(picture)
    try:
        return take_out(content, turned)
    except (_Odd, IndexError, struct.error):
        return _anew(content)


def _orientation(picture: Image.Image) -> int:
    """2 to 8 where the picture has to be turned, else 0."""
    found = picture.getexif().get(ORIENTATION, 1)
    return found if isinstance(found, int) and 2 <= found <= 8 else 0


def _exif(orientation: int) -> bytes:
    """A TIFF header and a directory of one entry."""
    entry = struct.pack(">HHIHH", ORIENTATION, 3, 1, orientation, 0)
    return b"MM\x00\x2a" + struct.pack(">IH", 8, 1) + entry + bytes(4)


def _jpeg(content: bytes, orientation: int) -> bytes:
    out = [b"\xff\xd8"]
    if orientation:
        body = b"Exif\x00\x00" + _exif(orientation)
        out.append(b"\xff\xe1" + struct.pack(">H", len(body) + 2) + body)
    for marker, segment in _segments(content):
        body = segment[4:]
        application = _APP0 <= marker <= 0xEF
        wanted = (
            (marker == _APP0 and body.startswith(b"JFIF\x00"))
            or (marker == _APP2 and body.startswith(_PROFILE))
            or (marker == _APP14 and body.startswith(_ADOBE))
        )
        if wanted or not (application or marker == _COM):
            out.append(segment)
    return b"".join(out) + b"\xff\xd9"


def _segments(content: bytes) -> Iterator[tuple[int, bytes]]:
    """Marker and bytes of each segment up to the end marker; a scan brings its coded data."""
    if content[:2] != b"\xff\xd8":
        raise _Odd
    at = 2
    while True:
        while content[at : at + 2] == b"\xff\xff":
            at += 1
        if content[at] != 0xFF:
            raise _Odd
        marker = content[at + 1]
        if marker == _EOI:
            return
        (length,) = struct.unpack_from(">H", content, at + 2)
        end = at + 2 + length
        if length < 2 or end > len(content) or marker in (0, 1, _SOI) or 0xD0 <= marker <= 0xD7:
            raise _Odd
        if marker == _SOS:
            found = _NEXT_MARKER.search(content, end)
            if found is None:
                raise _Odd
            end = found.start()
        yield marker, content[at:end]
        at = end


def _png(content: bytes, orientation: int) -> bytes:
    out = [_PNG_START]
    for name, chunk in _png_chunks(content):
        if name in _PNG_KEPT:
            out.append(chunk)
        if name == b"IHDR" and orientation:
            body = _exif(orientation)
            check = zlib.crc32(b"eXIf" + body)
            out.append(struct.pack(">I", len(body)) + b"eXIf" + body + struct.pack(">I", check))
    return b"".join(out)


def _png_chunks(content: bytes) -> Iterator[tuple[bytes, bytes]]:
    if not content.startswith(_PNG_START):
        raise _Odd
    at, name = len(_PNG_START), b""
    while name != b"IEND":
        length, name = struct.unpack_from(">I4s", content, at)
        end = at + 12 + length
        if end > len(content):
            raise _Odd
        yield name, content[at:end]
        at = end


def _webp(content: bytes, orientation: int) -> bytes:
    out: list[bytes] = []
    for name, body in _webp_chunks(content):
        if name == b"VP8X":
            flags = body[0] & ~(_WEBP_EXIF | _WEBP_XMP) | (_WEBP_EXIF if orientation else 0)
            out.append(_chunk(name, bytes((flags,)) + body[1:]))
        elif name in _WEBP_KEPT:
            out.append(_chunk(name, body))
    if orientation:
        out.append(_chunk(b"EXIF", _exif(orientation)))
    inner = b"WEBP" + b"".join(out)
    return b"RIFF" + struct.pack("<I", len(inner)) + inner


def _webp_chunks(content: bytes) -> Iterator[tuple[bytes, bytes]]:
    start, size, form = struct.unpack_from("<4sI4s", content)
    end = min(len(content), size + 8)
    if (start, form) != (b"RIFF", b"WEBP"):
        raise _Odd
    at = 12
    while at + 8 <= end:
        name, length = struct.unpack_from("<4sI", content, at)
        if at + 8 + length > end:
            raise _Odd
        yield name, content[at + 8 : at + 8 + length]
        at += 8 + length + length % 2


def _chunk(name: bytes, body: bytes) -> bytes:
    return name + struct.pack("<I", len(body)) + body + bytes(len(body) % 2)


def _anew(content: bytes) -> bytes:
    """The pixels written anew, turned upright."""
    from PIL import Image, ImageOps

    picture = Image.open(io.BytesIO(content))
    ImageOps.exif_transpose(picture, in_place=True)
    profile = picture.info.get("icc_profile")
    for name in set(picture.info) - {"transparency"}:
        del picture.info[name]
    out = io.BytesIO()
    more = {"quality": 95} if picture.format != "PNG" else {}
    picture.save(out, picture.format, exif=b"", icc_profile=profile, **more)
    return out.getvalue()
