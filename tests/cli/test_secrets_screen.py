"""The screen of the secrets: what is old, what is read, what lives twice."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from rotations import WRITTEN, client_secret, consumer, secret

from opsctl.cli.secrets_screen import screen
from opsctl.reports.secrets import Key, Listed
from opsctl.terminal import layout

NOW = WRITTEN + timedelta(days=40, hours=2)
KEY = Key("hf_api_key", "hf", WRITTEN, True, (consumer(),), 1, 2)
LISTED = Listed(secret(), (KEY, Key("other", "", None, False, (), 0, 0)), (client_secret(1),))


def text(found: Listed, only: str = "") -> str:
    return "\n".join(layout.lines(screen(found, only, NOW), colour=False))


def test_a_key_shows_its_age_its_reader_and_how_many_tasks_have_a_former_value() -> None:
    said = text(LISTED)
    assert "40 d" in said
    assert "image-caption-gen-prod:3 as HF_API_KEY" in said
    assert "1 of 2" in said
    assert "nobody" in said
    assert "AWSCURRENT" in said


def test_what_is_not_sure_and_what_is_pinned_is_marked() -> None:
    key = replace(KEY, sure=False, consumers=(consumer(pin="v-0"),))
    said = text(replace(LISTED, keys=(key,)))
    assert "or before" in said
    assert "(pins v-0)" in said


def test_what_stands_in_the_way_of_a_rotation_is_shown() -> None:
    strange = secret(rotation=True, deleted="2026-12-24", owner="rds", primary="eu-north-1")
    said = text(replace(LISTED, secret=strange, keys=()))
    for words in ("managed by AWS", "on 2026-12-24", "rds", "eu-north-1"):
        assert words in said


def test_two_secrets_of_the_client_say_how_one_goes() -> None:
    two = replace(LISTED, client_secrets=(client_secret(1), client_secret(2)))
    assert "revoke-old cognito" in text(two)
    assert "could not be listed: denied" in text(replace(LISTED, client_problem="denied"))


def test_after_a_rotation_only_its_key_is_shown() -> None:
    said = text(LISTED, "hf_api_key")
    assert "hf_api_key" in said
    assert "Versions" not in said
    assert "client--1" not in said
    cognito = replace(KEY, name="c", called="cognito")
    assert "client--1" in text(replace(LISTED, keys=(cognito,)), "c")
