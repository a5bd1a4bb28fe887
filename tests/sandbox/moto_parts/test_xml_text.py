"""Texts in XML."""

from __future__ import annotations

from opsctl.sandbox.moto_parts.xml_text import element, text


def test_signs_of_xml_and_control_characters_are_written_as_references() -> None:
    assert text('a&<b>"\n\x01é') == "a&amp;&lt;b&gt;&quot;&#xa;&#x1;é"


def test_an_element_encloses_its_text() -> None:
    assert element("Key", "a&b") == "<Key>a&amp;b</Key>"
