"""The embedded captioner: deterministic, concise, and about the picture."""

import io

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from opsctl.caption_service.captioners import Caption, NotAPicture
from opsctl.caption_service.embedded import EmbeddedCaptioner

channel = st.integers(0, 255)


def described(picture: Image.Image) -> Caption:
    out = io.BytesIO()
    picture.save(out, "PNG")
    return EmbeddedCaptioner().describe(out.getvalue())


def test_it_says_what_is_to_be_seen() -> None:
    picture = Image.new("RGB", (90, 60), (40, 90, 205))
    picture.paste((250, 235, 70), (60, 40, 90, 60))
    caption = described(picture)

    assert caption.concise == "A softly lit wide picture in blue and yellow"
    assert "lower right" in caption.creative
    assert {"wide", "blue", "yellow"} <= set(caption.labels)


@settings(max_examples=25, deadline=None)
@given(
    st.tuples(channel, channel, channel),
    st.tuples(channel, channel, channel),
    st.integers(1, 50),
    st.integers(1, 50),
)
def test_any_picture_gets_one_short_and_always_the_same_caption(
    first: tuple[int, int, int], second: tuple[int, int, int], width: int, height: int
) -> None:
    picture = Image.new("RGB", (width, height), first)
    picture.paste(second, (0, 0, width, max(1, height // 3)))
    caption = described(picture)

    assert caption == described(picture)
    assert len(caption.concise.split()) <= 10
    assert 1 <= caption.creative.count(". ") + 1 <= 2
    assert 0 <= caption.confidence <= 1


def test_what_is_no_picture_has_no_caption() -> None:
    with pytest.raises(NotAPicture):
        EmbeddedCaptioner().describe(b"no picture")
