"""What the schema's part `config_names` adds; test_config_schema.py holds every key to its form."""

from __future__ import annotations

from opsctl.targets import config_names, default_names


def test_every_name_has_a_default_of_the_runbooks_scheme() -> None:
    known = set(default_names("prod", "123456789012")) | {"waf_scope"}
    assert set(config_names.Names.__struct_fields__) <= known
