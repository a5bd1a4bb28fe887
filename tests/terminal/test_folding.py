"""A long line is broken between words at a terminal; a command and a single word never are."""

from __future__ import annotations

from opsctl.terminal.folding import folded, width
from opsctl.terminal.screen import Screen

PROSE = "  - Checked: image 1.3.0, the secret of the key, the log group, the roles and the port"


def test_what_follows_stands_under_the_first_word_behind_the_mark() -> None:
    assert folded(PROSE, 44) == [
        "  - Checked: image 1.3.0, the secret of the",
        "    key, the log group, the roles and the",
        "    port",
    ]
    assert folded("  12. one two three four five six seven eight", 40)[1] == "      eight"
    assert folded("Error: one two three four five six seven eight", 40)[1] == "       eight"


def test_no_word_is_lost_or_cut() -> None:
    assert " ".join(" ".join(folded(PROSE, 50)).split()) == " ".join(PROSE.split())
    name = "x" * 90
    assert folded(f"  ✓ check {name} is here", 60) == [f"  ✓ check {name} is here"]
    assert folded(f"  {name}", 60) == [f"  {name}"]


def test_a_command_is_left_whole_to_be_copied() -> None:
    command = "  → opsctl user enable 1366fd74-2d0f-4d92-8861-8e6b15557ca9 --env local"
    assert folded(command, 60) == [command]
    by_hand = "  ! in words, then aws logs stop-query --query-id 1366fd74-2d0f-4d92-8861"
    assert folded(by_hand, 60) == [by_hand]


def test_a_sentence_about_opsctl_is_no_command() -> None:
    told = "AWS gives up after three tasks; opsctl says why, and ends with exit code 23"
    assert folded(told, 60) == [
        "AWS gives up after three tasks; opsctl says why, and ends",
        "with exit code 23",
    ]


def test_without_a_width_or_in_a_sliver_nothing_is_broken() -> None:
    assert folded(PROSE, 0) == folded(PROSE, 20) == [PROSE]


def test_colours_take_no_room() -> None:
    painted = f"\x1b[1;31m{'a' * 20}\x1b[0m \x1b[2m{'b' * 19}\x1b[0m"
    assert folded(painted, 40) == [painted]
    assert len(folded(f"{painted} c", 41)) == 2


def test_wide_letters_take_two_columns() -> None:
    assert width("語a\u0301") == 3


def test_a_file_has_no_width() -> None:
    assert Screen().out.columns == 0
