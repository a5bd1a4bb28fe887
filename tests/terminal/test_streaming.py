"""An answer that is shown as it is found."""

from __future__ import annotations

import io
import json
import os
import threading
from collections.abc import Iterator
from pathlib import Path

from opsctl.terminal.screen import Screen
from opsctl.terminal.streaming import pause, pour, pour_text


def poured(output: str, records: Iterator[int]) -> tuple[bool, str]:
    out = io.StringIO()
    screen = Screen(stdout=out, stderr=io.StringIO(), environ={})
    whole = pour(
        records, screen, lambda it: f"line {it}", record=lambda it: {"n": it}, output=output
    )
    return whole, out.getvalue()


def test_text_is_a_line_each_and_json_an_object_each() -> None:
    assert poured("text", iter(range(2))) == (True, "line 0\nline 1\n")
    _whole, text = poured("lines", iter(range(2)))
    assert [json.loads(line) for line in text.splitlines()] == [{"n": 0}, {"n": 1}]


def test_each_is_shown_before_the_next_is_looked_for() -> None:
    out = io.StringIO()
    screen = Screen(stdout=out, stderr=io.StringIO(), environ={})
    seen = []

    def records() -> Iterator[int]:
        for number in range(3):
            seen.append(out.getvalue().count("\n"))
            yield number

    pour(records(), screen, str, record=lambda it: it, output="text")
    assert seen == [0, 1, 2]


def test_a_reader_that_has_gone_ends_the_search() -> None:
    reading, writing = os.pipe()
    os.close(reading)
    asked = []

    def records() -> Iterator[int]:
        for number in range(100):
            asked.append(number)
            yield number

    with os.fdopen(writing, "w") as gone:
        screen = Screen(stdout=gone, stderr=io.StringIO(), environ={})
        whole = pour(records(), screen, str, record=lambda it: it, output="text")
    assert not whole
    assert asked == [0]


def test_texts_are_written_as_they_come() -> None:
    out = io.StringIO()
    screen = Screen(stdout=out, stderr=io.StringIO(), environ={})
    assert pour_text(iter(["a\nb\n", "c\n"]), screen)
    assert out.getvalue() == "a\nb\nc\n"


def test_a_reader_of_texts_that_has_gone_ends_it() -> None:
    reading, writing = os.pipe()
    os.close(reading)
    texts = iter(["a\n", "b\n"])
    with os.fdopen(writing, "w") as gone:
        screen = Screen(stdout=gone, stderr=io.StringIO(), environ={})
        assert not pour_text(texts, screen)
    assert next(texts) == "b\n"


def test_a_pause_ends_when_the_reader_goes_although_nothing_is_written() -> None:
    reading, writing = os.pipe()
    with os.fdopen(writing, "w") as out:
        screen = Screen(stdout=out, stderr=io.StringIO(), environ={})
        assert not pause(screen, 0.01)
        goes = threading.Timer(0.05, os.close, (reading,))
        goes.start()
        assert pause(screen, 60)
        goes.join()


def test_a_pause_of_what_is_no_pipe_is_only_a_pause() -> None:
    screen = Screen(stdout=io.StringIO(), stderr=io.StringIO(), environ={})
    assert not pause(screen, 0.0)
    with Path(os.devnull).open("w") as nowhere:
        assert not pause(Screen(stdout=nowhere, stderr=io.StringIO(), environ={}), 0.0)
