from __future__ import annotations

import pytest

from opsctl.aws.subject import Subject, check_key, check_typed
from opsctl.errors import UsageProblem

ALICE = Subject("alice", "5c-1", "Alice@Example.com", ("+4915112345",))


@pytest.mark.parametrize(
    "name",
    [
        "1",
        "alice",
        "a@example.com",
        "a#b",
        "a:b",
        "a%2Fb",
        "a+b",
        "it's",
        'a"b',
        "😀",
        "жанна",
        "é",
    ],
)
def test_unusual_names_are_names(name: str) -> None:
    check_typed(name)
    with pytest.raises(UsageProblem):
        check_typed(f"{name}/")


@pytest.mark.parametrize(
    ("name", "why"),
    [
        ("", "empty"),
        ("  ", "empty"),
        ("a/b", "slash"),
        ("/", "slash"),
        (".", "[Dd]ots"),
        ("..", "[Dd]ots"),
        ("a\nb", "control"),
        ("a\x00", "control"),
        ("a\u200bb", "control"),
        ("\u202ealice", "control"),
        ("a b", "space"),
        ("a\u00a0b", "space"),
        ("ａlice", "look like"),
        ("ﬁona", "look like"),
        ("аlice", "cyrillic and latin"),
        ("x" * 129, "128"),
    ],
)
def test_what_can_be_nobodys_or_somebody_elses_name_is_refused(name: str, why: str) -> None:
    with pytest.raises(UsageProblem, match=why) as raised:
        check_typed(name)
    assert len(name) < 3 or name not in raised.value.message


def test_a_username_that_cognito_has_may_mix_letters_but_not_hold_a_slash() -> None:
    check_key("аlice")
    with pytest.raises(UsageProblem):
        check_key("a/b")


def test_what_is_not_known_fills_no_template() -> None:
    assert Subject("alice").names == {"user_id": "alice"}
    assert ALICE.names == {"user_id": "alice", "sub": "5c-1", "email": "Alice@Example.com"}


def test_every_name_identifies_also_the_address_in_small_letters() -> None:
    assert set(ALICE.identifiers) == {
        "alice",
        "5c-1",
        "Alice@Example.com",
        "alice@example.com",
        "+4915112345",
    }


def test_it_does_not_show_itself_and_comes_back_from_its_file() -> None:
    assert "alice" not in repr(ALICE).lower()
    assert Subject.from_json(ALICE.to_json()) == ALICE


def test_names_of_an_earlier_look_are_kept() -> None:
    now = Subject("alice", "5c-1", "new@example.com")
    both = now.with_names_of(ALICE)
    assert both.email == "new@example.com"
    assert "Alice@Example.com" in both.identifiers


def test_a_text_loses_the_names_but_not_what_only_contains_them() -> None:
    said = Subject("a+1").hidden("no: images/a+1/x, images%2Fa%2B1%2Fy, images/a+10/", "user-x")
    assert said == "no: images/user-x/x, images%2Fuser-x%2Fy, images/a+10/"
