"""Pictures: opened safely, made small."""

import io

import pytest
from PIL import Image, ImageChops

from opsctl.caption_service import pictures
from opsctl.caption_service.captioners import NotAPicture


def encoded(picture: Image.Image, kind: str, **more: object) -> bytes:
    out = io.BytesIO()
    picture.save(out, kind, **more)
    return out.getvalue()


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_the_kind_is_what_the_bytes_are(kind: str) -> None:
    picture = pictures.opened(encoded(Image.new("RGB", (9, 9)), kind))

    assert pictures.kind(picture)[1] == f"image/{kind.lower()}"


@pytest.mark.parametrize("content", [b"", b"hello", b"\xff\xd8\xff\xe0 torn"])
def test_other_bytes_are_no_picture(content: bytes) -> None:
    with pytest.raises(NotAPicture):
        pictures.opened(content)


def test_a_torn_picture_is_no_picture() -> None:
    whole = encoded(Image.effect_noise((200, 200), 90).convert("RGB"), "JPEG")
    with pytest.raises(NotAPicture):
        pictures.opened(whole[: len(whole) // 2])


def test_a_format_that_was_not_asked_for_is_refused() -> None:
    with pytest.raises(NotAPicture):
        pictures.opened(encoded(Image.new("RGB", (9, 9)), "BMP"))


def test_a_picture_that_unpacks_to_gigabytes_is_refused_unread() -> None:
    with pytest.raises(NotAPicture, match="megapixels"):
        pictures.opened(encoded(Image.new("1", (10_000, 6_000)), "PNG"))


def test_a_thumbnail_is_small_and_tells_nothing_of_its_origin() -> None:
    exif = Image.Exif()
    exif[0x0110] = "Pixel 9"
    big = pictures.opened(encoded(Image.new("RGB", (900, 600)), "JPEG", exif=exif))

    small = Image.open(io.BytesIO(pictures.thumbnail(big)))
    assert (small.size, dict(small.getexif())) == ((256, 171), {})


def test_a_model_sees_no_metadata_either() -> None:
    big = pictures.opened(encoded(Image.new("RGB", (3000, 20)), "JPEG", comment=b"secret"))
    seen = pictures.for_model(big)

    assert max(Image.open(io.BytesIO(seen)).size) == 1024
    assert b"secret" not in seen


def test_a_large_jpeg_is_unpacked_smaller_than_it_is() -> None:
    picture = pictures.opened(encoded(Image.new("RGB", (4800, 4800)), "JPEG"))

    assert picture.size == (2400, 2400)


@pytest.mark.parametrize("mode", ["1", "L", "P", "RGB", "RGBA", "I;16"])
def test_a_large_picture_is_reduced_and_keeps_what_it_is(mode: str) -> None:
    exif = Image.Exif()
    exif[0x0112] = 6
    whole = Image.linear_gradient("L").resize((4201, 700)).convert("RGB")
    content = encoded(
        Image.new(mode, whole.size) if mode == "I;16" else whole.convert(mode), "PNG", exif=exif
    )
    picture = pictures.opened(content)

    assert (picture.size, pictures.kind(picture)[0]) == ((2101, 350), "png")
    assert pictures.upright(picture).size == (350, 2101)
    if mode in ("L", "RGB", "RGBA"):
        expected = whole.resize(picture.size, Image.Resampling.BOX)
        worst = ImageChops.difference(picture.convert("RGB"), expected).getextrema()
        assert max(high for _, high in worst) <= 2


def test_what_is_clear_by_one_colour_stays_clear_when_reduced() -> None:
    painted = Image.new("P", (4100, 20), 3)
    painted.putpalette([level for level in range(256) for _ in range(3)])
    picture = pictures.opened(encoded(painted, "PNG", transparency=3))

    assert picture.getpixel((9, 9))[3] == 0
    assert pictures.upright(picture).getpixel((9, 9)) == (255, 255, 255)


@pytest.mark.parametrize(("kind", "size"), [("JPEG", (6000, 4200)), ("WEBP", (4000, 3001))])
def test_each_kind_has_its_own_limit(kind: str, size: tuple[int, int]) -> None:
    with pytest.raises(NotAPicture, match="megapixels"):
        pictures.opened(encoded(Image.new("RGB", size), kind))


def test_a_transparent_picture_lies_on_white() -> None:
    clear = pictures.opened(encoded(Image.new("RGBA", (4, 4), (0, 0, 0, 0)), "PNG"))

    assert pictures.upright(clear).getpixel((1, 1)) == (255, 255, 255)


def test_exif_gives_camera_and_year_and_only_whether_there_is_a_place() -> None:
    exif = Image.Exif()
    exif[0x0110], exif[0x0132] = "Pixel\x00 9<b>", "2024:05:01 10:00:00"
    exif.get_ifd(0x8825)[1] = "N"
    picture = pictures.opened(encoded(Image.new("RGB", (9, 9)), "JPEG", exif=exif))

    assert pictures.camera_and_year(picture) == ("Pixel 9b", "2024")
    assert pictures.has_location(picture)
