"""Settings: what the environment says, and what it may not say."""

import re
from pathlib import Path

import pytest

from opsctl.caption_service.settings import BadSettings, Settings, from_environment

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


@pytest.mark.parametrize(
    "wrong",
    [
        {"CAPTION_FAULT": "explode"},
        {"PORT": "many"},
        {"CAPTIONERS": "bedrock,oracle"},
        {"CAPTION_SECONDS": "0"},
        {"RATE_PER_MINUTE": "²"},
        {"HF_URL": "http://example.com/v1"},
        {"COGNITO_JWKS_URL": "file:///etc/passwd"},
    ],
)
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


def test_captioners_keep_their_order_and_the_embedded_one_needs_no_name() -> None:
    own = from_environment(
        {
            **WHOLE,
            "CAPTIONERS": "huggingface, embedded,bedrock,huggingface",
            "HF_MODEL": "m",
            "BEDROCK_MODEL_ID": "b",
        }
    )

    assert (own.captioners, own.missing) == (("huggingface", "bedrock"), ())


def test_a_captioner_without_its_setting_makes_the_task_unhealthy() -> None:
    found = from_environment({**WHOLE, "CAPTIONERS": "bedrock,sagemaker"})

    assert found.missing == ("BEDROCK_MODEL_ID", "SAGEMAKER_ENDPOINT")


class Recorder(dict[str, str]):
    """An environment that knows what it was asked for, and with which default."""

    def __init__(self) -> None:
        super().__init__(CAPTIONERS="bedrock,sagemaker,huggingface")
        self.asked: set[str] = set()

    def get(self, name: str, default: str = "") -> str:  # type: ignore[override]
        self.asked.add(name)
        return super().get(name, default)


def test_the_documentation_names_every_setting_and_no_other() -> None:
    recorder = Recorder()
    from_environment(recorder)
    page = (Path(__file__).parents[2] / "docs" / "caption-service.md").read_text("utf-8")

    told = re.findall(r"^\| `([A-Z_]+)` \|", page, re.MULTILINE)
    assert sorted(told) == sorted(recorder.asked)


def test_the_documentation_tells_the_defaults() -> None:
    own = Settings()
    page = (Path(__file__).parents[2] / "docs" / "caption-service.md").read_text("utf-8")

    told = dict(re.findall(r"^\| `([A-Z_]+)` \| `([^`]*)` \|", page, re.MULTILINE))
    assert told == {
        "HOST": own.host,
        "PORT": str(own.port),
        "AWS_REGION": own.region,
        "CAPTION_VERSION": own.version,
        "RETENTION_DAYS": str(own.retention_days),
        "CAPTION_SECONDS": str(own.caption_seconds),
        "HF_URL": own.hf_url,
        "RATE_PER_MINUTE": str(own.rate_per_minute),
        "RATE_BURST": str(own.rate_burst),
        "LINK_SECONDS": str(own.link_seconds),
    }
