"""Settings: what the environment says, and what it may not say."""

import re

import pytest

from opsctl.caption_service.settings import BadSettings, from_environment

WHOLE = {
    "BUCKET": "b",
    "TABLE": "t",
    "HF_API_KEY": "hf_abc",
    "COGNITO_USER_POOL_ID": "us-east-1_a",
    "COGNITO_CLIENT_ID": "client",
    "COGNITO_CLIENT_SECRET": "topsecret",
    "SESSION_KEY": "signing",
}


def test_a_whole_environment_misses_nothing() -> None:
    own = from_environment({**WHOLE, "PORT": "9000", "CAPTION_VERSION": "1.2.0"})

    assert (own.port, own.version, own.missing) == (9000, "1.2.0", ())


def test_what_is_absent_or_blank_is_named() -> None:
    found = from_environment({**WHOLE, "BUCKET": " ", "SESSION_KEY": ""})

    assert found.missing == ("BUCKET", "SESSION_KEY")


@pytest.mark.parametrize("wrong", [{"CAPTION_FAULT": "explode"}, {"PORT": "many"}])
def test_what_makes_no_sense_is_refused(wrong: dict[str, str]) -> None:
    with pytest.raises(BadSettings, match=next(iter(wrong))):
        from_environment({**WHOLE, **wrong})


def test_the_key_shows_only_its_length() -> None:
    own = from_environment(WHOLE)

    assert own.key_fingerprint == "6 characters"
    for secret in ("hf_abc", "topsecret", "signing"):
        assert secret not in repr(own)


def test_two_keys_are_told_apart_by_a_suffix_that_gives_neither() -> None:
    one, other = (from_environment({**WHOLE, "HF_API_KEY": key}) for key in ("hf_1", "hf_2"))

    assert re.fullmatch("[0-9a-f]{4}", one.key_suffix)
    assert one.key_suffix != other.key_suffix
    assert from_environment({}).key_suffix == ""
