"""Pictures: opened safely, turned upright, made small."""

from __future__ import annotations

import io
import re
import threading
from typing import TYPE_CHECKING

from opsctl.caption_service.captioners import FORMATS, NotAPicture

if TYPE_CHECKING:
    from PIL import Image

MAX_MEGAPIXELS = {"JPEG": 25, "PNG": 25, "WEBP": 12}
"""A small file can unpack to gigabytes: beyond this a picture is refused unread. A task has 512 MB;
Pillow takes 4 bytes a pixel, and for WebP, whose decoder keeps frames, 16."""

ONE_AT_A_TIME = threading.Lock()
"""Held while a picture is unpacked: two at once would not be done sooner, and need twice the room.
"""
DECODED = 2048
"""What is larger is reduced to a half, a third and so on, as long as one side stays above this."""

STRIP_ROWS = 256
_MIXABLE = ("L", "LA", "RGB", "RGBA", "CMYK")

THUMBNAIL = (256, 256)
FOR_MODELS = (1024, 1024)
"""Models see no more than that, and Bedrock refuses pictures over 3.75 MB."""

_EXIF_MODEL, _EXIF_DATE, _EXIF_GPS = 0x0110, 0x0132, 0x8825


def opened(content: bytes) -> Image.Image:
    """The picture, decoded to its last byte; a large one reduced, with its format and `info`.

    Raises NotAPicture with a reason for a person.
    """
    from PIL import Image

    try:
        picture = Image.open(io.BytesIO(content), formats=list(FORMATS))
        most = MAX_MEGAPIXELS[str(picture.format)]
        if picture.width * picture.height > most * 1_000_000:
            raise NotAPicture(f"the picture has more than {most} megapixels")
        picture.draft(None, (DECODED, DECODED))
        picture.load()
        return _reduced(picture)
    except NotAPicture:
        raise
    except Exception as error:  # Pillow's decoders raise almost anything on hostile bytes
        raise NotAPicture("these bytes are not a readable JPEG, PNG or WebP picture") from error


def _reduced(picture: Image.Image) -> Image.Image:
    """Strip by strip: every way that Pillow has for it copies the whole picture first."""
    from PIL import Image

    factor = max(picture.size) // DECODED
    if factor < 2:
        return picture
    width, height = (-(-side // factor) for side in picture.size)
    found: Image.Image | None = None
    for top in range(0, picture.height, STRIP_ROWS * factor):
        bottom = min(top + STRIP_ROWS * factor, picture.height)
        strip = _mixable(picture.crop((0, top, picture.width, bottom))).reduce(factor)
        found = found or Image.new(strip.mode, (width, height))
        found.paste(strip, (0, top // factor))
    if found is None:
        return picture
    found.format = picture.format
    found.info = {name: it for name, it in picture.info.items() if name != "transparency"}
    return found


def _mixable(strip: Image.Image) -> Image.Image:
    """In a mode whose pixels can be mixed: neither a palette nor one colour that is clear."""
    if "transparency" in strip.info or strip.mode == "PA":
        return strip.convert("RGBA")
    return strip if strip.mode in _MIXABLE else strip.convert("RGB")


def kind(picture: Image.Image) -> tuple[str, str]:
    """File extension and content type, from what the bytes are, not what they are called."""
    return FORMATS[picture.format or "JPEG"]


def upright(picture: Image.Image) -> Image.Image:
    """A copy in RGB, transparency over white, turned as the camera was held."""
    from PIL import Image, ImageOps

    turned = ImageOps.exif_transpose(picture)
    if turned.mode in ("RGBA", "LA", "PA") or "transparency" in turned.info:
        layered = turned.convert("RGBA")
        ground = Image.new("RGBA", layered.size, "white")
        turned = Image.alpha_composite(ground, layered)
    return turned.convert("RGB")


def thumbnail(picture: Image.Image) -> bytes:
    """JPEG bytes of at most 256 × 256 pixels, without any metadata."""
    return _jpeg(picture, THUMBNAIL)


def for_model(picture: Image.Image) -> bytes:
    """What a model elsewhere gets to see: JPEG, at most 1024 × 1024, without any metadata."""
    return _jpeg(picture, FOR_MODELS)


def _jpeg(picture: Image.Image, size: tuple[int, int]) -> bytes:
    small = upright(picture)
    small.thumbnail(size)
    # Pillow writes the profile and the comment that it read, unless they are gone.
    small.info.clear()
    out = io.BytesIO()
    small.save(out, "JPEG", quality=82)
    return out.getvalue()


def camera_and_year(picture: Image.Image) -> tuple[str, str]:
    """Camera model and year from EXIF, each empty when unknown."""
    exif = picture.getexif()
    model = re.sub(r"[^\w .-]", "", str(exif.get(_EXIF_MODEL, ""))).strip()[:40]
    year = re.match(r"((?:19|20)\d\d):", str(exif.get(_EXIF_DATE, "")))
    return model, year.group(1) if year else ""


def has_location(picture: Image.Image) -> bool:
    """Whether EXIF holds a GPS position. Where it is, is nobody's business."""
    return bool(picture.getexif().get_ifd(_EXIF_GPS))
