"""What a query shows."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from opsctl.cli import app
from opsctl.cli.logs_query import summary, table, written
from opsctl.reports.log_query import Answer
from opsctl.terminal import layout

NOW = datetime(2026, 11, 24, 3, 0, tzinfo=UTC)
ROWS = ({"a": "1", "b": 'x,"y"\x1b[2J'}, {"b": "2"})


def _answer(rows: tuple[dict[str, str], ...] = ROWS) -> Answer:
    columns = ("a", "b") if rows else ()
    return Answer("fields a", NOW, NOW, ("/g",), columns, rows, 2, 1234, 5_600_000)


def test_a_table_has_every_column_and_no_control_bytes() -> None:
    lines = list(layout.lines(table(_answer()), colour=False))
    assert lines[0].split() == ["a", "b"]
    assert len(lines) == 3
    assert "\x1b" not in "".join(lines)


def test_csv_is_quoted_as_it_must_be() -> None:
    assert written(_answer()) == 'a,b\n1,"x,""y""[2J"\n,2\n'
    assert written(_answer(())) == ""


def test_the_words_after_it_say_what_was_read() -> None:
    assert summary(_answer()) == "2 rows; 2 of 1,234 lines fit, 5.6 MB read, in /g."
    assert summary(_answer(())).startswith("0 rows;")


def test_the_list_needs_no_aws(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: object
) -> None:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))
    for words in (["--list"], []):
        assert app.run(["logs", "query", *words, "-e", "local"]) == 0
        assert "by-status" in capsys.readouterr().out


def test_a_query_of_no_words_is_no_wish_for_the_list(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: object
) -> None:
    """As of a script whose variable is empty: that must not end well."""
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))
    assert app.run(["logs", "query", "", "-e", "local"]) == 2
    told = capsys.readouterr()
    assert told.out == ""
    assert "no query called ''" in told.err
