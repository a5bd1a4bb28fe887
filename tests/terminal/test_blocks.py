"""Pieces of a screen are plain values."""

from __future__ import annotations

import json

from opsctl.terminal.blocks import Styled, bad, good


def test_a_styled_piece_is_a_str_like_any_other() -> None:
    assert good("ok") == "ok"
    assert json.dumps(bad("broken")) == '"broken"'


def test_a_styled_piece_knows_its_meaning() -> None:
    assert [good("").style, bad("").style, Styled("x", "dim").style] == ["good", "bad", "dim"]


def test_any_value_can_be_styled() -> None:
    assert good(3) == "3"
