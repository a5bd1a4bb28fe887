"""Metadata taken out of pictures: nothing of it stays in the bytes, and no pixel changes."""

import io
from collections.abc import Callable

import pytest
from PIL import Image, ImageCms, ImageOps, PngImagePlugin

from opsctl.caption_service import metadata, pictures

PRIVATE = b"Private-Camera-7"
ORIENTATION = 0x0112


def noise(mode: str = "RGB") -> Image.Image:
    return Image.effect_noise((64, 48), 90).convert(mode)


def exif(orientation: int = 1) -> Image.Exif:
    made = Image.Exif()
    made[0x0110] = PRIVATE.decode()
    made[ORIENTATION] = orientation
    made.get_ifd(0x8825)[1] = "N"
    made.get_ifd(0x8825)[2] = (52.0, 31.0, 12.0)
    return made


def encoded(picture: Image.Image, kind: str, **more: object) -> bytes:
    out = io.BytesIO()
    picture.save(out, kind, **more)
    return out.getvalue()


def stripped(content: bytes) -> bytes:
    return metadata.stripped(content, pictures.opened(content))


def pixels(content: bytes) -> bytes:
    return Image.open(io.BytesIO(content)).tobytes()


def jpeg(orientation: int = 1, **more: object) -> bytes:
    return encoded(
        noise(), "JPEG", exif=exif(orientation), comment=PRIVATE, xmp=b"<x>" + PRIVATE, **more
    )


def png(orientation: int = 1) -> bytes:
    text = PngImagePlugin.PngInfo()
    text.add_text("Author", PRIVATE.decode())
    text.add_itxt("XML:com.adobe.xmp", PRIVATE.decode())
    return encoded(noise("RGBA"), "PNG", exif=exif(orientation), pnginfo=text)


def webp(orientation: int = 1) -> bytes:
    return encoded(noise(), "WEBP", exif=exif(orientation), xmp=PRIVATE)


@pytest.mark.parametrize(
    "content",
    [jpeg(), jpeg(progressive=True), jpeg(restart_marker_rows=1), png(), webp()],
    ids=["JPEG", "progressive", "restarts", "PNG", "WebP"],
)
def test_nothing_private_stays_and_no_pixel_changes(content: bytes) -> None:
    assert PRIVATE in content
    clean = stripped(content)

    assert PRIVATE not in clean
    assert b"Exif" not in clean
    assert dict(Image.open(io.BytesIO(clean)).getexif()) == {}
    assert pixels(clean) == pixels(content)
    assert stripped(clean) == clean


@pytest.mark.parametrize("make", [jpeg, png, webp])
def test_the_orientation_is_the_only_tag_that_stays(make: Callable[[int], bytes]) -> None:
    content = make(6)
    clean = stripped(content)
    found = Image.open(io.BytesIO(clean))

    assert dict(found.getexif()) == {ORIENTATION: 6}
    assert PRIVATE not in clean
    assert ImageOps.exif_transpose(found).size == (48, 64)
    assert pixels(clean) == pixels(content)


@pytest.mark.parametrize("make", [jpeg, png, webp])
def test_what_hides_behind_the_end_is_cut_off(make: Callable[[], bytes]) -> None:
    content = make()
    clean = stripped(content + b"\x00\x00\x00\x18ftypmp4 " + PRIVATE)

    assert PRIVATE not in clean
    assert clean == stripped(content)


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_the_colour_profile_stays(kind: str) -> None:
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    clean = stripped(encoded(noise(), kind, icc_profile=profile, exif=exif()))

    assert Image.open(io.BytesIO(clean)).info["icc_profile"] == profile


def test_colours_of_print_and_palettes_with_a_transparent_one_survive() -> None:
    for content in (
        encoded(noise("RGB").convert("CMYK"), "JPEG"),
        encoded(noise("RGB").convert("P"), "PNG", transparency=3),
    ):
        clean = stripped(content)
        assert pixels(clean) == pixels(content)
        assert Image.open(io.BytesIO(clean)).info.get("transparency") == (
            Image.open(io.BytesIO(content)).info.get("transparency")
        )


def test_a_file_of_an_odd_layout_is_written_anew() -> None:
    whole = jpeg(6)
    # Pillow skips garbage between segments; what it is, nobody knows.
    odd = whole[:2] + b"\xff\xe5\x00\x04ab" + b"\x01" + PRIVATE + whole[2:]
    clean = stripped(odd)

    assert PRIVATE not in clean
    assert Image.open(io.BytesIO(clean)).size == (48, 64)


def test_a_large_picture_is_stored_as_large_as_it_was() -> None:
    whole = encoded(Image.new("RGB", (4500, 30), (9, 99, 200)), "JPEG", exif=exif())

    assert Image.open(io.BytesIO(stripped(whole))).size == (4500, 30)
