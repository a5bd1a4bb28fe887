"""The demo: a picture that needs nothing from elsewhere, and a transcript of commands there are."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET

import demo
import pages
import pytest
from recording import COLUMNS, ROWS, Recording

SVG = "{http://www.w3.org/2000/svg}"
MOST_BYTES = 200 * 1024


@pytest.fixture(scope="module")
def picture() -> ET.Element:
    return ET.fromstring(demo.PICTURE.read_text(encoding="utf-8"))


def bare(text: str) -> str:
    return re.sub(r"\s", "", text)


def test_the_picture_asks_for_nothing_and_runs_nothing(picture: ET.Element) -> None:
    text = demo.PICTURE.read_text(encoding="utf-8")
    assert len(text.encode()) <= MOST_BYTES
    assert not re.search(r"<script|<foreignObject|<image|@import|url\(|\bon\w+=", text)
    links = {value for it in picture.iter() for key, value in it.items() if "href" in key}
    made = {f"#{it.get('id')}" for it in picture.iter(f"{SVG}text")}
    assert links <= made
    assert picture.find(f"{SVG}title") is not None


def test_the_picture_shows_what_the_transcript_tells(picture: ET.Element) -> None:
    drawn = {bare("".join(it.itertext())) for it in picture.iter(f"{SVG}text")}
    for command, shown in demo.scenes():
        for line in (f"$ {command}", *shown):
            for at in range(0, len(line), COLUMNS):
                assert bare(line[at : at + COLUMNS]) in drawn, line


def test_each_frame_fits_on_the_screen(picture: ET.Element) -> None:
    frames = picture.findall(f"{SVG}g")
    assert len(frames) > len(demo.FILMED)
    assert all(len(it.findall(f"{SVG}use")) <= ROWS for it in frames)


def test_the_transcript_is_of_commands_that_the_tutorial_plays() -> None:
    played = {
        command
        for block in pages.blocks(pages.ROOT / "docs/tutorial.md")
        if block.language == "console"
        for command, _ in block.played()
    }
    assert [command for command, _ in demo.scenes()] == list(demo.FILMED)
    assert set(demo.FILMED) <= played


def test_neither_tells_where_it_was_made() -> None:
    for place in (demo.PICTURE, demo.TRANSCRIPT, pages.ROOT / "docs/tutorial.md"):
        text = place.read_text(encoding="utf-8")
        assert str(pages.ROOT) not in text
        assert "/tmp/" not in text


def test_a_key_line_that_does_not_come_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("OPSCTL_WRITE_DOCS", raising=False)
    recording = Recording(scenes=demo.scenes())
    assert demo.differs(recording) == []
    recording.scenes[0] = (demo.FILMED[0], ["UNHEALTHY"])
    assert "HEALTHY" in demo.differs(recording)[0]
