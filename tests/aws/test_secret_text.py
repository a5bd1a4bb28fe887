"""The JSON text of a secret: one value replaced, every other byte as it was."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from opsctl.aws import secret_text

ODD = (
    '{ "b" : 1.50 ,\n\t"hf_api_key":"old\\u00e9" , "a\\u002f": "x\\/y", '
    '"deep": {"hf_api_key": "in"} }'
)


def test_only_the_value_of_that_key_is_another() -> None:
    new = 'new"\\'
    made = secret_text.spliced(ODD, "hf_api_key", new)
    before, _, after = ODD.partition('"old\\u00e9"')
    assert made == f"{before}{json.dumps(new)}{after}"
    assert json.loads(made)["deep"] == {"hf_api_key": "in"}


@given(
    st.dictionaries(st.text(), st.text() | st.integers() | st.lists(st.text()), max_size=5),
    st.text(min_size=1),
    st.sampled_from([None, 2]),
    st.booleans(),
)
def test_whatever_the_siblings_are_they_stay(
    siblings: dict[str, object], value: str, indent: int | None, ascii_only: bool
) -> None:
    document = {**siblings, "key": "old"}
    text = json.dumps(document, indent=indent, ensure_ascii=ascii_only)
    made = secret_text.spliced(text, "key", value)
    assert json.loads(made) == {**document, "key": value}
    assert len(made) - len(json.dumps(value)) == len(text) - len('"old"')


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (None, "bytes"),
        ("plain", "not JSON"),
        ('["hf_api_key"]', "not a JSON object"),
        ('{"other": "x"}', "no JSON key “hf_api_key”; it has other"),
        ('{"hf_api_key": 5}', "not text"),
        ('{"hf_api_key": "a", "hf_api_key": "b"}', "twice"),
    ],
)
def test_what_cannot_be_replaced_is_named_without_its_value(text: str | None, words: str) -> None:
    assert words in secret_text.problem(text, "hf_api_key")
    with pytest.raises(ValueError, match=r"\w"):
        secret_text.spliced(text or "", "hf_api_key", "new")


def test_a_text_that_would_not_fit_is_refused() -> None:
    with pytest.raises(ValueError, match="65536"):
        secret_text.spliced('{"k": ""}', "k", "x" * 65_536)


def test_keys_and_values_of_what_is_no_object_are_none() -> None:
    assert secret_text.keys("[1]") == ()
    assert secret_text.keys('{"a": 1, "b": 2}') == ("a", "b")
    assert secret_text.value("x", "a") is None
