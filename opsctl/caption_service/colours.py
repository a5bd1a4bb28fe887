"""Colours by name: the nearest in CIE Lab, where distance is what the eye sees."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from PIL import Image

NAMES: dict[str, tuple[int, int, int]] = {
    "black": (12, 12, 14),
    "charcoal": (54, 57, 63),
    "grey": (128, 128, 128),
    "silver": (192, 192, 192),
    "white": (250, 250, 248),
    "red": (200, 30, 40),
    "crimson": (130, 15, 40),
    "orange": (240, 130, 30),
    "amber": (245, 185, 50),
    "yellow": (250, 235, 70),
    "olive": (120, 125, 45),
    "lime": (150, 215, 60),
    "green": (40, 145, 65),
    "pine": (20, 75, 50),
    "teal": (20, 130, 130),
    "turquoise": (70, 205, 200),
    "sky": (135, 195, 240),
    "blue": (40, 90, 205),
    "navy": (20, 30, 90),
    "violet": (125, 70, 190),
    "purple": (85, 30, 110),
    "magenta": (205, 45, 150),
    "pink": (245, 165, 190),
    "rose": (225, 110, 130),
    "brown": (110, 65, 35),
    "tan": (200, 165, 120),
    "sand": (230, 215, 175),
    "cream": (250, 243, 220),
}

Lab = tuple[float, float, float]


def lab(red: int, green: int, blue: int) -> Lab:
    """CIE Lab (D65) of an sRGB colour, channels 0 to 255. L is 0 to 100."""
    r, g, b = (_linear(channel / 255) for channel in (red, green, blue))
    x = _curve((0.4124 * r + 0.3576 * g + 0.1805 * b) / 0.95047)
    y = _curve(0.2126 * r + 0.7152 * g + 0.0722 * b)
    z = _curve((0.0193 * r + 0.1192 * g + 0.9505 * b) / 1.08883)
    return (116 * y - 16, 500 * (x - y), 200 * (y - z))


def _linear(value: float) -> float:
    return value / 12.92 if value <= 0.04045 else float(((value + 0.055) / 1.055) ** 2.4)


def _curve(value: float) -> float:
    return float(value ** (1 / 3)) if value > 0.008856 else 7.787 * value + 16 / 116


_NAMED = {name: lab(*value) for name, value in NAMES.items()}


def name(red: int, green: int, blue: int) -> str:
    """The name nearest to an sRGB colour."""
    own = lab(red, green, blue)
    return min(_NAMED, key=lambda candidate: _distance(own, _NAMED[candidate]))


def _distance(one: Lab, other: Lab) -> float:
    return sum((a - b) ** 2 for a, b in zip(one, other, strict=True))


def dominant(picture: Image.Image) -> list[tuple[str, float]]:
    """Colour names with the share of the picture they cover, largest first. `picture` is RGB."""
    reduced = picture.quantize(6)
    palette = reduced.getpalette() or []
    counted = reduced.getcolors() or []
    total = sum(count for count, _ in counted)
    shares: dict[str, float] = {}
    for count, index in counted:
        start = int(index) * 3 if not isinstance(index, tuple) else 0
        named = name(*palette[start : start + 3])
        shares[named] = shares.get(named, 0.0) + count / total
    return sorted(shares.items(), key=lambda item: (-item[1], item[0]))


def is_vivid(picture: Image.Image) -> bool:
    """Whether the mean HSV saturation is over a third."""
    from PIL import ImageStat

    return float(ImageStat.Stat(picture.convert("HSV").getchannel("S")).mean[0]) > 85
