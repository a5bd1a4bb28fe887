"""Text in XML."""

from xml.etree import ElementTree

from hypothesis import given
from hypothesis import strategies as st

from opsctl.aws.xml_text import can_hold, escaped, unescaped

POSSIBLE = st.text().filter(can_hold)


@given(POSSIBLE)
def test_a_parser_reads_what_was_meant(text: str) -> None:
    assert (ElementTree.fromstring(f"<K>{escaped(text)}</K>").text or "") == text


@given(POSSIBLE)
def test_what_was_escaped_is_unescaped(text: str) -> None:
    assert unescaped(escaped(text)) == text


def test_only_references_of_xml_are_taken_for_such() -> None:
    assert unescaped("&amp;lt;&copy;&amp &#x85;&#13;&unknown;") == "&lt;&copy;&amp \x85\r&unknown;"
    assert unescaped("&#x110000;") == "&#x110000;"


def test_what_xml_cannot_hold() -> None:
    assert can_hold("a\tb\r\n\x85ü🙂")
    for text in ("\x00", "\x1f", "\udcff", "\uffff"):
        assert not can_hold(text)
