"""Blocks become lines: aligned, never cut, coloured only when asked."""

from __future__ import annotations

from opsctl.terminal.blocks import Block, Check, Fields, Heading, Table, Words, bad, good
from opsctl.terminal.layout import lines, width

ARN = "arn:aws:ecs:us-east-1:123456789012:service/" + "x" * 90


def plain(*blocks: Block) -> list[str]:
    return list(lines(blocks, colour=False))


def test_values_stand_in_one_column() -> None:
    shown = plain(Fields([("a", "1"), ("longer", "2")]))
    assert shown == ["  a       1", "  longer  2"]


def test_a_table_aligns_its_columns_and_numbers_to_the_right() -> None:
    shown = plain(Table(("name", "count"), [("x", "1"), ("longer", "10")], right=(1,)))
    assert shown == ["  name    count", "  x           1", "  longer     10"]


def test_a_table_without_rows_shows_its_headers() -> None:
    assert plain(Table(("name", "count"), [])) == ["  name  count"]


def test_a_long_identifier_is_never_cut_or_wrapped() -> None:
    assert plain(Table(("arn",), [(ARN,)]))[1] == f"  {ARN}"
    assert plain(Fields([("arn", ARN)])) == [f"  arn  {ARN}"]


def test_at_a_terminal_prose_is_broken_and_a_document_is_not() -> None:
    prose = "one two three four five six seven eight nine"
    table = Table(("name", "why"), [("x", prose)])
    blocks: list[Block] = [
        Words(("  - ", prose)),
        Fields([("a", prose)]),
        table,
        prose,
        good(prose),
    ]
    assert list(lines(blocks, colour=False, columns=40)) == [
        "  - one two three four five six seven",
        "    eight nine",
        "  a  one two three four five six seven",
        "     eight nine",
        "  name  why",
        "  x     one two three four five six",
        "        seven eight nine",
        prose,
        "one two three four five six seven eight",
        "nine",
    ]


def test_a_last_column_without_room_stands_below_its_row() -> None:
    table = Table(("name", "how", "why"), [("x" * 20, "y" * 8, "one two three")])
    assert list(lines([table], colour=False, columns=40)) == [
        "  name                  how       why",
        f"  {'x' * 20}  {'y' * 8}",
        "      one two three",
    ]


def test_a_failed_check_shows_its_fix_and_a_good_one_does_not() -> None:
    assert plain(Check("bucket", False, "missing", fix="make it")) == [
        "  ✗ bucket: missing",
        "      → make it",
    ]
    assert plain(Check("bucket", True, fix="make it")) == ["  ✓ bucket"]
    assert plain(Check("bucket", None, fix="ask")) == ["  ? bucket", "      → ask"]


def test_a_heading_has_room_above_it() -> None:
    assert plain(Heading("Steps")) == ["", "Steps"]


def test_markup_in_a_value_is_only_letters() -> None:
    assert plain("[bold]x[/nothing]") == ["[bold]x[/nothing]"]


def test_a_value_cannot_bring_its_own_escape_bytes() -> None:
    assert plain(Words(("\x1b[31m", "x"))) == ["[31mx"]
    assert list(lines([good("\x1b[31mx")], colour=True)) == ["\x1b[32m[31mx\x1b[0m"]


def test_colour_off_means_no_escape_byte_at_all() -> None:
    blocks: list[Block] = [
        Heading("h"),
        good("a"),
        Words((bad("b"), "c")),
        Table(("t",), [(bad("d"),)]),
        Check("e", False),
        Fields([("f", good("g"))]),
    ]
    assert "\x1b" not in "".join(lines(blocks, colour=False))
    assert "\x1b" in "".join(lines(blocks, colour=True))


def test_a_coloured_table_is_as_wide_as_a_plain_one() -> None:
    table = Table(("name", "state"), [(good("x"), "up"), ("longer", bad("down"))])
    painted = "\n".join(lines([table], colour=True))
    for code in ("\x1b[32m", "\x1b[1;31m", "\x1b[2m", "\x1b[0m"):
        painted = painted.replace(code, "")
    assert painted.split("\n") == list(lines([table], colour=False))


def test_wide_and_combining_letters_are_measured() -> None:
    assert [width("ab"), width("漢字"), width("é")] == [2, 4, 1]


def test_a_text_alone_is_a_screenful() -> None:
    assert list(lines("one\ntwo", colour=False)) == ["one", "two"]
