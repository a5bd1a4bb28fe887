"""What captioners answer."""

from opsctl.caption_service import captioners


def test_every_format_has_an_extension_and_a_content_type() -> None:
    assert all(kind.startswith("image/") for _, kind in captioners.FORMATS.values())
    assert len({extension for extension, _ in captioners.FORMATS.values()}) == 3
