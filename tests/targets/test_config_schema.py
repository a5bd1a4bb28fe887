"""The schema of opsctl.toml."""

import dataclasses

import pytest

from opsctl.targets import Target, config_schema

NOT_IN_THE_FILE = {"env", "explicit"}


def test_every_key_is_a_field_of_a_target_and_the_other_way_round() -> None:
    fields = {field.name for field in dataclasses.fields(Target)} - NOT_IN_THE_FILE
    assert set(config_schema.fields()) == fields


def test_every_key_says_what_it_is_and_what_it_looks_like() -> None:
    faults = [
        f"{key}: {meta.description!r}, {config_schema.form(meta)!r}"
        for key, (_kind, meta) in config_schema.fields().items()
        if not (meta.description or "").endswith(".") or not config_schema.form(meta)
    ]
    assert not faults, "\n".join(faults)


def test_no_key_can_lower_a_danger() -> None:
    assert not {"danger", "confirm", "yes", "tier", "no_input"} & set(config_schema.fields())


@pytest.mark.parametrize(
    ("key", "value", "fits"),
    [
        ("account", "012345678901", True),
        ("account", "12345678901", False),
        ("account", 123456789012, False),
        ("region", "us-gov-west-1", True),
        ("region", "eu-west", False),
        ("incidents", "docs/incidents", True),
        ("incidents", "", False),
        ("max_tasks", 1, True),
        ("max_tasks", True, False),
        ("max_tasks", 0, False),
        ("state", "s3://our-ops/opsctl", True),
        ("state", "s3://our-ops", True),
        ("state", "s3://our ops/opsctl", False),
    ],
)
def test_a_value_fits_or_does_not(key: str, value: object, fits: bool) -> None:
    assert config_schema.fits(value, config_schema.fields()[key][0]) is fits
