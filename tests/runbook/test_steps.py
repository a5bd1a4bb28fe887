"""The steps of a section: from its Steps, or else from Command and Check."""

from __future__ import annotations

import pytest

from opsctl import runbook
from opsctl.errors import BadConfig
from opsctl.runbook import Section, steps


def section(body: str) -> Section:
    return runbook.parse(f"## A\n\n{body}", "").sections[0]


def kinds(body: str) -> list[tuple[str, tuple[str, ...]]]:
    return [(it.kind, it.lines) for it in steps.of(section(body))]


def test_without_steps_it_is_when_command_and_what_check_names() -> None:
    body = (
        "**When** now.\n\n**Command** `opsctl rollback`, or `opsctl rollback --to REVISION`\n\n"
        "**What it does** `opsctl undo RUN` is not walked.\n\n"
        "**Check** `opsctl verify`, then `opsctl metrics`\n\n**Undo** `opsctl undo RUN`\n"
    )
    assert kinds(body) == [
        ("question", ()),
        ("codified", ("opsctl rollback", "opsctl rollback --to REVISION")),
        ("codified", ("opsctl verify",)),
        ("codified", ("opsctl metrics",)),
    ]


def test_a_check_in_words_is_for_the_operator() -> None:
    first, second = steps.of(section("**Command** ask the bank.\n\n**Check** look at the money.\n"))
    assert (first.kind, second.kind) == ("manual", "manual")
    assert second.words == "Check: look at the money."


def test_steps_stand_in_place_of_command_and_check() -> None:
    body = (
        "**When** now.\n\n**Command** `opsctl deploy TAG`\n\n**Steps**\n\n"
        "1. Tell everybody that `opsctl deploy` comes.\n"
        "2. `opsctl deploy TAG`, or\n   `opsctl deploy --build TAG`\n\n"
        "3. Look.\n\n**Check** `opsctl verify`\n"
    )
    assert kinds(body) == [
        ("question", ()),
        ("manual", ()),
        ("codified", ("opsctl deploy TAG", "opsctl deploy --build TAG")),
        ("manual", ()),
    ]


def test_when_is_asked_as_a_sentence() -> None:
    (first, *_) = steps.of(section("**When** it rings.\n\n**Command** `opsctl status`\n"))
    assert (first.words, first.asks) == ("It rings.", True)


def test_a_title_is_one_short_line() -> None:
    (it,) = steps.of(section(f"**Command** {'long ' * 40}\n"))
    assert it.title.endswith(" …")
    assert len(it.title) <= steps.LONGEST_TITLE
    (one,) = steps.of(section("**Command** `opsctl status`, `opsctl watch` or `opsctl verify`\n"))
    assert one.title == "opsctl status, or 2 more"


@pytest.mark.parametrize("body", ["**When** now.\n", "Only words.\n", "**Steps**\n\nno list\n"])
def test_a_section_with_nothing_to_walk_through_says_so(body: str) -> None:
    with pytest.raises(BadConfig, match="nothing to walk through"):
        steps.of(section(body))
