"""Settings: what the environment says, and what it may not say."""

import pytest

from opsctl.caption_service.settings import BadSettings, from_environment

WHOLE = {"BUCKET": "b", "TABLE": "t", "HF_API_KEY": "hf_abc"}


def test_a_whole_environment_misses_nothing() -> None:
    own = from_environment({**WHOLE, "PORT": "9000", "CAPTION_VERSION": "1.2.0"})

    assert (own.port, own.version, own.missing) == (9000, "1.2.0", ())


def test_what_is_absent_or_blank_is_named() -> None:
    assert from_environment({"BUCKET": " ", "TABLE": "t"}).missing == ("BUCKET", "HF_API_KEY")


@pytest.mark.parametrize("wrong", [{"CAPTION_FAULT": "explode"}, {"PORT": "many"}])
def test_what_makes_no_sense_is_refused(wrong: dict[str, str]) -> None:
    with pytest.raises(BadSettings, match=next(iter(wrong))):
        from_environment({**WHOLE, **wrong})


def test_the_key_shows_only_its_length() -> None:
    own = from_environment(WHOLE)

    assert own.key_fingerprint == "6 characters"
    assert "hf_abc" not in repr(own)
