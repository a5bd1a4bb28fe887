"""Colours by name."""

import pytest
from PIL import Image

from opsctl.caption_service import colours


@pytest.mark.parametrize(
    ("colour", "expected"),
    [
        ((250, 5, 20), "red"),
        ((0, 0, 0), "black"),
        ((30, 80, 220), "blue"),
        ((255, 255, 255), "white"),
    ],
)
def test_a_colour_gets_the_name_the_eye_gives_it(
    colour: tuple[int, int, int], expected: str
) -> None:
    assert colours.name(*colour) == expected


def test_every_named_colour_is_nearest_to_itself() -> None:
    assert {name: colours.name(*value) for name, value in colours.NAMES.items()} == {
        name: name for name in colours.NAMES
    }


def test_white_has_all_the_lightness_and_no_colour() -> None:
    lightness, a, b = colours.lab(255, 255, 255)

    assert lightness == pytest.approx(100, abs=0.1)
    assert (a, b) == pytest.approx((0, 0), abs=0.1)


def test_dominant_colours_come_with_the_share_they_cover() -> None:
    picture = Image.new("RGB", (100, 100), (40, 90, 205))
    picture.paste((250, 235, 70), (0, 0, 100, 25))

    assert colours.dominant(picture) == [("blue", 0.75), ("yellow", 0.25)]


def test_grey_is_not_vivid() -> None:
    assert not colours.is_vivid(Image.new("RGB", (8, 8), (128, 128, 128)))
    assert colours.is_vivid(Image.new("RGB", (8, 8), (250, 5, 20)))
