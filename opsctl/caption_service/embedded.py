"""The embedded captioner: the same bytes always give the same caption, without any network."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from opsctl.caption_service import colours, pictures
from opsctl.caption_service.captioners import Caption

if TYPE_CHECKING:
    from PIL import Image

MODEL = "embedded-1"
_ROWS = ("upper", "middle", "lower")
_COLUMNS = ("left", "centre", "right")
_WORK_SIZE = 96


@dataclass(frozen=True, kw_only=True)
class Impression:
    """What is measured: words for shape and light, numbers 0 to 255 for contrast and detail."""

    shape: str
    light: str
    contrast: float
    vivid: bool
    detail: float
    focus: str
    first: str
    second: str
    share: float
    camera: str
    year: str


class EmbeddedCaptioner:
    """Describes shape, light, colours, detail and where the eye goes. 1–60 ms a picture."""

    def describe(self, content: bytes) -> Caption:
        """The caption of a JPEG, PNG or WebP. Raises NotAPicture."""
        picture = pictures.opened(content)
        seen = _measure(picture)
        return Caption(
            concise=_concise(seen),
            creative=_creative(seen),
            labels=_labels(seen, pictures.has_location(picture)),
            confidence=round(min(0.99, 0.4 + seen.share / 2), 2),
            model=MODEL,
            provider="embedded",
        )


def _measure(picture: Image.Image) -> Impression:
    from PIL import ImageFilter, ImageStat

    small = pictures.upright(picture)
    small.thumbnail((_WORK_SIZE, _WORK_SIZE))
    grey = small.convert("L")
    edges = grey.filter(ImageFilter.FIND_EDGES)
    light = ImageStat.Stat(grey)
    named = colours.dominant(small)
    camera, year = pictures.camera_and_year(picture)
    return Impression(
        shape=_shape(*small.size),
        light=_light(light.mean[0]),
        contrast=light.stddev[0],
        vivid=colours.is_vivid(small),
        detail=ImageStat.Stat(edges).mean[0],
        focus=_focus(edges),
        first=named[0][0],
        second=named[1][0] if len(named) > 1 else "",
        share=named[0][1],
        camera=camera,
        year=year,
    )


def _shape(width: int, height: int) -> str:
    if width > height * 1.15:
        return "wide"
    return "tall" if height > width * 1.15 else "square"


def _light(mean: float) -> str:
    return "dark" if mean < 70 else "bright" if mean > 175 else "softly lit"


def _focus(edges: Image.Image) -> str:
    """The cell of a three by three grid with the most detail: `upper left` … `lower right`."""
    from PIL import ImageStat

    width, height = edges.size
    if width < 3 or height < 3:
        return "middle centre"
    strengths: dict[str, float] = {}
    for row, row_name in enumerate(_ROWS):
        for column, column_name in enumerate(_COLUMNS):
            left, top = column * width // 3, row * height // 3
            box = (left, top, (column + 1) * width // 3, (row + 1) * height // 3)
            strengths[f"{row_name} {column_name}"] = ImageStat.Stat(edges.crop(box)).mean[0]
    strongest = max(strengths.values())
    if strongest - min(strengths.values()) < 1:
        return "middle centre"
    return next(name for name, strength in strengths.items() if strength == strongest)


def _concise(seen: Impression) -> str:
    tones = f"{seen.first} and {seen.second}" if seen.second else seen.first
    return f"A {seen.light} {seen.shape} picture in {tones}"


def _creative(seen: Impression) -> str:
    mood = "Vivid" if seen.vivid else "Quiet"
    follower = f", with {seen.second} close behind" if seen.second else ""
    first = f"{mood} {seen.first} fills a {seen.light}, {seen.shape} frame{follower}."
    texture = "rich detail" if seen.detail > 25 else "calm surfaces"
    when = f", taken in {seen.year}" if seen.year else ""
    device = f" with a {seen.camera}" if seen.camera else ""
    place = "centre" if seen.focus == "middle centre" else seen.focus
    return f"{first} The eye rests at the {place} among {texture}{when}{device}."


def _labels(seen: Impression, located: bool) -> tuple[str, ...]:
    labels = [seen.shape, seen.light.replace("softly lit", "soft-light"), seen.first]
    if seen.second:
        labels.append(seen.second)
    labels.append("vivid" if seen.vivid else "muted")
    labels.append("high-contrast" if seen.contrast > 60 else "low-contrast")
    labels.append("detailed" if seen.detail > 25 else "plain")
    if seen.camera:
        labels.append("photograph")
    if located:
        labels.append("has-location")
    return tuple(labels)
