import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from opsctl.journal import chain


def made(count: int) -> list[bytes]:
    lines: list[bytes] = []
    for number in range(count):
        event = {"run": f"r{number}", "text": "ein “Wort”\n"}
        lines.append(chain.seal(event, lines[-1] if lines else b""))
    return lines


def test_an_untouched_chain_holds() -> None:
    assert chain.examine(made(5)) == chain.Findings((), (), 5)


def test_a_line_is_one_line_of_json_with_the_digest_of_the_line_before() -> None:
    import hashlib

    first, second = made(2)
    assert b"\n" not in first
    assert json.loads(second)["previous"] == hashlib.sha256(first).hexdigest()
    assert chain.event(second)["text"] == "ein “Wort”\n"  # type: ignore[index]


def test_an_edited_line_is_found_and_so_is_the_link_to_it() -> None:
    lines = made(4)
    lines[1] = lines[1].replace(b"r1", b"r9")
    broken = chain.examine(lines).broken
    assert [sentence.split(" (")[0] for sentence in broken] == ["line 2", "line 3"]
    assert "r9" in broken[0]


def test_an_edited_last_line_is_found_by_its_own_seal() -> None:
    lines = made(3)
    lines[-1] = lines[-1].replace(b"r2", b"r7")
    assert len(chain.examine(lines).broken) == 1


@pytest.mark.parametrize("gone", [0, 1, 2])
def test_a_removed_line_is_found(gone: int) -> None:
    lines = made(4)
    del lines[gone]
    assert chain.examine(lines).broken[0].startswith(f"line {gone + 1} ")


def test_swapped_lines_are_found() -> None:
    lines = made(4)
    lines[1], lines[2] = lines[2], lines[1]
    assert chain.examine(lines).broken


def test_a_line_that_was_put_in_is_found_although_its_own_seal_holds() -> None:
    lines = made(3)
    lines.insert(1, chain.seal({"run": "forged"}, lines[0]))
    assert chain.examine(lines).broken


def test_a_torn_last_line_is_told_but_is_no_manipulation() -> None:
    lines = made(3)
    lines[-1] = lines[-1][:50]
    found = chain.examine(lines)
    assert found.broken == ()
    assert found.torn == ("line 3 was cut short by a crash: 50 bytes are left of it",)


def test_the_chain_goes_on_after_a_torn_line() -> None:
    lines = made(2)
    lines[-1] = lines[-1][:50]
    lines.append(chain.seal({"run": "after"}, lines[-1]))
    found = chain.examine(lines)
    assert found.broken == ()
    assert len(found.torn) == 1


def test_a_torn_line_cannot_be_put_in_the_place_of_a_whole_one() -> None:
    lines = made(3)
    lines[1] = lines[1][:50]
    assert chain.examine(lines).broken[0].startswith("line 3 ")


@given(st.integers(0, 3), st.integers(0, 10_000), st.integers(1, 255))
def test_no_single_changed_byte_goes_unnoticed(line: int, place: int, change: int) -> None:
    lines = made(4)
    text = bytearray(lines[line])
    text[place % len(text)] ^= change
    lines[line] = bytes(text)
    found = chain.examine(lines)
    assert found.broken or found.torn
