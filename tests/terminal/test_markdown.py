"""Markdown at a terminal: prose fits its width, code can be copied, nothing acts on it."""

from __future__ import annotations

import re

from opsctl.terminal import markdown

LONG = "aws ecs describe-services " + " ".join(f"--option-{number} value" for number in range(20))
TEXT = f"""\
## A title

**When** it *rings*, with `opsctl status` and [a link](#a-title).

1. One item that is long enough to be wrapped at forty columns, which is narrow
2. Two

<!-- plan: secret -->
```bash
{LONG}

  indented   as it was
```
"""


def test_prose_is_wrapped_and_code_never_is() -> None:
    made = markdown.rendered(TEXT, colour=False, width=40)
    lines = made.split("\n")
    assert LONG in lines
    assert "  indented   as it was" in lines
    assert all(len(line) <= 40 for line in lines if line != LONG)
    assert all(line == line.rstrip() for line in lines)


def test_without_colour_there_is_no_escape() -> None:
    made = markdown.rendered(TEXT, colour=False, width=60)
    assert "\x1b" not in made
    assert "When it rings, with opsctl status and a link." in made


def test_with_colour_the_words_are_the_same() -> None:
    plain = markdown.rendered(TEXT, colour=False, width=60)
    coloured = markdown.rendered(TEXT, colour=True, width=60)
    assert "\x1b[" in coloured
    assert re.sub(r"\x1b\[[0-9;]*m", "", coloured) == plain


def test_what_stands_in_comments_is_left_out() -> None:
    assert "plan: secret" not in markdown.rendered(TEXT, colour=False, width=60)


def test_control_bytes_of_the_text_are_removed() -> None:
    made = markdown.rendered("a \x1b]0;title\x07 b\n\n```\n\x1b[2Jcode\n```\n", colour=False)
    assert "\x1b" not in made
    assert "\x07" not in made
    assert "code" in made
