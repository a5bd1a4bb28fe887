"""What the schema's part `config_forms` adds; test_config_schema.py holds every key to its form."""

from __future__ import annotations

from opsctl.targets import config_forms


def test_a_key_carries_its_meaning_and_its_form() -> None:
    meta = config_forms.about("What it is.", "a number", ge=1)
    assert (meta.description, meta.extra, meta.ge) == ("What it is.", {"form": "a number"}, 1)


def test_a_role_is_an_arn() -> None:
    assert "arn:" in str(config_forms.role("A role.").pattern)
    assert config_forms.name("A name.").min_length == 1
    assert config_forms.url("An address.").pattern == "^https?://"
